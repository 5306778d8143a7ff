package dev.refrain.gateway.traces;

import dev.refrain.Headers;
import dev.refrain.gateway.figures.Trace;
import dev.refrain.gateway.settings.Settings;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;

/** Follows requests, if that is wanted. */
public interface Tracing extends AutoCloseable {
  /** Follows none. */
  Tracing OFF =
      new Tracing() {
        @Override
        public Trace begin(HttpServerRequest request) {
          return Trace.NONE;
        }

        @Override
        public Trace begin(String method, Headers headers) {
          return Trace.NONE;
        }

        @Override
        public void close() {} // nothing is open
      };

  /**
   * Begins to follow requests as the settings say.
   *
   * @throws IOException if what they say cannot be done
   */
  static Tracing open(Settings settings) throws IOException {
    return settings.traces().enabled() ? OpenTelemetryTracing.open(settings) : OFF;
  }

  /** Begins to follow a request that has come in. */
  Trace begin(HttpServerRequest request);

  /** Does the same where no more is known of it. */
  Trace begin(String method, Headers headers);

  /** Tells what it still knows, in a bounded time. */
  @Override
  void close();
}
