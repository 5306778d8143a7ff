package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Parrot.Generation;
import dev.refrain.testing.Campaign;
import dev.refrain.testing.Chance;
import dev.refrain.testing.PlainDialect;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What always holds (DESIGN, section 12), while many callers ask as they like, time passes, tags
 * are invalidated, and upstream does what upstreams do.
 */
@Timeout(600)
final class InvariantTest {
  private static final Duration TTL = Duration.ofHours(1);
  private static final Duration YOUNG = Duration.ofMinutes(5);
  private static final Duration WHILE_REVALIDATE = Duration.ofMinutes(10);
  private static final Duration IF_ERROR = Duration.ofHours(2);
  private static final Times TIMES = Times.PLAIN.stale(WHILE_REVALIDATE, IF_ERROR);
  private static final List<String> CONTROLS =
      List.of("", "", "", "", "no-cache", "no-store", "only-if-cached", "max-age=300", "max-stale");
  private static final List<String> TAGS = List.of("", "", "", "red", "red,green");

  @RegisterExtension final Chance chance = new Chance();
  @RegisterExtension final Stage stage = new Stage().times(TIMES);

  private final AtomicLong ticks = new AtomicLong(); // the order of all that happens
  private final List<Invalidation> invalidations = new CopyOnWriteArrayList<>();
  private final Map<Outcome, Integer> outcomes = new ConcurrentHashMap<>();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger asked = new AtomicInteger();

  private record Invalidation(String tag, long begunTick, long doneTick) {}

  /** One call, and what was known when it was made. */
  private record Asked(
      String scope, String body, String control, String tags, long tick, long millis) {
    String ask() {
      return body.split(";", -1)[0];
    }
  }

  @AfterEach
  void everyoneIsHome() {
    callers.shutdownNow();
    callers.close();
  }

  @Test
  void whateverHappensNobodyIsServedWhatHeMustNotBe() throws Exception {
    var parrot = new Parrot(chance.split(), stage.clock, ticks, true);
    stage.upstream.otherwise(parrot);
    stage.cache();
    for (int i = Campaign.rounds(40, 2_000); i > 0; i--) {
      var done = new ArrayList<Future<?>>();
      for (int caller = 0; caller < 8; caller++) {
        var own = new SplittableRandom(chance.nextLong());
        done.add(callers.submit((Callable<Object>) () -> askOften(own, parrot)));
      }
      while (!done.stream().allMatch(Future::isDone)) {
        disturb();
      }
      for (var future : done) {
        future.get();
      }
      stage.advance(Duration.ofMinutes(chance.nextInt(40))); // however fast the machine is
    }
    while (stage.cache().inFlight() > 0) { // stalled refreshes run out of time
      stage.advance(Duration.ofMinutes(1));
    }
    assertThat(stage.upstream.calls()).isLessThanOrEqualTo(asked.get());
    assertThat(outcomes).containsOnlyKeys(Outcome.values()); // so enough has happened
    assertThat(invalidations).isNotEmpty();
  }

  private void disturb() throws IOException, InterruptedException {
    switch (chance.nextInt(300)) {
      case 0 -> invalidate(chance.nextBoolean() ? "red" : "green");
      case 1 -> invalidate("");
      case 2, 3, 4, 5 -> stage.advance(Duration.ofMinutes(chance.nextInt(40)));
      case 6, 7, 8, 9, 10, 11, 12, 13, 14 -> stage.advance(Duration.ofSeconds(chance.nextInt(60)));
      default -> Thread.sleep(0, 100_000); // only to leave the others some time
    }
  }

  private void invalidate(String tag) throws IOException, InterruptedException {
    long begun = ticks.incrementAndGet();
    if (tag.isEmpty()) {
      stage.cache().invalidateAll();
    } else {
      stage.cache().invalidate(tag);
    }
    invalidations.add(new Invalidation(tag, begun, ticks.incrementAndGet()));
  }

  private Object askOften(RandomGenerator own, Parrot parrot) throws InterruptedException {
    for (int i = 0; i < 20; i++) {
      var scope = "tenant" + own.nextInt(2);
      var body = "ask=" + own.nextInt(3) + (own.nextBoolean() ? "" : ";form=stream");
      var control = CONTROLS.get(own.nextInt(CONTROLS.size()));
      var tags = TAGS.get(own.nextInt(TAGS.size()));
      asked.incrementAndGet();
      long tick = ticks.incrementAndGet();
      var call = new Asked(scope, body, control, tags, tick, stage.clock.millis());
      ask(call, own.nextInt(4) == 0 ? own.nextInt(3) : Integer.MAX_VALUE, parrot);
    }
    return "done";
  }

