package dev.refrain.gateway.traces;

import dev.refrain.Call;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes spans of calls upstream.
 *
 * @param upstreams where they are, by their names
 */
record Spans(Tracer tracer, TextMapPropagator propagator, Map<String, URI> upstreams) {
  private static final int ERRORS = 400;
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** Returns a span of a call that is understood, not begun yet. */
  SpanBuilder of(Call call) {
    var asked = GenAi.of(call);
    var method = call.request().method();
    var span = of((asked == null) ? method : asked.toString(), method, call.meaning().upstream());
    if (asked != null) {
      span.setAttribute(Names.OPERATION, asked.operation());
      span.setAttribute(Names.PROVIDER, asked.provider());
      if (!asked.model().isEmpty()) {
        span.setAttribute(Names.MODEL, asked.model());
      }
    }
    return span;
  }

  /** Returns a span of any call, not begun yet. */
  SpanBuilder of(String name, String method, String upstream) {
    var span = tracer.spanBuilder(name).setSpanKind(SpanKind.CLIENT);
    span.setAttribute(Names.METHOD, method).setAttribute(Names.UPSTREAM, upstream);
    var url = upstreams.get(upstream);
    if (url != null) {
      span.setAttribute(Names.SERVER, Objects.requireNonNullElse(url.getHost(), ""));
      span.setAttribute(Names.PORT, (long) port(url));
    }
    return span;
  }

  private static int port(URI url) {
    int usual = url.getScheme().equals("https") ? HTTPS_PORT : HTTP_PORT;
    return (url.getPort() < 0) ? usual : url.getPort();
  }

  /** Returns in which headers, in lower case, it is told to which trace a call belongs. */
  Set<String> headerNames() {
    return propagator.fields().stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  /** Returns the headers that tell upstream to which trace a call belongs. */
  Map<String, String> headers(Span span, Context context) {
    var headers = new HashMap<String, String>();
    propagator.inject(
        context.with(span),
        headers,
        (carrier, name, value) -> Objects.requireNonNull(carrier).put(name, value));
    return headers;
  }

  static void replied(Span span, int status) {
    span.setAttribute(Names.STATUS, (long) status);
    if (status >= ERRORS) {
      span.setStatus(StatusCode.ERROR).setAttribute(Names.ERROR, Integer.toString(status));
    }
  }

  /** Tells what kind of failure it was. Messages may hold what is nobody's business. */
  static void failed(Span span, Throwable failure) {
    span.setStatus(StatusCode.ERROR).setAttribute(Names.ERROR, failure.getClass().getName());
  }
}
