package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.events;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Lifetime;
import dev.refrain.Reason;
import dev.refrain.Rule;
import dev.refrain.Rules;
import dev.refrain.gateway.figures.Now;
import dev.refrain.gateway.figures.Totals.Tokens;
import dev.refrain.gateway.settings.Data;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is counted of calls whose fate is arranged. */
@Timeout(60)
final class FiguresTest {
  /** Five tokens in at 2.50 dollars a million, and four out at 10. */
  private static final long NANOS = 5 * 2_500 + 4 * 10_000;

  private static final String REPLY = Samples.COMPLETION.replace("gpt-test", "gpt-4o");

  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private static String chat(String question) {
    return Samples.chat(question).replace("gpt-test", "gpt-4o");
  }

  private Now after(int calls) throws InterruptedException {
    Poll.until(calls + " calls are counted", () -> now().today().totals().calls() >= calls);
    return now();
  }

  private Now now() {
    return stage.gateway().figures().now();
  }

  @Test
  void aHitSavesWhatItsFetchHasSpent() throws Exception {
    stage.provider().next(Wire.json(REPLY));
    stage.chat(chat("Who?"));
    for (int i = 0; i < 3; i++) {
      assertThat(stage.chat(chat("Who?")).isHit()).isTrue();
    }

    var totals = after(4).today().totals();
    assertThat(totals.calls()).isEqualTo(4);
    assertThat(totals.hits()).isEqualTo(3);
    assertThat(totals.tokensSpent()).isEqualTo(new Tokens(5, 4, 0));
    assertThat(totals.tokensSaved()).isEqualTo(new Tokens(15, 12, 0));
    assertThat(totals.nanosSpent()).isEqualTo(NANOS);
    assertThat(totals.nanosSaved()).isEqualTo(3 * NANOS);
    var now = now();
    assertThat(now.models()).extracting(Now.Model::name).containsExactly("gpt-4o");
    assertThat(now.unpriced()).isEmpty();
    assertThat(now.hitTimes().count()).isEqualTo(3);
    assertThat(now.fetchTimes().count()).isEqualTo(1);
    assertThat(now.addedTimes().count()).isEqualTo(1);
    assertThat(now.firstChunkTimes().count()).isEqualTo(1);
    assertThat(now.cache().kept()).isEqualTo(1);
    assertThat(now.cache().tiers().getFirst().hits()).isEqualTo(3);
    assertThat(now.cache().tiers().getFirst().holdings().entries()).isEqualTo(1);
  }

  @Test
  void theOperatorIsToldAtTheDoor() throws Exception {
    stage.provider().next(Wire.json(REPLY));
    stage.chat(chat("Who?"));
    after(1);
    var reply = stage.call(operators("/-/api/now"));
    var json = Json.parse(reply.body());
    assertThat(reply.header("content-type")).isEqualTo("application/json");
    assertThat(json.get("today").get("calls").asLong(-1)).isEqualTo(1);
    assertThat(json.get("today").get("moneySpent").raw()).isEqualTo("0.000052500");
    assertThat(json.get("latency").get("fetched").get("count").asLong(-1)).isEqualTo(1);
    assertThat(json.get("tiers").elements().iterator().next().get("name").text())
        .isEqualTo("memory");
  }

  private static byte[] operators(String path) {
    return ("GET " + path + " HTTP/1.1\r\nhost: localhost\r\n\r\n").getBytes(UTF_8);
  }

  @Test
  void whoJoinsSavesAsMuchAsTheOtherSpends() throws Exception {
    var gate = new Gate();
    var events = events("Wir", "sagen");
    events.add(
        events.size() - 1,
        "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
            + "\"model\":\"gpt-4o\",\"choices\":[],\"usage\":{\"prompt_tokens\":5,"
            + "\"completion_tokens\":4,\"total_tokens\":9}}\n\n");
    stage.provider().next(Acts.held(gate, Wire.stream(events)));
    var request = Wire.post(Samples.CHAT, Samples.chatStreamUsage("Who?"));
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = callers.submit(() -> stage.client().call(request));
      gate.awaitReached();
      var second = callers.submit(() -> stage.client().call(request));
      Poll.until("two are aboard", () -> now().cache().air().readers() == 2);
      var air = now().cache().air();
      assertThat(air.flights()).isEqualTo(1);
      assertThat(air.followers()).isEqualTo(1);
      assertThat(air.fullest()).isEqualTo(1);
      gate.open();
      assertThat(first.get().whole()).isTrue();
      assertThat(second.get().whole()).isTrue();
    }

