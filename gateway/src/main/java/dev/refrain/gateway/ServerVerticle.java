package dev.refrain.gateway;

import dev.refrain.gateway.express.Lanes;
import dev.refrain.gateway.http2.FairReading;
import dev.refrain.gateway.settings.Connections;
import dev.refrain.gateway.settings.Settings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The server on one event loop. All of them share one port. */
final class ServerVerticle extends VerticleBase {
  private static final int REQUEST_LINE_BYTES_MAX = 16 << 10;

  private final Settings settings;
  private final Front front;
  private final HttpServer server;
  private final ClientConnections clients;

  ServerVerticle(Vertx vertx, Settings settings, Front front, Lanes lanes) {
    this.settings = settings;
    this.front = front;
    server = vertx.createHttpServer(options());
    clients = new ClientConnections(settings.connections().idleTime(), lanes);
  }

  @Override
  public Future<?> start() {
    clients.lookOn(vertx);
    return server
        .connectionHandler(clients::watch)
        .requestHandler(request -> {
          if (clients.begin(request)) {
            front.handle(request);
          }
        })
        .invalidRequestHandler(front::refuse)
        .listen(settings.listen().port(), settings.listen().host());
  }

  int port() {
    return server.actualPort();
  }

  /** Tells how many connections it knows. */
  Future<Integer> connections() {
    var counted = Promise.<Integer>promise();
    context.runOnContext(now -> counted.complete(clients.size()));
    return counted.future();
  }

  /** Takes no new requests, and finishes those under way within a time. */
  Future<Void> drain(Duration time) {
    var drained = Promise.<Void>promise();
    context.runOnContext(now -> {
      clients.shutdown(time);
      server.shutdown(time).onComplete(drained);
    });
    return drained.future();
  }

  /** Whoever waits for an answer waits at least until upstream is given up. */
  private Duration silenceMax() {
    return settings.connections().firstByteTime().plus(settings.connections().idleTime());
  }

  /** Returns how much a head over HTTP/1.1 may be. */
  static Http1ServerConfig http1(Connections connections) {
    return new Http1ServerConfig()
        .setMaxHeaderSize(connections.headerBytesMax())
        .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX);
  }

  private HttpServerOptions options() {
    var connections = settings.connections();
    var options =
        new HttpServerOptions()
            .setMaxHeaderSize(connections.headerBytesMax())
            .setMaxInitialLineLength(REQUEST_LINE_BYTES_MAX)
            .setIdleTimeout((int) Math.min(Integer.MAX_VALUE, silenceMax().toMillis()))
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setPerFrameWebSocketCompressionSupported(false) // what is said in a tunnel is
            .setPerMessageWebSocketCompressionSupported(false) // between those at its ends
            .setTcpNoDelay(true);
    options
        .getInitialSettings()
        .setMaxConcurrentStreams(FairReading.REQUESTS_MAX)
        .setMaxHeaderListSize(connections.headerBytesMax());
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
