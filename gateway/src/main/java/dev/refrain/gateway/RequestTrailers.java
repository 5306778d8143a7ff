package dev.refrain.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Locale;
import java.util.Map.Entry;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The trailers of a request, announced or not, which Vert.x neither tells of nor sends: they are
 * caught before it, and added behind it. None that would have a meaning among the headers: what was
 * not seen when the request was let in must not count for more than what was.
 */
final class RequestTrailers {
  static final String ANNOUNCEMENT = "trailer";

  /** Those that say how a request is to be read, led or kept (RFC 9110, 6.5.1). */
  private static final Set<String> FOR_HEADERS_ALONE =
      Set.of(
          "cache-control",
          "content-encoding",
          "content-language",
          "content-length",
          "content-location",
          "content-range",
          "content-type",
          "expect",
          "forwarded",
          "host",
          "if-match",
          "if-modified-since",
          "if-none-match",
          "if-range",
          "if-unmodified-since",
          "max-forwards",
          "pragma",
          "range");

  /** Filled before the end of the request is told, both on its event loop. */
  private final HttpHeaders caught = new DefaultHttpHeaders();

  private final Predicate<String> withheld;

  private RequestTrailers(Predicate<String> withheld) {
    this.withheld = withheld;
  }

  /**
   * Catches those that have come or may come.
   *
   * @param withheld names, in lower case, that are not passed on: those of credentials, and such
   */
  static RequestTrailers of(HttpServerRequest request, Predicate<String> withheld) {
    var trailers = new RequestTrailers(withheld);
    if (request.version() == HttpVersion.HTTP_2) {
      Http2Trailers.tell(request, trailers::take);
    } else {
      Http1Trailers.tell(request, trailers::take);
    }
    return trailers;
  }

  /** Announces to upstream what may come, which is nothing after a head that is all. */
  static void announce(HttpServerRequest request, HttpClientRequest outgoing) {
    boolean chunked =
        request.version() == HttpVersion.HTTP_2
            ? !request.headers().contains("content-length") && Http2Trailers.mayFollow(request)
            : request.headers().contains("transfer-encoding");
    if (chunked) {
      for (var names : request.headers().getAll(ANNOUNCEMENT)) {
        outgoing.setChunked(true).headers().add(ANNOUNCEMENT, names);
      }
    }
  }

  /** Returns whether some have come, and so the head of the request must not be its end, too. */
  boolean haveCome() {
    return !caught.isEmpty();
  }

  /**
   * Has what was caught sent at the end of a request, and goes on when that may be ended. For an
   * event loop, which may be another than that of the connection to upstream: a handler that is
   * added from there is passed by until the other loop has come to it.
   */
  void addTo(HttpClientRequest outgoing, Runnable next) {
    if (caught.isEmpty() || !(outgoing.connection() instanceof ConnectionBase connection)) {
      next.run();
      return;
    }
    var there = connection.channelHandlerContext();
    if (outgoing.version() == HttpVersion.HTTP_2) {
      outgoing // not before all that Vert.x holds back, as this is sent past it
          .write(Buffer.buffer())
          .onComplete(written -> on(there, () -> Http2Trailers.send(caught, outgoing), next));
    } else {
      on(there, () -> addTo(there), next);
    }
  }

  private static void on(ChannelHandlerContext there, Runnable act, Runnable next) {
    if (there.executor().inEventLoop()) {
      act.run();
      next.run();
    } else {
      var here = Vertx.currentContext();
      there
          .executor()
          .execute(() -> {
            act.run();
            here.runOnContext(done -> next.run());
          });
    }
  }

  private void addTo(ChannelHandlerContext upstream) {
    if (!upstream.isRemoved()) { // by the end of its connection, which is told to the request
      upstream.pipeline().addBefore(upstream.name(), null, new Adder(caught));
    }
  }

  private void take(Iterable<Entry<String, String>> trailers) {
    HopByHop.copy(trailers, this::add);
  }

  private void add(String name, String value) {
    var lowerCase = name.toLowerCase(Locale.ROOT);
    if (!FOR_HEADERS_ALONE.contains(lowerCase) && !withheld.test(lowerCase)) {
      caught.add(name, value);
    }
  }

  private static final class Adder extends ChannelOutboundHandlerAdapter {
    private final HttpHeaders trailers;

    Adder(HttpHeaders trailers) {
      this.trailers = trailers;
    }

    /** What becomes of it is told to the promise. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (!(message instanceof LastHttpContent last) || message instanceof HttpMessage) {
        var unused = context.write(message, promise);
        return;
      }
      var whole = new DefaultLastHttpContent(last.content());
      whole.trailingHeaders().add(trailers);
      context.pipeline().remove(this);
      var unused = context.write(whole, promise);
    }
  }
}
