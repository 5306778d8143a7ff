package dev.refrain.gateway;

import dev.refrain.gateway.express.ExpressLane;
import dev.refrain.gateway.express.Lanes;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of clients on one event loop, which are closed when no request was under way on
 * them for too long.
 */
final class ClientConnections {
  /*
   * Netty's own watch knows bytes, not requests: a client who waits minutes for his answer is as
   * silent to it as one who wants nothing. So it is set to what nobody can want to wait for, and
   * who wants nothing is found here: all connections are looked at every so often, and those that
   * were seen idle often enough in a row are closed.
   *
   * An answer that is written but not yet read does not count as under way; a connection is not
   * closed before that has gone out.
   */

  private static final Logger log = LoggerFactory.getLogger(ClientConnections.class);
  private static final int LOOKS = 4;
  private static final int ANSWERS_KEPT = 16;

  private final Duration idleTime;
  private final Lanes lanes;
  private final IdentityHashMap<HttpConnection, Watch> watches = new IdentityHashMap<>();

  /** What is known of one connection. */
  private static final class Watch {
    private static final int TUNNEL = 101;

    private final List<HttpServerResponse> answers = new ArrayList<>(1);
    private final @Nullable ExpressLane lane;
    private int idleLooks;

    Watch(@Nullable ExpressLane lane) {
      this.lane = lane;
    }

    boolean begin(HttpServerResponse answer) {
      if (!answers.isEmpty() && answers.getLast().headers().contains("connection", "close", true)) {
        return false;
      }
      if (answers.size() == 1 && isOver(answers.getFirst())) {
        answers.clear(); // as nearly always: one after the other
      } else if (answers.size() >= ANSWERS_KEPT) {
        answers.removeIf(Watch::isOver);
      }
      answers.add(answer);
      idleLooks = 0;
      return true;
    }

    boolean isIdle() {
      answers.removeIf(Watch::isOver);
      boolean used = !answers.isEmpty() || (lane != null && lane.wasUsed());
      idleLooks = used ? 0 : idleLooks + 1;
      return idleLooks > LOOKS;
    }

    /** A server that is about to close must be alone in having the last word. */
    void leaveToServer() {
      if (lane != null) {
        lane.stop();
      }
    }

    /** What has become a tunnel sees no requests any more, and is not idle for that. */
    boolean isTunnel() {
      return answers.stream().anyMatch(answer -> answer.getStatusCode() == TUNNEL);
    }

    private static boolean isOver(HttpServerResponse answer) {
      return answer.ended() || answer.closed();
    }
  }

  ClientConnections(Duration idleTime, Lanes lanes) {
    this.idleTime = idleTime;
    this.lanes = lanes;
  }

  /** Begins to look for idle connections. For the event loop, as all that follows. */
  void lookOn(Vertx vertx) {
    vertx.setPeriodic(Math.max(1, idleTime.toMillis() / LOOKS), id -> look());
  }

  int size() {
    return watches.size();
  }

  /** Watches a new connection. */
  void watch(HttpConnection connection) {
    var context = ((HttpServerConnection) connection).channelHandlerContext();
    var pipeline = context.pipeline();
    if (context.handler() instanceof Http2ConnectionHandler) {
      Http2Start.in(pipeline); // if it began as HTTP/1.1
    } else {
      Http1Trailers.addTo(context);
    }
    Threshold.pass(pipeline);
    watches.put(connection, new Watch(lanes.join(pipeline)));
    connection.closeHandler(closed -> watches.remove(connection));
    connection.exceptionHandler(cause -> log.debug("A client: {}", cause.toString()));
  }

  /**
   * Notes that a request has come. Returns whether it is one: what follows an answer that said it
   * was the last on its connection is nobody's request (RFC 9112, 9.6).
   */
  boolean begin(HttpServerRequest request) {
    var watch = watches.get(request.connection());
    return watch == null || watch.begin(request.response());
  }

  /**
   * Closes all when what is under way on them is done. A server that is shut down would not let
   * their clients read what was written already.
   */
  void shutdown(Duration timeMax) {
    for (var watched : Map.copyOf(watches).entrySet()) {
      watched.getValue().leaveToServer();
      watched.getKey().shutdown(timeMax);
    }
  }

  private void look() {
    watches.values().removeIf(Watch::isTunnel);
    var idle = new ArrayList<HttpConnection>();
    watches.forEach((connection, watch) -> {
      if (watch.isIdle()) {
        watch.leaveToServer();
        idle.add(connection);
      }
    });
    idle.forEach(HttpConnection::close);
  }
}