    var totals = after(2).today().totals();
    assertThat(totals.joined()).isEqualTo(1);
    assertThat(totals.hits()).isZero();
    assertThat(totals.tokensSpent()).isEqualTo(new Tokens(5, 4, 0));
    assertThat(totals.tokensSaved()).isEqualTo(new Tokens(5, 4, 0));
    assertThat(now().unpriced()).containsExactly("gpt-test");
    assertThat(totals.nanosSaved()).isZero();
  }

  @Test
  void whatIsPassedByTheCacheIsSpentAllTheSame() throws Exception {
    stage.provider().next(Wire.json(REPLY));
    var bypassed = stage.chat(chat("Who?"), "cache-control: no-store");
    assertThat(bypassed.cacheStatus()).contains("no-store");
    stage.provider().next(Wire.json("{}"));
    stage.call(Wire.post("/v1/files", "{}"));

    var now = after(2);
    assertThat(now.today().totals().tokensSpent()).isEqualTo(new Tokens(5, 4, 0));
    assertThat(now.today().totals().hits()).isZero();
    assertThat(now.cache().kept()).isZero();
  }

  @Test
  void aStaleAnswerIsAHitAndItsRefreshIsSpent() throws Exception {
    stage.close();
    var lifetime = Lifetime.DEFAULT;
    var instant =
        new Lifetime(
            Duration.ZERO,
            0,
            lifetime.hotHits(),
            lifetime.hotWindow(),
            lifetime.hotLife(),
            lifetime.maxAge(),
            lifetime.staleWhileRevalidate(),
            lifetime.staleIfError(),
            0);
    stage =
        Stage.set(setup -> setup.rules(new Rules(List.of(), new Rule(true, instant, Set.of()))));
    stage.provider().next(Wire.json(REPLY));
    stage.provider().next(Wire.json(REPLY));
    stage.chat(chat("Who?"));
    assertThat(stage.chat(chat("Who?")).cacheStatus()).contains("hit; ttl=-");
    stage.provider().awaitCalls(2);
    stage.awaitCalm();

    var totals = after(2).today().totals();
    assertThat(totals.hits()).isEqualTo(1);
    assertThat(totals.tokensSaved()).isEqualTo(new Tokens(5, 4, 0));
    assertThat(totals.tokensSpent()).isEqualTo(new Tokens(10, 8, 0));
    assertThat(now().cache().refreshes()).isEqualTo(1);
    assertThat(now().cache().refreshesFailed()).isZero();
  }

  /** A stream tells its usage only to those who ask for it. */
  @Test
  void whatNoReplyTellsIsCountedAndMarked() throws Exception {
    stage.provider().next(Wire.stream(events("Wir ", "sagen ", "alle ", "das ", "Selbe")));
    stage.chat(Samples.chatStream("Who sings?"));
    assertThat(stage.chat(Samples.chatStream("Who sings?")).isHit()).isTrue();
    Poll.until(
        "both are counted",
        () -> {
          var totals = now().today().totals();
          return totals.tokensSaved().estimated() > 0 && totals.tokensSpent().estimated() > 0;
        });

    var totals = now().today().totals();
    assertThat(totals.tokensSaved()).isEqualTo(totals.tokensSpent());
    assertThat(totals.tokensSaved().input()).isBetween(2L, 4L);
    assertThat(totals.tokensSaved().output()).isBetween(5L, 10L);
    assertThat(totals.tokensSaved().estimated())
        .isEqualTo(totals.tokensSaved().input() + totals.tokensSaved().output());
  }

  @Test
  void whatWasSavedIsKnownToTheNextProcess(@TempDir Path directory) throws Exception {
    stage.close();
    var data = new Data(directory, 64L << 20, List.of(), null);
    stage = Stage.set(setup -> setup.data(data));
    stage.provider().next(Wire.json(REPLY));
    stage.chat(chat("Who?"));
    stage.chat(chat("Who?"));
    var before = after(2).ever();
    stage.close();

    stage = Stage.set(setup -> setup.data(data));
    assertThat(now().ever()).isEqualTo(before);
    assertThat(stage.chat(chat("Who?")).isHit()).isTrue();
    Poll.until("one more", () -> now().ever().totals().hits() == 2);
    assertThat(now().ever().totals().nanosSaved()).isEqualTo(2 * NANOS);
    assertThat(now().ever().totals().nanosSpent()).isEqualTo(NANOS);
  }

  /** Whoever traces sees one trace, whose next span is upstream's. */
  @Test
  void aTraceGoesOnUpstreamAsItCame() throws Exception {
    var trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    stage.provider().next(Wire.json(REPLY));
    stage.chat(chat("Who?"), "traceparent: " + trace, "tracestate: a=b");
    var head = stage.provider().call(0).head();
    assertThat(head.get("traceparent")).isEqualTo(trace);
    assertThat(head.get("tracestate")).isEqualTo("a=b");
    assertThat(stage.chat(chat("Who?"), "traceparent: 00-1").isHit()).isTrue();
  }

  @Test
  void errorsCostNothingAndAreCounted() throws Exception {
    stage.provider().next(Wire.json(400, "{\"error\":{\"message\":\"total_tokens\"}}"));
    stage.chat(chat("Who?"));
    stage.provider().next(Acts.cut(Wire.json(REPLY), 0));
    assertThat(stage.chat(chat("What?")).status()).isEqualTo(502);

    var now = after(2);
    assertThat(now.today().totals().calls()).isEqualTo(2);
    assertThat(now.today().totals().tokensSpent()).isEqualTo(Tokens.NONE);
    assertThat(now.cache().notKept()).containsEntry(Reason.STATUS, 1L);
  }
}
