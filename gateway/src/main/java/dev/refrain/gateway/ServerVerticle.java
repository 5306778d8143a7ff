package dev.refrain.gateway;

import dev.refrain.gateway.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The server on one event loop. All of them share one port. */
final class ServerVerticle extends VerticleBase {
  private static final int REQUEST_LINE_BYTES_MAX = 16 << 10;
  private static final long STREAMS_PER_CONNECTION_MAX = 250;

  private final Settings settings;
  private final Front front;
  private @Nullable HttpServer server;

  ServerVerticle(Settings settings, Front front) {
    this.settings = settings;
    this.front = front;
  }

  @Override
  public Future<?> start() {
    server =
        vertx
            .createHttpServer(options())
            .requestHandler(front)
            .invalidRequestHandler(Front::refuse);
    return server.listen(settings.listen().port(), settings.listen().host());
  }

  int port() {
    return (server == null) ? 0 : server.actualPort();
  }

  Future<Void> drain(Duration time) {
    return (server == null) ? Future.succeededFuture() : server.shutdown(time);
  }

  private HttpServerOptions options() {
    var connections = settings.connections();
    var options =
        new HttpServerOptions()
            .setMaxHeaderSize(connections.headerBytesMax())
            .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
            .setIdleTimeout((int) connections.idleTime().toMillis())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setHandle100ContinueAutomatically(true)
            .setTcpNoDelay(true);
    options.getInitialSettings().setMaxConcurrentStreams(STREAMS_PER_CONNECTION_MAX);
    var tls = settings.listen().tls();
    if (tls != null) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(tls.certificate().toString())
                  .setKeyPath(tls.key().toString()));
    }
    return options;
  }
}
