package dev.refrain.gateway;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Locale;

/** Passes on interim replies that Vert.x does not know. */
final class InterimReply {
  private InterimReply() {}

  /** Tells a client what came before the reply, unless he has that already. On his event loop. */
  static void pass(HttpServerRequest request, HttpResponse interim) {
    if (request.response().headWritten()
        || request.response().closed()
        || request.version() == io.vertx.core.http.HttpVersion.HTTP_1_0) {
      return;
    }
    if (request.connection() instanceof Http1ServerConnection connection) {
      var headers = new DefaultHttpHeaders();
      HopByHop.copy(interim.headers(), headers::add);
      var passed =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1,
              interim.status(),
              Unpooled.EMPTY_BUFFER,
              headers,
              EmptyHttpHeaders.INSTANCE);
      var unused = connection.channelHandlerContext().writeAndFlush(passed);
    } else if (request.connection() instanceof ConnectionBase connection
        && connection.channelHandlerContext().handler() instanceof Http2ConnectionHandler http2) {
      var headers = new DefaultHttp2Headers().status(interim.status().codeAsText());
      HopByHop.copy(
          interim.headers(), (name, value) -> headers.add(name.toLowerCase(Locale.ROOT), value));
      var context = connection.channelHandlerContext();
      int stream = (int) request.streamId();
      var unused =
          http2.encoder().writeHeaders(context, stream, headers, 0, false, context.newPromise());
      context.flush();
    }
  }
}
