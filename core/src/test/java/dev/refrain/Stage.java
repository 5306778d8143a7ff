package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.dialect.OllamaEmbed;
import dev.refrain.dialect.OpenAiEmbeddings;
import dev.refrain.testing.CheckingListener;
import dev.refrain.testing.MovableClock;
import dev.refrain.testing.MovableTimer;
import dev.refrain.testing.PlainDialect;
import dev.refrain.testing.Poll;
import dev.refrain.testing.ScriptedUpstream;
import dev.refrain.tier.MemoryTier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cache on a clock that stands still and an upstream that says what it is told to, and callers
 * who ask it. Everything that minds something is asked after the test whether it complains.
 */
final class Stage implements AfterEachCallback {
  static final Scope SCOPE = Scope.tenant("acme");

  /**
   * The smallest and the greatest luck: with the one all is refreshed early, with the other none.
   */
  static final long NEVER_EARLY = 0;

  static final long AS_EARLY_AS_CAN_BE = -1;

  final MovableClock clock = new MovableClock();
  final MovableTimer timer = new MovableTimer(clock);
  final ScriptedUpstream upstream = new ScriptedUpstream();
  final PlainDialect dialect = new PlainDialect();
  final MemoryTier memory = MemoryTier.ofBytes(64 << 20);
  final CheckingListener listener = new CheckingListener();
  final AtomicLong luck = new AtomicLong(NEVER_EARLY);

  private final AtomicReference<@Nullable Action> afterLooking = new AtomicReference<>();

  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final LlmCacheBuilder builder =
      LlmCache.builder()
          .dialect(dialect)
          .dialect(OpenAiEmbeddings.DIALECT)
          .dialect(OllamaEmbed.DIALECT)
          .listener(listener)
          .clock(clock)
          .timer(timer)
          .rules(rules(new Times(Lifetime.DEFAULT).jitter(0)))
          .chance((RandomGenerator) this::draw);
  private final List<Tier> tiers = new ArrayList<>();
  private @Nullable LlmCache cache;

  /** An answer, read to its end. */
  record Told(
      Outcome outcome, @Nullable Reason reason, int status, String body, Answer.@Nullable Age age) {
    static Told of(Answer answer) throws IOException, InterruptedException {
      return new Told(
          answer.outcome(), answer.reason(), answer.status(), text(answer), answer.age());
    }
  }

  /** Sets how long answers live; else the default, but without jitter. */
  Stage times(Times times) {
    return rules(rules(times));
  }

  private static Rules rules(Times times) {
    return new Rules(List.of(), new Rule(true, times.lifetime(), Set.of()));
  }

  Stage rules(Rules rules) {
    builder.rules(rules);
    return this;
  }

  Stage limits(Limits limits) {
    builder.limits(limits);
    return this;
  }

  /** Adds a tier; without any there is one in memory. */
  Stage tier(Tier tier) {
    tiers.add(tier);
    return this;
  }

  Stage keepRequests() {
    builder.keepRequests(true);
    return this;
  }

  Stage fleet(Fleet fleet) {
    builder.fleet(fleet);
    return this;
  }

  Stage epochs(EpochStore store) {
    builder.epochs(store);
    return this;
  }

  Stage listener(Listener other) {
    builder.listener(other);
    return this;
  }

  LlmCache cache() {
    if (cache == null) {
      (tiers.isEmpty() ? List.of(memory) : tiers).forEach(builder::tier);
      cache = builder.build();
    }
    return cache;
  }

  Call call(String body, String... headers) {
    return cache().read(PlainDialect.request(body, headers), SCOPE);
  }

  private long draw() {
    var action = afterLooking.getAndSet(null);
    if (action != null) {
      try {
        action.run();
      } catch (Exception e) {
        throw new AssertionError("what was to be done after looking failed", e);
      }
    }
    return luck.get();
  }

  /** Something to be done, which may fail. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  /** Does something once, just when somebody has looked at what lies in the cache. */
  void onceAfterLooking(Action action) {
    afterLooking.set(action);
  }

  /** Returns where the answer to a call lies. */
  Slot slot(String body, String... headers) {
    return ((Meaning.Keyed) call(body, headers).meaning()).slot();
  }

  /** Asks, and returns when the head of the answer is there. */
  Answer open(String body, String... headers) throws IOException, InterruptedException {
    return cache().answer(call(body, headers), upstream);
  }

  /** Asks, and reads the answer to its end. */
  Told ask(String body, String... headers) throws IOException, InterruptedException {
    try (var answer = open(body, headers)) {
      return Told.of(answer);
    }
  }

  /** Asks on a thread of its own. */
  Future<Told> send(String body, String... headers) {
    cache();
    return callers.submit(() -> ask(body, headers));
  }

  /** Asks on many threads. */
  List<Future<Told>> send(int count, String body, String... headers) {
    return IntStream.range(0, count).mapToObj(i -> send(body, headers)).toList();
  }

  /** Waits until so many are aboard the flight for a call. */
  void awaitPassengers(int count, String body, String... headers) {
    var call = call(body, headers);
    Poll.until(count + " passengers", () -> cache().passengers(call) == count);
  }

  void awaitNothingInTheAir() {
    awaitNothingInTheAirBut(0);
  }

  void awaitNothingInTheAirBut(int flights) {
    Poll.until(flights + " flights in the air", () -> cache().inFlight() == flights);
  }

  void advance(Duration duration) {
    timer.advance(duration);
  }

  /** Reads an answer to its end, and leaves it open. */
  static String text(Answer answer) throws IOException, InterruptedException {
    return new String(answer.readAll(), StandardCharsets.UTF_8);
  }

  static String text(@Nullable ByteBuffer chunk) {
    assertThat(chunk).isNotNull();
    return StandardCharsets.UTF_8.decode(chunk).toString();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (context.getExecutionException().isEmpty()) {
      awaitNothingInTheAir(); // each test ends what it begins
      Poll.until("nobody waits for the time", () -> timer.pending() == 0);
      Poll.until("all memory is back", () -> cache().figures().air().bytes() == 0);
    }
    callers.shutdownNow();
    callers.close();
    cache().close();
    upstream.close();
    listener.close();
    assertThat(cache().inFlight()).isZero();
  }
}
