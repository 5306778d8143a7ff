package dev.refrain.gateway;

import dev.refrain.gateway.settings.Connections;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the client with which all upstreams are called. */
final class HttpClients {
  private static final Logger log = LoggerFactory.getLogger(HttpClients.class);

  private HttpClients() {}

  static HttpClient create(Vertx vertx, Connections connections) {
    var options =
        new HttpClientOptions()
            .setConnectTimeout((int) connections.connectTime().toMillis())
            .setMaxHeaderSize(connections.headerBytesMax())
            .setDecompressionSupported(false) // bytes pass as they come
            .setTcpNoDelay(true);
    var pool =
        new PoolOptions()
            .setHttp1MaxSize(connections.upstreamConnectionsMax())
            .setMaxWaitQueueSize(connections.upstreamConnectionsMax());
    return vertx
        .httpClientBuilder()
        .with(options)
        .with(pool)
        .withConnectHandler(connection ->
            connection.exceptionHandler(cause -> log.debug("Upstream: {}", cause.toString())))
        .build();
  }
}
