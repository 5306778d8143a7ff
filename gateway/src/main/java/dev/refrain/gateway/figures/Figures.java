package dev.refrain.gateway.figures;

import dev.refrain.CacheFigures;
import dev.refrain.Call;
import dev.refrain.Meaning;
import dev.refrain.Upstream;
import dev.refrain.Usage;
import dev.refrain.gateway.figures.Now.Quantiles;
import dev.refrain.gateway.figures.Savings.Periods;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All that the gateway counts and measures. Thread-safe. */
public final class Figures implements AutoCloseable {
  /*
   * A hit is answered on an event loop, tens of thousands of them in a second, so all that happens
   * there is a few look-ups and additions; no queue, no lock, no event. What needs a view over time
   * is made by a thread of its own from the sums, once a second.
   */

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int PAUSES_PER_SAVE = 5;
  private static final Duration END_TIME_MAX = Duration.ofSeconds(5);
  private static final int MODELS_SHOWN_MAX = 20;
  private static final int UNPRICED_MAX = 50;

  private final Sources sources;
  private final boolean collected;
  private final Instant started;
  private final Answers answers = new Answers();
  private final Latencies latencies = new Latencies();
  private final Map<String, LongAdder> turnedAway = new ConcurrentHashMap<>(); // a few codes
  private final Map<Called, LongAdder> upstreamCalls = new ConcurrentHashMap<>();
  private final KnownNames unpriced = new KnownNames(UNPRICED_MAX);
  private final Seconds seconds = new Seconds();
  private final Savings savings;
  private final @Nullable SavingsFile file;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread clerk = Thread.ofPlatform().name("figures").daemon().unstarted(this::run);

  /**
   * What figures are made from.
   *
   * @param cache tells what it has counted itself
   * @param prices are read when the first of them is needed
   */
  public record Sources(
      Supplier<CacheFigures> cache, Supplier<Prices> prices, InstantSource clock) {}

  /** A call to an upstream, and the class of the status of its reply; 0 if there was none. */
  record Called(String upstream, int statusClass) {}

  private Figures(Sources sources, boolean collected, @Nullable SavingsFile file) {
    this.sources = sources;
    this.collected = collected;
    this.file = file;
    started = sources.clock.instant();
    var today = Savings.dayOf(started);
    var kept = (file == null) ? Periods.beginning(today) : file.read(today);
    savings = new Savings(kept, answers::totals);
  }

  /**
   * Begins to collect.
   *
   * @param directory where to keep what was saved; null for nowhere
   */
  public static Figures open(Sources sources, @Nullable Path directory) {
    var file = (directory == null) ? null : new SavingsFile(directory);
    var figures = new Figures(sources, true, file);
    figures.tick();
    figures.clerk.start();
    return figures;
  }

  /** Returns figures of the cache alone: calls are not counted, and cost nothing by that. */
  public static Figures none(Sources sources) {
    return new Figures(sources, false, null);
  }

  /** Begins to note what becomes of a request. */
  public Visit begin(String method, String path) {
    return new Visit(collected ? this : null, method, path);
  }

  /** Counts a request that was turned away at the door, by a code of ours. */
  public void turnedAway(String code) {
    if (collected) {
      turnedAway.computeIfAbsent(code, made -> new LongAdder()).increment();
    }
  }

  /** Returns an upstream whose calls are counted, and noted where they are made for a visit. */
  public Upstream metered(Visit visit, Call call, Upstream upstream) {
    return visit.counted() ? new Metered(upstream, visit, new CallMeters(call)) : upstream;
  }

  private final class CallMeters implements Metered.Meters {
    private final Call call;

    CallMeters(Call call) {
      this.call = call;
    }

    @Override
    public void called(int statusClass) {
      upstreamCalls
          .computeIfAbsent(
              new Called(call.meaning().upstream(), statusClass), made -> new LongAdder())
          .increment();
    }

    @Override
    public void begun(long nanos) {
      latencies.firstChunk().add(nanos);
    }

    @Override
    public void spent(TokenCount count) {
      var model = model(call);
      answers.accountOf(model).spend(count.usage(), price(model), false);
    }
  }

  /** Counts a request that is over. */
  void end(Visit visit, int status) {
    var account = answers.count(visit, status);
    latencies.count(visit);
    var answer = visit.answer();
    var call = visit.call();
    if (answer != null && call != null && visit.result().isSpared()) {
      var cost = answer.cost();
      if (visit.result().isHit()) {
        account.saveTime(cost.tookMillis());
      }
      if (!cost.usage().equals(Usage.UNKNOWN)) {
        account.save(cost.usage(), price(model(call)), false);
      }
    }
  }

  private static String model(Call call) {
    return (call.meaning() instanceof Meaning.Known known) ? known.facts().model() : "";
  }

  private Price price(String model) {
    var price = sources.prices.get().of(model);
    if (price != null) {
      return price;
    }
    unpriced.known(model, true);
    return Price.NOTHING;
  }

  /** Returns what there is to see at a glance. */
  public Now now() {
    var now = sources.clock.instant();
    var periods = savings.periods(now);
    var ring = seconds.ring();
    var models = new ArrayList<Now.Model>();
    answers.forEachAccount((name, account) -> models.add(new Now.Model(name, account.totals())));
    models.sort(Comparator.comparingLong(model -> -model.totals().calls()));
    return new Now(
        now,
        started,
        ring.first(),
        ring.calls(),
        periods.today(),
        periods.ever(),
        Quantiles.of(latencies.hitsLately()),
        Quantiles.of(latencies.fetchesLately()),
        Quantiles.of(latencies.addedLately()),
        Quantiles.of(latencies.firstChunkLately()),
        sources.cache.get(),
        models.subList(0, Math.min(models.size(), MODELS_SHOWN_MAX)),
        unpriced.names(),
        new Now.Source(sources.prices.get().date(), sources.prices.get().source()));
  }

  /** Returns what tells from now on, second by second, what has come. */
  public Laps laps() {
    return new Laps(seconds, latencies, () -> sources.cache.get().air());
  }

  private void run() {
    try {
      for (int i = 1; !closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS); i++) {
        tick();
        if (i % PAUSES_PER_SAVE == 0) {
          save();
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts this thread", e);
    }
  }

  /** Takes down what has been counted by now. */
  void tick() {
    long millis = sources.clock.millis();
    seconds.tick(Math.floorDiv(millis, 1000L), answers.results());
    latencies.tick(millis);
    savings.periods(Instant.ofEpochMilli(millis)); // so that no day's end is missed
  }

  /** Keeps what was saved by now. */
  void save() {
    if (file != null) {
      file.write(savings.periods(sources.clock.instant()));
    }
  }

  @Override
  public void close() {
    if (!collected) {
      return;
    }
    closing.countDown(); // and no interrupt, which would break off what is being written
    try {
      clerk.join(END_TIME_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is a daemon
    }
    save();
  }
}
