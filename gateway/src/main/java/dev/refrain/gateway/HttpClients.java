package dev.refrain.gateway;

import dev.refrain.gateway.settings.Connections;
import dev.refrain.gateway.settings.UpstreamTls;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.impl.UnpooledHttpClientConnection;
import io.vertx.core.http.impl.http1.Http1ClientConnection;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.impl.ConnectionBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients with which upstreams are called.
 *
 * @param http1 for all who know no better, and for WebSockets
 * @param http2 for those who are said to know HTTP/2: by agreement over TLS, at once without
 */
record HttpClients(HttpClientAgent http1, HttpClientAgent http2) {
  /*
   * How many calls there may be is decided before they come here, and the pool has a connection for
   * each of them. So nobody waits for one but while those of calls that are over are being closed.
   */

  /** More than one address has ports for; and Vert.x multiplies two of them to an int. */
  private static final int CONNECTIONS_MAX = 40_000;

  private static final Logger log = LoggerFactory.getLogger(HttpClients.class);

  /**
   * Makes them.
   *
   * @param callsMax how many calls may be under way at once, whoever bounds them
   */
  static HttpClients create(Vertx vertx, Connections connections, UpstreamTls tls, int callsMax) {
    var http1 = options(connections, tls);
    var http2 = options(connections, tls).setProtocolVersion(HttpVersion.HTTP_2).setUseAlpn(true);
    http2
        .setHttp2ClearTextUpgrade(false)
        .getInitialSettings()
        .setMaxHeaderListSize(connections.headerBytesMax())
        .setPushEnabled(false);
    return new HttpClients(create(vertx, http1, callsMax), create(vertx, http2, callsMax));
  }

  /** Returns how many connections to one upstream there can be, if so many are wanted. */
  static int connectionsMax(int wanted) {
    return Math.min(wanted, CONNECTIONS_MAX);
  }

  private static HttpClientOptions options(Connections connections, UpstreamTls tls) {
    var options =
        new HttpClientOptions()
            .setConnectTimeout((int) connections.connectTime().toMillis())
            .setMaxHeaderSize(connections.headerBytesMax())
            .setDecompressionSupported(false) // bytes pass as they come
            .setTcpNoDelay(true);
    if (tls.authorities() != null) {
      options.setTrustOptions(new PemTrustOptions().addCertPath(tls.authorities().toString()));
    }
    if (tls.identity() != null) {
      options.setKeyCertOptions(
          new PemKeyCertOptions()
              .setCertPath(tls.identity().certificate().toString())
              .setKeyPath(tls.identity().key().toString()));
    }
    return options;
  }

  /**
   * Connects for one request: at once, on the event loop of whoever asks, and to be closed by them.
   */
  Future<HttpClientConnection> connectOnce(HttpConnectOptions options) {
    return http1
        .connect(options)
        .onSuccess(connection -> {
          if (connection instanceof UnpooledHttpClientConnection unpooled) {
            prepare(unpooled.unwrap()); // of such the pool does not tell
          }
        });
  }

  private static HttpClientAgent create(Vertx vertx, HttpClientOptions options, int callsMax) {
    int size = connectionsMax(callsMax);
    var pool =
        new PoolOptions()
            .setHttp1MaxSize(size)
            .setHttp2MaxSize(size)
            .setMaxWaitQueueSize(2 * size); // counts those for whom one is being made, too
    return vertx
        .httpClientBuilder()
        .with(options)
        .with(pool)
        .withConnectHandler(HttpClients::prepare)
        .build();
  }

  private static void prepare(HttpConnection connection) {
    connection.exceptionHandler(cause -> log.debug("Upstream: {}", cause.toString()));
    if (connection instanceof Http1ClientConnection http1) {
      var pipeline = http1.channelHandlerContext().pipeline();
      pipeline.addBefore(http1.channelHandlerContext().name(), null, new InterimFilter());
    } else if (connection instanceof ConnectionBase known
        && known.channelHandlerContext().handler() instanceof Http2ConnectionHandler http2) {
      Http2InterimFilter.addTo(http2);
    }
  }
}
