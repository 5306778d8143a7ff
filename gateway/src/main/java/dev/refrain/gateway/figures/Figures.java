package dev.refrain.gateway.figures;

import dev.refrain.CacheFigures;
import dev.refrain.Call;
import dev.refrain.Meaning;
import dev.refrain.Upstream;
import dev.refrain.Usage;
import dev.refrain.flight.Capacity;
import dev.refrain.flight.TapeStock;
import dev.refrain.gateway.figures.Now.Quantiles;
import dev.refrain.gateway.figures.Savings.Periods;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
  private static final int OK = 200;
  private static final int TRANSCRIPTS_SHARE_OF_HEAP = 32;

  private final Sources sources;
  private final boolean collected;
  private final Instant started;
  private final Answers answers = new Answers();
  private final Latencies latencies = new Latencies();
  private final Map<String, LongAdder> turnedAway = new ConcurrentHashMap<>(); // a few codes
  private final Map<Called, LongAdder> upstreamCalls = new ConcurrentHashMap<>();
  private final KnownNames unpriced = new KnownNames(UNPRICED_MAX);
  private final Estimator estimator = new Estimator();
  private final Capacity transcripts =
      new Capacity(Runtime.getRuntime().maxMemory() / TRANSCRIPTS_SHARE_OF_HEAP);
  private final TapeStock stock = new TapeStock(transcripts);
  private final Seconds seconds = new Seconds();
  private final Savings savings;
  private final @Nullable SavingsFile file;
  private final Lazy<Exposition> exposition = new Lazy<>(() -> new Exposition(this::families));
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread clerk = Thread.ofPlatform().name("figures").daemon().unstarted(this::run);

  /**
   * What figures are made from.
   *
   * @param cache tells what it has counted itself
   * @param prices are read when the first of them is needed
   * @param log takes each call down; null for none. It is closed with the figures
   */
  public record Sources(
      Supplier<CacheFigures> cache,
      Supplier<Prices> prices,
      InstantSource clock,
      @Nullable AccessLog log) {}

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
  public Visit begin(String method, String path, Trace trace) {
    return new Visit(collected ? this : null, method, path, trace);
  }

  /** Counts a request that was turned away at the door, by a code of ours. */
  public void turnedAway(String code) {
    if (collected) {
      turnedAway.computeIfAbsent(code, made -> new LongAdder()).increment();
    }
  }

  /** Returns an upstream whose calls are counted and followed, and noted for a visit. */
  public Upstream metered(Visit visit, Call call, Upstream upstream) {
    return visit.trace().follow(call, untraced(visit, call, upstream));
  }

  /** Returns an upstream whose calls are counted and timed, and which somebody else follows. */
  public Upstream untraced(Visit visit, Call call, Upstream upstream) {
    return visit.counted()
        ? new Metered(upstream, visit, tellsUsage(call) ? null : stock, new CallMeters(call))
        : upstream;
  }

  private static boolean tellsUsage(Call call) {
    return !(call.meaning() instanceof Meaning.Keyed keyed)
        || keyed.dialect().tellsUsage(keyed.facts().form());
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
    public void spent(Metered.Spent spent) {
      var transcript = spent.transcript();
      if (call.meaning().isFree()) {
        if (transcript != null) {
          transcript.letGo();
        }
        return;
      }
      var model = model(call);
      var account = answers.accountOf(model);
      var usage = spent.count().usage();
      if (!usage.equals(Usage.UNKNOWN)) {
        if (transcript != null) {
          transcript.letGo();
        }
        account.spend(usage, price(model), false);
      } else if (transcript == null
          || !estimator.estimate(
              new Estimator.Task(call, transcript, true),
              counted -> account.spend(counted, price(model), true))) {
        var guess = spent.count().usage(call.request().body().length);
        account.spend(guess, price(model), true);
      }
    }
  }

  /** Counts a request that is over. */
  void end(Visit visit, int status, long bytes) {
    var account = answers.count(visit, status);
    latencies.count(visit);
    var log = sources.log;
    boolean logged = log != null && log.wantsNext();
    var line = logged ? line(visit, status, bytes) : null;
    var answer = visit.answer();
    var call = visit.call();
    if (answer == null || call == null || status != OK) {
      tell(line, Usage.UNKNOWN, false, 0);
      return;
    }
    boolean spared = visit.result().isSpared();
    if (visit.result().isHit()) {
      account.saveTime(answer.cost().tookMillis());
    }
    var usage = call.meaning().isFree() ? Usage.NONE : answer.cost().usage();
    if (!usage.equals(Usage.UNKNOWN)) {
      tell(line, usage, false, spared ? save(account, call, usage, false) : 0);
    } else if (spared || line != null) {
      var whole = answer.whole();
      estimator.estimate(
          new Estimator.Task(call, () -> bytes(whole), false),
          counted -> tell(line, counted, true, spared ? save(account, call, counted, true) : 0));
    }
  }

  private static byte[] bytes(@Nullable ByteBuffer whole) {
    var bytes = new byte[(whole == null) ? 0 : whole.remaining()];
    if (whole != null) {
      whole.get(bytes);
    }
    return bytes;
  }

  /** Returns how many billionths of a dollar were saved. */
  private long save(Account account, Call call, Usage usage, boolean isEstimate) {
    var price = price(model(call));
    account.save(usage, price, isEstimate);
    return price.of(usage);
  }

  private LogLine line(Visit visit, int status, long bytes) {
    long nanos = visit.nanosUntil(System.nanoTime());
    var began = sources.clock.instant().minusNanos(nanos);
    return new LogLine(visit, began, status, bytes, nanos, Usage.UNKNOWN, false, 0);
  }

  private void tell(@Nullable LogLine line, Usage usage, boolean isEstimate, long nanosSaved) {
    if (line != null && sources.log != null) {
      sources.log.add(line.costing(usage, isEstimate, nanosSaved));
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

  /** Returns how much memory is taken by what may have to be counted. */
  long transcriptBytes() {
    return transcripts.taken();
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

  /** Returns all of it in the text format of Prometheus. */
  public String metrics() {
    return exposition.get().scrape();
  }

  private List<Family> families() {
    var turned = Family.counter("refrain_turned_away", "Requests that were not let in");
    turnedAway.forEach((code, count) -> turned.with(count.sum(), "code", code));
    var upstream =
        Family.counter("refrain_upstream_calls", "Calls upstream, by the reply's status");
    upstreamCalls.forEach((called, count) ->
        upstream.with(
            count.sum(), "upstream", called.upstream, "status", status(called.statusClass)));
    var families = new ArrayList<Family>(List.of(turned, upstream));
    families.addAll(CallMetrics.answers(answers));
    families.addAll(CallMetrics.latencies(latencies));
    families.addAll(CallMetrics.savings(answers, sources.prices.get()));
    families.add(
        Family.counter("refrain_replies_uncounted", "Replies without usage that nobody counted")
            .with(estimator.missed()));
    families.addAll(logged());
    families.addAll(CacheMetrics.of(sources.cache.get()));
    families.add(
        Family.gauge("refrain_models_unpriced", "Models of which no price is known")
            .with(unpriced.names().size()));
    return families;
  }

  private List<Family> logged() {
    var lines = Family.counter("refrain_access_log_lines", "Lines of the access log");
    if (sources.log != null) {
      lines.with(sources.log.written(), "result", "written");
      lines.with(sources.log.dropped(), "result", "dropped");
    }
    return List.of(lines);
  }

  private static String status(int statusClass) {
    return (statusClass == 0) ? "none" : statusClass + "xx";
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
    exposition.ifMade(Exposition::close);
    if (collected) {
      endClerk();
      save();
    }
    estimator.close();
    if (sources.log != null) {
      sources.log.close();
    }
  }

  private void endClerk() {
    closing.countDown(); // and no interrupt, which would break off what is being written
    try {
      clerk.join(END_TIME_MAX);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is a daemon
    }
  }
}
