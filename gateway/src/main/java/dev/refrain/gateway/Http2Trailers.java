package dev.refrain.gateway;

import dev.refrain.gateway.http2.LastingListener;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AttributeKey;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The trailers of requests over HTTP/2, which Vert.x neither tells of nor sends. Each is for one
 * connection of a client, on its event loop.
 */
final class Http2Trailers extends LastingListener {
  private static final AttributeKey<Http2Trailers> OF_CONNECTION =
      AttributeKey.valueOf(Http2Trailers.class, "ofConnection");

  private final Http2ConnectionHandler http2;
  private final Channel channel;
  private final Http2Connection connection;

  // all of which are forgotten with their stream
  private final Http2Connection.PropertyKey isHeadAll;
  private final Http2Connection.PropertyKey taker;
  private final Http2Connection.PropertyKey untaken;

  private Http2Trailers(Http2ConnectionHandler http2, Channel channel) {
    super(http2.decoder());
    this.http2 = http2;
    this.channel = channel;
    connection = http2.connection();
    isHeadAll = connection.newKey();
    taker = connection.newKey();
    untaken = connection.newKey();
  }

  static void addTo(Http2ConnectionHandler http2, Channel channel) {
    var trailers = new Http2Trailers(http2, channel);
    http2.decoder().frameListener(trailers);
    channel.attr(OF_CONNECTION).set(trailers);
  }

  @Override
  protected void renew() {
    addTo(http2, channel);
  }

  /** Has somebody told of the trailers of a request, before its end. */
  static void tell(HttpServerRequest request, Consumer<HttpHeaders> taker) {
    var trailers = of(request);
    var stream = (trailers == null) ? null : trailers.stream(request);
    if (trailers != null && stream != null) { // else it is over
      HttpHeaders come = stream.removeProperty(trailers.untaken);
      if (come != null) {
        taker.accept(come);
      }
      stream.setProperty(trailers.taker, taker);
    }
  }

  /** Returns whether anything followed the head of a request, or may still do so. */
  static boolean mayFollow(HttpServerRequest request) {
    var trailers = of(request);
    var stream = (trailers == null) ? null : trailers.stream(request);
    if (trailers == null || stream == null) {
      return false;
    }
    Boolean all = stream.getProperty(trailers.isHeadAll);
    return Boolean.FALSE.equals(all);
  }

  private static @Nullable Http2Trailers of(HttpServerRequest request) {
    return request.connection() instanceof ConnectionBase connection
        ? connection.channelHandlerContext().channel().attr(OF_CONNECTION).get()
        : null;
  }

  private @Nullable Http2Stream stream(HttpServerRequest request) {
    return connection.stream((int) request.streamId());
  }

  /**
   * Ends a request, of which all else was sent, with trailers. On the event loop of its connection.
   */
  static void send(HttpHeaders trailers, HttpClientRequest request) {
    if (request.connection() instanceof ConnectionBase connection
        && connection.channelHandlerContext().handler() instanceof Http2ConnectionHandler http2) {
      var stream = http2.connection().stream((int) request.streamId());
      if (stream != null) { // else it is over
        http2
            .encoder()
            .flowController()
            .addFlowControlled(
                stream, new End(http2, connection.channelHandlerContext(), stream, trailers));
        request.end();
      }
    }
  }

  /** Copies what would be headers in HTTP/1.1, too. */
  static void copy(Http2Headers from, HttpHeaders to) {
    for (var header : from) {
      if (!Http2Headers.PseudoHeaderName.hasPseudoHeaderFormat(header.getKey())) {
        to.add(header.getKey(), header.getValue());
      }
    }
  }

  /** Netty's decoder tells of all headers so, and lets second ones be trailers alone. */
  @Override
  public void onHeadersRead(
      ChannelHandlerContext context,
      int stream,
      Http2Headers headers,
      int dependency,
      short weight,
      boolean exclusive,
      int padding,
      boolean last)
      throws Http2Exception {
    var open = connection.stream(stream);
    if (open != null && open.getProperty(isHeadAll) == null) {
      open.setProperty(isHeadAll, last);
    } else if (open != null) {
      var trailers = new DefaultHttpHeaders();
      copy(headers, trailers);
      note(open, trailers);
    }
    super.onHeadersRead(context, stream, headers, dependency, weight, exclusive, padding, last);
  }

  private void note(Http2Stream stream, HttpHeaders trailers) {
    Consumer<HttpHeaders> told = stream.getProperty(taker);
    if (told != null) {
      told.accept(trailers);
    } else {
      stream.setProperty(untaken, trailers);
    }
  }

  /**
   * Stands in line before the end that Vert.x says, and takes its place. Vert.x has to say it all
   * the same, or it takes the request for half, and its reply for broken off.
   */
  private static final class End implements Http2RemoteFlowController.FlowControlled {
    private final Http2ConnectionHandler http2;
    private final ChannelHandlerContext upstream;
    private final Http2Stream stream;
    private final Http2Headers trailers = new DefaultHttp2Headers();
    private @Nullable ChannelFuture written;

    End(
        Http2ConnectionHandler http2,
        ChannelHandlerContext upstream,
        Http2Stream stream,
        HttpHeaders trailers) {
      this.http2 = http2;
      this.upstream = upstream;
      this.stream = stream;
      trailers.forEach(
          each -> this.trailers.add(each.getKey().toLowerCase(Locale.ROOT), each.getValue()));
    }

    /** Of what is bounded, which headers are not. */
    @Override
    public int size() {
      return 0;
    }

    @Override
    public boolean merge(
        ChannelHandlerContext context, Http2RemoteFlowController.FlowControlled next) {
      return next.size() == 0;
    }

    @Override
    public void write(ChannelHandlerContext context, int bytesMax) {
      var writer = http2.encoder().frameWriter();
      written = writer.writeHeaders(context, stream.id(), trailers, 0, true, context.newPromise());
    }

    /** Upstream, who may say how much it takes, would wait for ever for what cannot be written. */
    @Override
    public void writeComplete() {
      var end = Objects.requireNonNull(written);
      if (end.isDone() && !end.isSuccess()) {
        long code = Http2Error.CANCEL.code();
        var unused = http2.resetStream(upstream, stream.id(), code, upstream.newPromise());
      } else {
        http2.closeStreamLocal(stream, end);
      }
    }

    @Override
    public void error(ChannelHandlerContext context, Throwable cause) {
      // the stream is over, which is told to the request
    }
  }
}
