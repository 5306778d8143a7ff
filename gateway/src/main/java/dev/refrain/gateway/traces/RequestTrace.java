package dev.refrain.gateway.traces;

import dev.refrain.Answer;
import dev.refrain.Call;
import dev.refrain.Meaning;
import dev.refrain.Upstream;
import dev.refrain.gateway.figures.Trace;
import dev.refrain.gateway.figures.Visit;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One request, and the calls upstream that it needs. Thread-safe. */
final class RequestTrace implements Trace {
  /*
   * Its span begins, be it later than the request itself, when there is something to tell: of a
   * request that is looked at here and answered elsewhere there is nothing.
   */

  private static final int SERVER_ERRORS = 500;

  /** Paths by which spans are called. Others have names of models in them, or anything at all. */
  private static final Set<String> ROUTES =
      Set.of(
          "/ask",
          "/v1/chat/completions",
          "/v1/completions",
          "/v1/embeddings",
          "/v1/messages",
          "/v1/responses");

  private final Spans spans;
  private final SpanBuilder unbegun;
  private final Context caller;
  private @Nullable Span begun; // guarded by this
  private volatile @Nullable Span relayed;

  /**
   * Follows a request.
   *
   * @param unbegun its span, to which the time is set
   * @param caller what he told
   */
  RequestTrace(Spans spans, SpanBuilder unbegun, Context caller) {
    this.spans = spans;
    this.unbegun = unbegun;
    this.caller = caller;
  }

  private synchronized Span span() {
    var span = begun;
    if (span == null) {
      span = unbegun.startSpan();
      begun = span;
    }
    return span;
  }

  @Override
  public Upstream follow(Call call, Upstream upstream) {
    return new TracedUpstream(this, call, upstream, false);
  }

  Spans spans() {
    return spans;
  }

  /**
   * Begins the span of a call upstream.
   *
   * @param unattended whether that has a trace of its own, since nobody waits for it
   */
  Span begin(Call call, boolean unattended) {
    var begun = spans.of(call);
    if (unattended) {
      begun.setNoParent().addLink(span().getSpanContext()).setAttribute(Names.REFRESH, true);
    } else {
      begun.setParent(context());
    }
    return begun.startSpan();
  }

  /** Returns what the caller told, unless that is no business of the call. */
  Context context(boolean unattended) {
    return unattended ? Context.root() : context();
  }

  private Context context() {
    return caller.with(span());
  }

  @Override
  public List<Entry<String, String>> relay(
      String method, String upstream, List<Entry<String, String>> headers) {
    var begun = spans.of(method, method, upstream).setParent(context()).startSpan();
    relayed = begun;
    var own = spans.headerNames();
    var onward = new ArrayList<>(headers);
    onward.removeIf(header -> own.contains(header.getKey().toLowerCase(Locale.ROOT)));
    spans.headers(begun, context()).forEach((name, value) -> onward.add(Map.entry(name, value)));
    return onward;
  }

  @Override
  public void relayed(int status, @Nullable Throwable failure) {
    var begun = relayed;
    if (begun == null) {
      return;
    }
    if (failure == null) {
      Spans.replied(begun, status);
    } else {
      Spans.failed(begun, failure);
    }
    begun.end();
  }

  @Override
  public void end(Visit visit, int status) {
    var span = span();
    span.setAttribute(Names.PATH, Names.cut(visit.path()));
    if (ROUTES.contains(visit.path())) {
      span.updateName(visit.method() + " " + visit.path());
    }
    span.setAttribute(Names.STATUS, (long) status);
    span.setAttribute(Names.OUTCOME, visit.result().toString());
    span.setAttribute(Names.REQUEST_ID, visit.id());
    var reason = visit.reason(status);
    if (!reason.isEmpty()) {
      span.setAttribute(Names.REASON, reason);
    }
    if (status >= SERVER_ERRORS) {
      span.setStatus(StatusCode.ERROR).setAttribute(Names.ERROR, Integer.toString(status));
    }
    var call = visit.call();
    if (call != null) {
      tell(span, call);
    }
    var answer = visit.answer();
    if (answer != null) {
      tell(span, answer);
    }
    span.end();
  }

  private static void tell(Span span, Call call) {
    if (!call.namespace().isEmpty()) {
      span.setAttribute(Names.NAMESPACE, Names.cut(call.namespace()));
    }
    var asked = GenAi.of(call);
    if (asked != null) {
      span.setAttribute(Names.OPERATION, asked.operation());
      span.setAttribute(Names.MODEL, asked.model());
    }
    switch (call.meaning()) {
      case Meaning.Keyed keyed -> {
        span.setAttribute(Names.DIALECT, keyed.dialect().name());
        span.setAttribute(Names.KEY, keyed.key().toString());
      }
      case Meaning.Batch batch ->
          span.setAttribute(Names.DIALECT, batch.items().getFirst().dialect().name());
      case Meaning.Unkeyed unkeyed -> {} // there is none
    }
  }

  /** Who follows somebody else's call is linked to it. */
  private void tell(Span span, Answer answer) {
    var age = answer.age();
    if (age != null) {
      span.setAttribute(Names.AGE, age.ageMillis());
    }
    for (var payer : answer.payers()) {
      var call =
          (payer instanceof TracedUpstream traced && !traced.isOf(this)) ? traced.call() : null;
      if (call != null) {
        span.addLink(call);
      }
    }
  }
}
