package dev.refrain.gateway.traces;

import dev.refrain.Call;
import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Upstream;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An upstream whose calls are followed. */
final class TracedUpstream implements Upstream {
  private final RequestTrace trace;
  private final Call call;
  private final Upstream upstream;
  private final boolean unattended;
  private volatile @Nullable SpanContext sent;

  TracedUpstream(RequestTrace trace, Call call, Upstream upstream, boolean unattended) {
    this.trace = trace;
    this.call = call;
    this.upstream = upstream;
    this.unattended = unattended;
  }

  /** Returns whether calls are made for this request. */
  boolean isOf(RequestTrace request) {
    return trace == request;
  }

  /** Returns the last call that was made, or null if there was none. */
  @Nullable SpanContext call() {
    return sent;
  }

  @Override
  public Upstream unattended() {
    return new TracedUpstream(trace, call, upstream.unattended(), true);
  }

  @Override
  public Reply send(Request request) throws IOException, InterruptedException {
    var span = trace.begin(call, unattended);
    sent = span.getSpanContext();
    boolean replied = false;
    try {
      var reply = new TracedReply(upstream.send(marked(request, span)), span);
      replied = true;
      return reply;
    } catch (IOException | InterruptedException | RuntimeException e) {
      Spans.failed(span, e);
      throw e;
    } finally {
      if (!replied) {
        span.end();
      }
    }
  }

  private Request marked(Request request, Span span) {
    var spans = trace.spans();
    var headers = request.headers().without(spans.headerNames());
    for (var header : spans.headers(span, trace.context(unattended)).entrySet()) {
      headers = headers.with(header.getKey(), header.getValue());
    }
    return request.with(headers, request.body());
  }
}
