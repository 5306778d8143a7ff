package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Lifetime;
import dev.refrain.Rule;
import dev.refrain.Rules;
import dev.refrain.gateway.figures.LogSettings;
import dev.refrain.gateway.settings.FigureSettings;
import dev.refrain.gateway.settings.TraceSettings;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Collector;
import dev.refrain.gateway.testing.Collector.Span;
import dev.refrain.gateway.testing.EmbeddingReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Setup;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.FreePort;
import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a collector of traces is told, and that nobody waits for it. */
@Timeout(60)
final class TracesTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";
  private static final String TRACEPARENT = "traceparent: 00-" + TRACE + "-" + PARENT + "-01";
  private static final String SECRET = "sk-planted-secret";

  private static final String ONE = EmbeddingReply.request("one");
  private static final Map<String, String> SMALL_QUEUE =
      Map.of("otel.bsp.max.queue.size", "16", "otel.bsp.max.export.batch.size", "8");

  private Collector collector;

  @BeforeEach
  void listen() throws IOException {
    collector = Collector.start();
  }

  @AfterEach
  void close() {
    collector.close();
  }

  private Stage stage() throws Exception {
    return stage(setup -> setup);
  }

  private Stage stage(UnaryOperator<Setup> change) throws Exception {
    return Stage.set(setup -> change.apply(setup.traces(traces(collector.url(), Map.of()))));
  }

  private static TraceSettings traces(String url, Map<String, String> more) {
    var properties = new TreeMap<>(more);
    properties.put("otel.exporter.otlp.endpoint", url);
    properties.put("otel.bsp.schedule.delay", "20");
    return new TraceSettings(true, properties);
  }

  private static Span call(List<Span> spans) {
    return only(spans, true);
  }

  private static Span request(List<Span> spans) {
    return only(spans, false);
  }

  private static Span only(List<Span> spans, boolean calls) {
    var found = spans.stream().filter(span -> span.isCall() == calls).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  @Test
  void theTraceOfTheCallerGoesOnToUpstream() throws Exception {
    try (var stage = stage()) {
      stage.provider().next(Wire.json(Samples.COMPLETION));
      stage.chat(
          Samples.chat("Who is it?"), TRACEPARENT, "tracestate: a=b", "refrain-namespace: v7");
      var spans = collector.await(2);
      var request = request(spans);
      var call = call(spans);
      var sent = stage.provider().call(0).head();

      assertThat(collector.path()).isEqualTo("/v1/traces");
      assertThat(collector.resource()).containsEntry("service.name", "refrain");
      assertThat(request.traceId()).isEqualTo(TRACE);
      assertThat(request.parentId()).isEqualTo(PARENT);
      assertThat(request.name()).isEqualTo("POST /v1/chat/completions");
      assertThat(request.at("refrain.outcome")).isEqualTo("fetched");
      assertThat(request.at("refrain.dialect")).isEqualTo("openai-chat");
      assertThat(request.at("refrain.namespace")).isEqualTo("v7");
      assertThat(request.at("refrain.key")).matches("[0-9a-f]{64}");
      assertThat(request.at("gen_ai.request.model")).isEqualTo("gpt-test");
      assertThat(request.at("http.response.status_code")).isEqualTo("200");
      assertThat(request.status()).isZero();
      assertThat(call.traceId()).isEqualTo(TRACE);
      assertThat(call.parentId()).isEqualTo(request.spanId());
      assertThat(call.name()).isEqualTo("chat gpt-test");
      assertThat(call.attributes())
          .containsEntry("gen_ai.operation.name", "chat")
          .containsEntry("gen_ai.provider.name", "openai")
          .containsEntry("gen_ai.request.model", "gpt-test")
          .containsEntry("gen_ai.response.model", "gpt-test")
          .containsEntry("gen_ai.usage.input_tokens", 5L)
          .containsEntry("gen_ai.usage.output_tokens", 4L)
          .containsEntry("server.address", "127.0.0.1")
          .containsEntry("refrain.upstream", "openai");
      assertThat(sent.all("traceparent"))
          .containsExactly("00-" + TRACE + "-" + call.spanId() + "-01");
      assertThat(sent.all("tracestate")).containsExactly("a=b");
    }
  }

  @Test
  void aHitIsASpanOfItsOwn() throws Exception {
    try (var stage = stage()) {
      stage.provider().next(Wire.json(Samples.COMPLETION));
      stage.chat(Samples.chat("Who?"));
      collector.await(2);
      var reply = stage.chat(Samples.chat("Who?"), TRACEPARENT);
      var hit = collector.await(3).get(2);

      assertThat(hit.isCall()).isFalse();
      assertThat(hit.traceId()).isEqualTo(TRACE);
      assertThat(hit.at("refrain.outcome")).isEqualTo("replayed");
      assertThat(hit.at("refrain.age_ms")).matches("\\d+");
      assertThat(hit.at("refrain.request_id")).isEqualTo(reply.header("refrain-request-id"));
      assertThat(hit.links()).isEmpty();
    }
  }

  @Test
  void aHitPastTheServerIsASpanToo() throws Exception {
    try (var stage = stage()) {
      stage.provider().next(Wire.json(Samples.COMPLETION));
      var client = stage.client();
      for (int i = 0; i < 4; i++) {
        client.call(Wire.post(Samples.CHAT, Samples.chat("Who?"), TRACEPARENT));
      }
      var hits =
          collector.await(5).stream()
              .filter(span -> span.at("refrain.outcome").equals("replayed"))
              .toList();

      assertThat(stage.gateway().answeredOnExpressLane()).isPositive();
      assertThat(hits).hasSize(3).allMatch(hit -> hit.parentId().equals(PARENT));
    }
  }

  @Test
  void whoFollowsIsLinkedToTheCallOfTheLeader() throws Exception {
    var gate = new Gate();
    try (var stage = stage();
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      stage.provider().next(Acts.held(gate, Wire.json(Samples.COMPLETION)));
      var request = Wire.post(Samples.CHAT, Samples.chat("Who?"));
      var first = callers.submit(() -> stage.client().call(request));
      gate.awaitReached();
      var second = callers.submit(() -> stage.client().call(request));
      Poll.until(
          "two are aboard", () -> stage.gateway().figures().now().cache().air().readers() == 2);
      gate.open();
      first.get();
      second.get();
      var spans = collector.await(3);
      var call = call(spans);
      var follower =
          spans.stream().filter(span -> span.at("refrain.outcome").equals("joined")).toList();

      assertThat(follower).hasSize(1);
      assertThat(follower.getFirst().links()).containsExactly(call.asLink());
      assertThat(follower.getFirst().traceId()).isNotEqualTo(call.traceId());
    }
  }

  @Test
  void whoTakesAPartOfABatchFromSomebodyElseIsLinkedToo() throws Exception {
    var gate = new Gate();
    try (var stage = stage();
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      stage.provider().next(Acts.held(gate, Wire.json(EmbeddingReply.of(ONE))));
      stage.provider().next(EmbeddingReply.act());
      var first = callers.submit(() -> stage.client().call(Wire.post(EmbeddingReply.PATH, ONE)));
      gate.awaitReached();
      var both = EmbeddingReply.request("one", "two");
      var second = callers.submit(() -> stage.client().call(Wire.post(EmbeddingReply.PATH, both)));
      stage.provider().awaitCalls(2);
      gate.open();
      first.get();
      second.get();
      var spans = collector.await(4);
      var calls = spans.stream().filter(Span::isCall).map(Span::asLink).toList();
      var linked = spans.stream().filter(span -> !span.links().isEmpty()).toList();

      assertThat(linked).hasSize(1);
      assertThat(linked.getFirst().at("gen_ai.operation.name")).isEqualTo("embeddings");
      assertThat(linked.getFirst().links()).hasSize(1).isSubsetOf(calls);
    }
  }

  @Test
  void aRefreshHasATraceOfItsOwnThatIsLinkedToItsCause() throws Exception {
    var old = Lifetime.DEFAULT;
    var lifetime =
        new Lifetime(
            Duration.ZERO,
            0,
            old.hotHits(),
            old.hotWindow(),
            old.hotLife(),
            old.maxAge(),
            old.staleWhileRevalidate(),
            old.staleIfError(),
            0);
    var rules = new Rules(List.of(), new Rule(true, lifetime, Set.of()));
    try (var stage = stage(setup -> setup.rules(rules))) {
      stage.provider().next(Wire.json(Samples.COMPLETION));
      stage.chat(Samples.chat("Who?"));
      collector.await(2);
      stage.provider().next(Wire.json(Samples.COMPLETION));
      stage.chat(Samples.chat("Who?"), TRACEPARENT, "tracestate: a=b");
      var spans = collector.await(4);
      var later = spans.subList(2, 4);
      var refresh = call(later);
      var sent = stage.provider().call(1).head();

      assertThat(request(later).at("refrain.outcome")).isEqualTo("stale");
      assertThat(refresh.traceId()).isNotEqualTo(TRACE);
      assertThat(refresh.parentId()).isEmpty();
      assertThat(refresh.links()).containsExactly(request(later).asLink());
      assertThat(refresh.at("refrain.refresh")).isEqualTo("1");
      assertThat(sent.get("traceparent")).contains(refresh.traceId());
      assertThat(sent.all("tracestate")).isEmpty();
    }
  }

  @Test
  void whatFailsIsAnError() throws Exception {
    try (var stage = stage()) {
      stage.provider().next(Wire.json(429, "{\"error\":{\"message\":\"slow down\"}}"));
      stage.chat(Samples.chat("Who?"));
      var refused = call(collector.await(2));
      assertThat(refused.status()).isEqualTo(2);
      assertThat(refused.at("error.type")).isEqualTo("429");

      stage.provider().next(Acts.cut(Wire.json(Samples.COMPLETION), 200));
      stage.chat(Samples.chat("What?"));
      var cut = call(collector.await(4).subList(2, 4));
      assertThat(cut.status()).isEqualTo(2);
      assertThat(cut.at("error.type")).isEqualTo("java.io.IOException");
    }
  }

  @Test
  void anUpstreamThatIsNotThereIsAnErrorOfBoth() throws Exception {
    var nowhere = URI.create("http://127.0.0.1:" + FreePort.any());
    try (var stage = stage(setup -> setup.upstream("nowhere", nowhere))) {
      var reply = stage.call(Wire.post("/nowhere" + Samples.CHAT, Samples.chat("Who?")));
      assertThat(reply.status()).isEqualTo(502);
      var spans = collector.await(2);
      assertThat(call(spans).status()).isEqualTo(2);
      assertThat(request(spans).status()).isEqualTo(2);
      assertThat(request(spans).at("refrain.outcome")).isEqualTo("failed");
      assertThat(request(spans).at("refrain.reason")).isEqualTo("error-502");
    }
  }

  @Test
  void whatIsOnlyRelayedIsFollowedToo() throws Exception {
    try (var stage = stage()) {
      stage.provider().next(Wire.json("{}"));
      stage.call(Wire.get("/v1/files/file-17?key=" + SECRET, TRACEPARENT));
      var spans = collector.await(2);
      var call = call(spans);

      assertThat(request(spans).at("refrain.reason")).isEqualTo("endpoint");
      assertThat(request(spans).name()).isEqualTo("GET");
      assertThat(call.parentId()).isEqualTo(request(spans).spanId());
      assertThat(call.at("http.response.status_code")).isEqualTo("200");
      assertThat(stage.provider().call(0).head().all("traceparent"))
          .containsExactly("00-" + TRACE + "-" + call.spanId() + "-01");
      assertThat(collector.raw()).contains("file-17").doesNotContain(SECRET);
    }
  }

  @Test
  void neitherTextsNorCredentialsAreTold() throws Exception {
    try (var stage = stage()) {
      stage.provider().next(Wire.json(Samples.COMPLETION));
      for (int i = 0; i < 2; i++) {
        stage.chat(
            Samples.chat("A very private question"),
            "authorization: Bearer " + SECRET,
            "x-api-key: " + SECRET,
            "cookie: " + SECRET);
      }
      collector.await(3);
      assertThat(collector.raw()).doesNotContain("private question", "Gr", SECRET, "🎶");
    }
  }

  @Test
  void aCallerWhoIsNotSampledIsNotFollowed() throws Exception {
    try (var stage = stage()) {
      stage.provider().otherwise(Acts.reply(Wire.json(Samples.COMPLETION)));
      stage.chat(Samples.chat("Who?"), TRACEPARENT.replaceFirst("01$", "00"));
      assertThat(stage.provider().call(0).head().get("traceparent"))
          .startsWith("00-" + TRACE)
          .endsWith("-00");
      stage.chat(Samples.chat("What?"), TRACEPARENT);
      assertThat(collector.await(2)).hasSize(2);
    }
  }

  @Test
  void callsAreFollowedWhereNobodyCounts() throws Exception {
    var uncounted = new FigureSettings(false, null, LogSettings.OFF);
    try (var stage = stage(setup -> setup.figures(uncounted))) {
      stage.provider().next(Wire.json(Samples.COMPLETION));
      stage.chat(Samples.chat("Who?"));
      assertThat(request(collector.await(2)).at("refrain.outcome")).isEqualTo("fetched");
    }
  }

  @Test
  void withoutTracesTheHeadersGoOnAsTheyCame() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().otherwise(Acts.reply(Wire.json(Samples.COMPLETION)));
      var odd = "traceparent: 00-" + TRACE + "-" + PARENT + "-01-what-is-this";
      stage.chat(Samples.chat("Who?"), odd, "tracestate: a=b , c=d");
      stage.call(Wire.get("/v1/models", odd, "tracestate: a=b , c=d"));
      for (int i = 0; i < 2; i++) {
        var sent = stage.provider().call(i).head();
        assertThat(sent.all("traceparent"))
            .containsExactly(odd.substring("traceparent: ".length()));
        assertThat(sent.all("tracestate")).containsExactly("a=b , c=d");
      }
      assertThat(collector.spans()).isEmpty();
    }
  }

  @Test
  void nobodyNoticesThatTheCollectorIsDown() throws Exception {
    var traces = traces("http://127.0.0.1:" + FreePort.any(), SMALL_QUEUE);
    try (var stage = Stage.set(setup -> setup.traces(traces))) {
      stage.provider().next(Wire.json(Samples.COMPLETION));
      stage.chat(Samples.chat("Who?"));
      assertHits(stage);
    }
  }

  @Test
  void nobodyNoticesThatTheCollectorDoesNotAnswer() throws Exception {
    try (var deaf = Collector.startDeaf()) {
      var traces = traces(deaf.url(), SMALL_QUEUE);
      try (var stage = Stage.set(setup -> setup.traces(traces))) {
        stage.provider().next(Wire.json(Samples.COMPLETION));
        stage.chat(Samples.chat("Who?"));
        deaf.awaitReached();
        assertHits(stage);
      }
      assertThat(deaf.spans()).isEmpty();
    }
  }

  private static void assertHits(Stage stage) throws Exception {
    for (int i = 0; i < 100; i++) { // more than the queue has places for
      assertThat(stage.chat(Samples.chat("Who?")).isHit()).isTrue();
    }
  }

  @Test
  void whatCannotBeDoneIsSaidAtTheStart() {
    var grpc = traces(collector.url(), Map.of("otel.exporter.otlp.protocol", "grpc"));
    assertThatThrownBy(() -> Stage.set(setup -> setup.traces(grpc)).close())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("traces cannot be told");
  }
}