  /** Asks, reads so many chunks, and checks what was read. */
  private void ask(Asked asked, int chunksMax, Parrot parrot) throws InterruptedException {
    var request =
        PlainDialect.request(
            asked.body,
            "X-Tenant",
            asked.scope,
            "Cache-Control",
            asked.control,
            "Cache-Tag",
            asked.tags);
    var call = stage.cache().read(request, Scope.tenant(asked.scope));
    var text = new StringBuilder();
    boolean isWhole = false;
    try (var answer = stage.cache().answer(call, stage.upstream)) {
      try {
        for (int i = 0; i < chunksMax && !isWhole; i++) {
          var chunk = answer.next();
          isWhole = (chunk == null);
          text.append(isWhole ? "" : Stage.text(chunk));
        }
      } catch (IOException e) {
        isWhole = false;
      }
      check(asked, answer, Parrot.plain(text.toString()), isWhole, parrot);
    } catch (IOException | IllegalStateException e) {
      assertThat(asked.control).isNotEqualTo("only-if-cached"); // else upstream was asked
    }
  }

  private void check(Asked asked, Answer answer, String text, boolean isWhole, Parrot parrot) {
    outcomes.merge(answer.outcome(), 1, Integer::sum);
    if (answer.outcome() == Outcome.REFUSED) {
      assertThat(asked.control).isEqualTo("only-if-cached");
      return;
    }
    if (text.isEmpty()) {
      return; // left before the first word, or broken there
    }
    var generation = parrot.generationOf(text);
    try {
      assertItsOwn(asked, answer, generation);
      assertThat(isWhole ? generation.text() : generation.text().substring(0, text.length()))
          .as("a beginning of one reply, and whole only if that was")
          .isEqualTo(text);
      assertThat(isWhole && !generation.isWhole()).isFalse();
      assertNotInvalidated(asked, generation);
      assertAsYoungAsWanted(asked, answer, generation);
    } catch (AssertionError e) {
      throw new AssertionError(
          asked + " got " + answer.outcome() + " " + answer.reason() + " of " + generation, e);
    }
  }

  private static void assertItsOwn(Asked asked, Answer answer, Generation generation) {
    assertThat(generation.scope()).isEqualTo(asked.scope);
    assertThat(generation.ask()).isEqualTo(asked.ask());
    assertThat(answer.status()).isEqualTo(generation.status());
    switch (answer.outcome()) {
      case REPLAYED, STALE -> assertThat(generation.mayKeep()).as("it may be kept").isTrue();
      case JOINED -> assertThat(generation.mayShare()).as("it may be shared").isTrue();
      case FETCHED, BYPASSED ->
          assertThat(generation.begunTick()).as("it is new").isGreaterThan(asked.tick);
      case REFUSED -> throw new AssertionError("refused, and yet answered");
    }
  }

  private void assertNotInvalidated(Asked asked, Generation generation) {
    var tags = new HashSet<>(List.of(asked.tags.split(",", -1)));
    tags.add(""); // which stands for all
    for (var invalidation : invalidations) {
      if (invalidation.doneTick < asked.tick && tags.contains(invalidation.tag)) {
        assertThat(generation.begunTick())
            .as("it was begun after " + invalidation)
            .isGreaterThan(invalidation.begunTick);
      }
    }
  }

  private static void assertAsYoungAsWanted(Asked asked, Answer answer, Generation generation) {
    if (answer.outcome() == Outcome.BYPASSED || asked.control.equals("no-cache")) {
      assertThat(generation.begunTick()).isGreaterThan(asked.tick);
    }
    var limit = limit(asked, answer);
    if (limit != null) {
      // Time may have passed since he asked, which makes the answer no younger.
      assertThat(asked.millis - generation.begunMillis()).isLessThanOrEqualTo(limit.toMillis());
    }
  }

  /** Returns how old an answer may be, or null if it must be new anyway. */
  private static @Nullable Duration limit(Asked asked, Answer answer) {
    return switch (answer.outcome()) {
      case FETCHED, BYPASSED, REFUSED -> null;
      case JOINED -> asked.control.equals("max-age=300") ? YOUNG : null;
      case REPLAYED -> asked.control.equals("max-age=300") ? YOUNG : TTL;
      case STALE ->
          switch (asked.control) {
            case "max-stale" -> TIMES.lifetime().maxAge();
            case "max-age=300" -> Duration.ofSeconds(-1); // he takes nothing stale
            default ->
                TTL.plus(answer.reason() == Reason.UPSTREAM_FAILED ? IF_ERROR : WHILE_REVALIDATE);
          };
    };
  }

  @Test
  void inQuietTimesThereIsOneCallForEachScopeAndKey() throws Exception {
    var parrot = new Parrot(chance.split(), stage.clock, ticks, false);
    stage.upstream.otherwise(parrot);
    stage.cache();
    int rounds = Campaign.rounds(50, 2_000);
    for (int round = 0; round < rounds; round++) {
      var done = new ArrayList<Future<?>>();
      for (int caller = 0; caller < 30; caller++) {
        var call =
            new Asked(
                "tenant" + chance.nextInt(2),
                "ask=" + round + (chance.nextBoolean() ? "" : ";form=stream"),
                "",
                "",
                ticks.incrementAndGet(),
                stage.clock.millis());
        done.add(
            callers.submit(() -> {
              ask(call, Integer.MAX_VALUE, parrot);
              return "done";
            }));
      }
      for (var future : done) {
        future.get();
      }
      assertThat(parrot.generations())
          .extracting(generation -> generation.scope() + generation.ask())
          .doesNotHaveDuplicates();
    }
    assertThat(stage.upstream.calls()).isEqualTo(2 * rounds);
  }
}
