package dev.refrain.gateway.traces;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.figures.Visit;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Spans that have begun have an end. */
final class RequestTraceTest {
  private static final Instant CAME = Instant.parse("2026-01-02T03:04:05Z");

  private final List<ReadableSpan> started = new ArrayList<>();
  private final List<ReadableSpan> ended = new ArrayList<>();
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder().addSpanProcessor(new Witness()).build();

  /** Sees spans come and go. */
  private final class Witness implements SpanProcessor {
    @Override
    public void onStart(Context parent, ReadWriteSpan span) {
      started.add(span);
    }

    @Override
    public boolean isStartRequired() {
      return true;
    }

    @Override
    public void onEnd(ReadableSpan span) {
      ended.add(span);
    }

    @Override
    public boolean isEndRequired() {
      return true;
    }
  }

  @AfterEach
  void close() {
    provider.close();
  }

  private RequestTrace trace() {
    var tracer = provider.get("test");
    var spans = new Spans(tracer, TextMapPropagator.noop(), Map.of());
    var unbegun = tracer.spanBuilder("POST").setSpanKind(SpanKind.SERVER).setStartTimestamp(CAME);
    return new RequestTrace(spans, unbegun, Context.root());
  }

  @Test
  void ofARequestThatIsAnsweredElsewhereNothingIsTold() {
    assertThat(trace()).isNotNull();
    assertThat(started).isEmpty();
  }

  @Test
  void oneSpanBeginsWhenTheRequestCame() {
    var trace = trace();
    var unused = trace.relay("POST", "openai", List.of());
    trace.relayed(200, null);
    trace.end(Visit.UNCOUNTED, 200);
    assertThat(started).hasSize(2).containsExactlyInAnyOrderElementsOf(ended);
    var request = started.getFirst().toSpanData();
    assertThat(request.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(request.getStartEpochNanos()).isEqualTo(CAME.toEpochMilli() * 1_000_000);
    assertThat(started.getLast().toSpanData().getParentSpanId()).isEqualTo(request.getSpanId());
  }
}
