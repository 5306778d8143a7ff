package dev.refrain.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.impl.http1.Http1ClientConnection;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes out interim replies that Vert.x would take for the reply itself, and tells of them. For one
 * connection of HTTP/1.1, on which there is one call at a time.
 */
final class InterimFilter extends ChannelInboundHandlerAdapter {
  /** Volatile, since a request may be of another event loop than the connection. */
  private volatile @Nullable Consumer<HttpResponse> listener;

  private boolean takingOut;

  /** Has somebody told of the interim replies to a request that is not sent yet. */
  static void tell(HttpClientRequest request, Consumer<HttpResponse> listener) {
    if (request.connection() instanceof Http1ClientConnection connection) {
      var pipeline = connection.channelHandlerContext().pipeline();
      pipeline.get(InterimFilter.class).listener = listener;
    }
  }

  /** Returns whether a reply is none yet, and Vert.x does not know. */
  static boolean isUnknown(int status) {
    return HttpStatusClass.valueOf(status) == HttpStatusClass.INFORMATIONAL
        && !Set.of(100, 101, 103).contains(status);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpResponse response) {
      takingOut = isUnknown(response.status().code());
      var told = listener;
      if (takingOut && told != null) {
        told.accept(response);
      } else if (response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
        listener = null; // what comes next is said to another request
      }
    }
    if (!takingOut) {
      context.fireChannelRead(message);
      return;
    }
    ReferenceCountUtil.release(message);
    takingOut = !(message instanceof LastHttpContent);
  }
}
