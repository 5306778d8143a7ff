package dev.refrain.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Joins a client and an upstream who leave HTTP for a WebSocket. For one event loop. */
final class Tunnel {
  /*
   * What is said is not looked at: frames, their fragments, pings, close codes, subprotocols and
   * extensions are agreed upon by those at the ends, and pass as they are. So a frame may be of any
   * size, and lies nowhere: whoever does not read holds up who writes.
   *
   * Nothing but a WebSocket gets through, and only when upstream has agreed to it: before that all
   * is HTTP, and after that the connection to upstream is never used for anything else.
   *
   * When one side is gone, all that it has said is passed on before the other is told.
   */

  static final String PROTOCOL = "websocket";
  private static final int SWITCHING_PROTOCOLS = 101;

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final Promise<Void> parted = Promise.promise();
  private @Nullable End upstream;

  Tunnel(Vertx vertx, HttpServerRequest request) {
    this.vertx = vertx;
    this.request = request;
  }

  /** Returns whether a client asks for one as is right. If it is not, all stays HTTP. */
  static boolean isAskedFor(HttpServerRequest request) {
    var headers = request.headers();
    return headers.contains("upgrade", PROTOCOL, true)
        && request.method().equals(HttpMethod.GET)
        && request.version() == HttpVersion.HTTP_1_1
        && !Remainder.mayFollow(request)
        && headers.getAll("connection").stream()
            .flatMap(value -> Arrays.stream(value.split(",", -1)))
            .anyMatch(option -> option.strip().equalsIgnoreCase("upgrade"));
  }

  /** Asks upstream, who may say something at once when it has agreed: that waits. */
  Future<HttpClientResponse> ask(HttpClientRequest outgoing, Duration timeMax) {
    return outgoing
        .connect()
        .map(incoming -> {
          incoming.pause();
          if (isAgreed(incoming)) {
            upstream = new End(incoming.netSocket());
          }
          return incoming;
        })
        .timeout(timeMax.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static boolean isAgreed(HttpClientResponse incoming) {
    return incoming.statusCode() == SWITCHING_PROTOCOLS
        && incoming.headers().contains("upgrade", PROTOCOL, true);
  }

  /** Returns whether upstream has agreed. */
  boolean isAgreedUpon() {
    return upstream != null;
  }

  /**
   * Joins the two, once upstream has agreed and its headers are the client's, and returns when they
   * have parted.
   */
  Future<Void> dig() {
    var response = request.response();
    response.putHeader("connection", "Upgrade").putHeader("upgrade", PROTOCOL);
    var far = Objects.requireNonNull(upstream, "an upstream that has agreed");
    return request
        .toNetSocket()
        .compose(socket -> {
          var near = new End(socket);
          // Vert.x is still leaving HTTP on the other side when it tells that it does.
          vertx.runOnContext(now -> {
            lead(near, far.socket);
            lead(far, near.socket);
          });
          return parted.future();
        });
  }

  /** Passes on what one says, and what it has said when it is gone. */
  private void lead(End from, NetSocket to) {
    // That a chunk was written, and with it all before, is known for certain, be it before anybody
    // asks; that there is room again may be told before anybody listens.
    from.socket.handler(chunk -> {
      var written = to.write(chunk);
      if (to.writeQueueFull() && !from.gone) {
        from.socket.pause();
        written.onComplete(done -> from.socket.resume());
      }
    });
    // What was read before the end and waits comes within this one turn of the event loop, which is
    // that of both: it is little, and no longer held up.
    from.whenGone(() -> {
      from.socket.resume();
      vertx.runOnContext(passedOn -> to.end());
      parted.tryComplete();
    });
    from.socket.resume();
  }

  /** One who may be gone before anybody listens. */
  private static final class End {
    private final NetSocket socket;
    private boolean gone;
    private @Nullable Runnable farewell;

    End(NetSocket socket) {
      this.socket = socket;
      socket.pause();
      socket.exceptionHandler(cause -> {}); // the end follows
      socket.closeHandler(closed -> {
        gone = true;
        if (farewell != null) {
          farewell.run();
        }
      });
    }

    void whenGone(Runnable action) {
      farewell = action;
      if (gone) {
        action.run();
      }
    }
  }
}
