package dev.refrain.gateway.traces;

import dev.refrain.Headers;
import dev.refrain.gateway.figures.Trace;
import dev.refrain.gateway.settings.Settings;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Follows requests, and has OpenTelemetry tell of them. Thread-safe. */
final class OpenTelemetryTracing implements Tracing {
  /*
   * A span that has ended is put into a bounded queue, from which a thread of the SDK sends it on.
   * What finds the queue full, or finds no collector, is dropped: no caller waits for any of this.
   */

  private static final Duration END_TIME_MAX = Duration.ofSeconds(2);
  private static final String SCOPE = "dev.refrain.gateway";
  private static final String PROTOCOL = "otel.exporter.otlp.protocol";
  private static final String SERVICE = "otel.service.name";
  private static final String RESOURCE = "otel.resource.attributes";

  private final OpenTelemetrySdk sdk;
  private final Spans spans;
  private final InstantSource clock = InstantSource.system(); // as is that of the SDK

  private OpenTelemetryTracing(OpenTelemetrySdk sdk, Map<String, URI> upstreams) {
    this.sdk = sdk;
    spans = new Spans(sdk.getTracer(SCOPE), sdk.getPropagators().getTextMapPropagator(), upstreams);
  }

  static Tracing open(Settings settings) throws IOException {
    var properties = properties(settings.traces().properties());
    var upstreams = new HashMap<String, URI>();
    settings.upstreams().forEach(upstream -> upstreams.put(upstream.name(), upstream.url()));
    try {
      var configured =
          AutoConfiguredOpenTelemetrySdk.builder()
              .addPropertiesCustomizer(environment -> properties)
              .disableShutdownHook() // the gateway closes it, after all else
              .build();
      return new OpenTelemetryTracing(configured.getOpenTelemetrySdk(), Map.copyOf(upstreams));
    } catch (ConfigurationException | IllegalStateException | IllegalArgumentException e) {
      throw new IOException("traces cannot be told: " + e.getMessage(), e);
    }
  }

  /**
   * Adds what is right for us where the operator says nothing. We have traces, and nothing else.
   */
  private static Map<String, String> properties(Map<String, String> given) {
    var properties = new HashMap<>(given);
    properties.putIfAbsent(PROTOCOL, "http/protobuf");
    if (!properties.getOrDefault(RESOURCE, "").contains("service.name=")) {
      properties.putIfAbsent(SERVICE, "refrain");
    }
    properties.put("otel.metrics.exporter", "none");
    properties.put("otel.logs.exporter", "none");
    return properties;
  }

  @Override
  public Trace begin(HttpServerRequest request) {
    var headers = new ArrayList<String>();
    request
        .headers()
        .forEach(header -> {
          headers.add(header.getKey());
          headers.add(header.getValue());
        });
    return begin(request.method().name(), Headers.of(headers));
  }

  @Override
  public Trace begin(String method, Headers headers) {
    var caller = spans.propagator().extract(Context.root(), headers, Incoming.HEADERS);
    var unbegun =
        spans
            .tracer()
            .spanBuilder(method)
            .setParent(caller)
            .setSpanKind(SpanKind.SERVER)
            .setAttribute(Names.METHOD, method)
            .setStartTimestamp(clock.instant());
    return new RequestTrace(spans, unbegun, caller);
  }

  /** Where callers say to which trace their requests belong. */
  private enum Incoming implements TextMapGetter<Headers> {
    HEADERS;

    @Override
    public Iterable<String> keys(Headers headers) {
      var names = new ArrayList<String>();
      headers.forEach((name, value) -> names.add(name));
      return names;
    }

    @Override
    public @Nullable String get(@Nullable Headers headers, String name) {
      return (headers == null) ? null : headers.get(name);
    }

    @Override
    public Iterator<String> getAll(@Nullable Headers headers, String name) {
      return (headers == null) ? Collections.emptyIterator() : headers.all(name).iterator();
    }
  }

  @Override
  public void close() {
    sdk.shutdown().join(END_TIME_MAX.toMillis(), TimeUnit.MILLISECONDS);
  }
}
