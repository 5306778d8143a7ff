package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Answer;
import dev.refrain.Call;
import dev.refrain.Headers;
import dev.refrain.LlmCache;
import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Scope;
import dev.refrain.Upstream;
import dev.refrain.dialect.Dialects;
import dev.refrain.gateway.figures.Figures;
import dev.refrain.gateway.figures.Figures.Sources;
import dev.refrain.gateway.figures.Prices;
import dev.refrain.gateway.figures.Trace;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.testing.Poll;
import dev.refrain.tier.MemoryTier;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Measures what it costs a hit to be counted: the processor's time for one, alone. No test, and run
 * by its name only, {@code -Dtest=FiguresCosts}.
 */
final class FiguresCosts {
  private static final int VISITS = 20_000;
  private static final int ROUNDS = 400;
  private static final int OK = 200;

  @Test
  void measure() throws Exception {
    var request =
        Request.post(
            "openai",
            Samples.CHAT,
            Headers.of("content-type", "application/json"),
            Samples.chat("Who?").getBytes(UTF_8));
    Upstream upstream =
        asked ->
            Reply.of(
                OK,
                Headers.of("content-type", "application/json"),
                Samples.COMPLETION.getBytes(UTF_8));
    try (var cache =
            LlmCache.builder().dialects(Dialects.ALL).tier(MemoryTier.ofBytes(1 << 20)).build();
        var none = Figures.none(sources(cache));
        var all = Figures.open(sources(cache), null)) {
      var call = cache.read(request, Scope.tenant("a"));
      try (var fetched = cache.answer(call, upstream)) {
        fetched.readAll();
      }
      Poll.until("it is kept", () -> cache.inFlight() == 0);
      try (var hit = Objects.requireNonNull(cache.peek(call, upstream), "a hit")) {
        compare(none, all, call, hit);
      }
    }
  }

  private static Sources sources(LlmCache cache) {
    var prices = Prices.builtIn();
    return new Sources(cache::figures, () -> prices, InstantSource.system(), null);
  }

  /** In turns, so that neighbours disturb both. */
  private static void compare(Figures none, Figures all, Call call, Answer hit) {
    var nanos = new double[2][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      nanos[0][round] = visit(none, call, hit);
      nanos[1][round] = visit(all, call, hit);
    }
    for (var each : nanos) {
      Arrays.sort(each);
    }
    System.out.printf(
        "a hit: %.0f ns not counted, %.0f ns counted; the middle of %d rounds%n",
        nanos[0][ROUNDS / 2], nanos[1][ROUNDS / 2], ROUNDS);
    System.out.printf("the least: %.0f and %.0f ns%n", nanos[0][0], nanos[1][0]);
  }

  private static double visit(Figures figures, Call call, Answer hit) {
    long began = System.nanoTime();
    for (int i = 0; i < VISITS; i++) {
      var visit = figures.begin("POST", Samples.CHAT, Trace.NONE);
      visit.asks(call);
      visit.isAnswered(hit);
      visit.isCalled("1x7k2m9q-4f");
      visit.end(OK, Samples.COMPLETION.length());
    }
    return (double) (System.nanoTime() - began) / VISITS;
  }
}
