package dev.refrain.gateway.cli;

import dev.refrain.Usage;
import dev.refrain.gateway.cli.GatewayClient.Sent;
import dev.refrain.gateway.figures.Prices;
import dev.refrain.gateway.figures.TokenCount;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends the requests of a file through a gateway, so many at once. For one run. */
final class Warming {
  /*
   * One thread reads the file and starts a virtual thread for each line, as places are free; so the
   * file may be as long as it likes. Whether an answer was there already, the gateway says itself,
   * by Cache-Status. When no gateway answers any more, nothing more is read.
   */

  private static final int ATTEMPTS_MAX = 6;
  private static final Duration PAUSE_MIN = Duration.ofMillis(500);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(60);
  private static final int FAILURES_TOLD_MAX = 10;
  private static final int UNPRICED_TOLD_MAX = 10;
  private static final Duration LOG_PAUSE = Duration.ofSeconds(1);
  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  private final GatewayClient gateway;
  private final Requests requests;
  private final WarmLog log;
  private final Prices prices;
  private final int parallel;
  private final Semaphore places;
  private final LongAdder fetched = new LongAdder();
  private final LongAdder fresh = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder inputTokens = new LongAdder();
  private final LongAdder outputTokens = new LongAdder();
  private final LongAdder billionths = new LongAdder();
  private final Set<String> unpriced = ConcurrentHashMap.newKeySet();
  private final AtomicInteger failuresTold = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable CommandFailure> end = new AtomicReference<>();

  /** What is sent: the lines of a file, where to, and with which headers. */
  record Requests(Path file, String path, Map<String, List<String>> headers) {}

  /**
   * How far it is, with what was sent before this run.
   *
   * @param here how many were done in this run
   * @param billionths of a dollar
   * @param unpriced models of which nobody knows what they cost
   */
  record Tally(
      long fetched,
      long fresh,
      long failed,
      long inputTokens,
      long outputTokens,
      long billionths,
      Set<String> unpriced,
      long here,
      long nanos,
      List<String> failures) {
    long done() {
      return fetched + fresh + failed;
    }

    WarmLog.Sums sums() {
      return new WarmLog.Sums(fetched, fresh, inputTokens, outputTokens, billionths);
    }
  }

  Warming(GatewayClient gateway, Requests requests, WarmLog log, Prices prices, int parallel) {
    this.gateway = gateway;
    this.requests = requests;
    this.log = log;
    this.prices = prices;
    this.parallel = parallel;
    this.places = new Semaphore(parallel);
  }

  /** Sends all, and says every so often how far it is. */
  Tally run(Duration pause, Consumer<Tally> listener) throws CommandFailure, InterruptedException {
    long began = System.nanoTime();
    var over = new CountDownLatch(1);
    var teller = every(pause, over, () -> listener.accept(tally(began)));
    var writer = every(LOG_PAUSE, over, () -> write(began));
    try {
      sendAll();
    } finally {
      over.countDown();
      teller.join();
      writer.join();
      write(began);
    }
    var failure = end.get();
    if (failure != null) {
      throw failure;
    }
    var tally = tally(began);
    listener.accept(tally);
    if (tally.failed == 0) {
      log.finish();
    }
    return tally;
  }

  private static Thread every(Duration pause, CountDownLatch over, Runnable action) {
    return Thread.ofVirtual()
        .start(() -> {
          try {
            while (!over.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
              action.run();
            }
          } catch (InterruptedException e) {
            // told to end
          }
        });
  }

  /** What was spent and cannot be noted is no reason to spend it again: then nothing is sent. */
  private void write(long began) {
    try {
      log.write(tally(began).sums());
    } catch (CommandFailure e) {
      end.compareAndSet(null, e);
    }
  }

  private void sendAll() throws CommandFailure, InterruptedException {
    try (var reader = Files.newBufferedReader(requests.file)) {
      sendAll(reader);
    } catch (CharacterCodingException e) {
      throw new CommandFailure(ExitCode.CANNOT_RUN, requests.file + " is not in UTF-8");
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.CANNOT_RUN, "cannot read " + requests.file);
    } finally {
      places.acquireUninterruptibly(parallel); // all have come back
    }
  }

  private void sendAll(BufferedReader reader) throws IOException, InterruptedException {
    int number = 0;
    while (end.get() == null) {
      var line = reader.readLine();
      if (line == null) {
        return;
      }
      number++;
      if (line.isBlank() || log.wasSent(number)) {
        continue;
      }
      var body = line.getBytes(StandardCharsets.UTF_8);
      int place = number;
      places.acquire();
      Thread.ofVirtual()
          .start(() -> {
            try {
              send(place, body);
            } finally {
              places.release();
            }
          });
    }
  }

  private void send(int line, byte[] body) {
    try {
      var pause = PAUSE_MIN;
      for (int attempt = 1; ; attempt++) {
        var sent = gateway.send(requests.path, requests.headers, body);
        boolean later = sent.status() == TOO_MANY_REQUESTS || sent.status() == UNAVAILABLE;
        if (!later || attempt == ATTEMPTS_MAX) {
          count(line, body, sent);
          return;
        }
        Thread.sleep(sent.retryAfter() == null ? pause : shorter(sent.retryAfter(), PAUSE_MAX));
        pause = shorter(pause.multipliedBy(2), PAUSE_MAX);
      }
    } catch (CommandFailure e) {
      end.compareAndSet(null, e); // nobody is there
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return (one.compareTo(other) < 0) ? one : other;
  }

  private void count(int line, byte[] body, Sent sent) {
    if (sent.status() != OK) {
      fail("line %d: status %d%s".formatted(line, sent.status(), message(sent)));
    } else if (sent.cacheStatus().contains("fwd=bypass")) {
      fail("line %d: the answer is not kept: %s".formatted(line, sent.cacheStatus()));
    } else if (sent.cacheStatus().startsWith("refrain; hit")) {
      fresh.increment();
      log.sent(line);
    } else {
      fetched.increment();
      countCost(body, sent.body());
      log.sent(line);
    }
  }

  private void fail(String how) {
    failed.increment();
    if (failuresTold.getAndIncrement() < FAILURES_TOLD_MAX) {
      failures.add(how);
    }
  }

  private static String message(Sent sent) {
    try {
      var error = Json.parse(sent.body()).get("error");
      var message = (error == null) ? null : error.get("message");
      return (message == null) ? "" : ", " + message.asText("");
    } catch (JsonRejected e) {
      return "";
    }
  }

  /** What a reply says that it cost, be it a stream or not. */
  private void countCost(byte[] request, byte[] reply) {
    var count = new TokenCount();
    count.add(reply);
    var usage = count.usage();
    inputTokens.add(Math.max(0, usage.inputTokens()));
    outputTokens.add(Math.max(0, usage.outputTokens()));
    var model = model(request);
    billionths.add(prices.billionths(model, usage));
    boolean isKnown = !usage.equals(Usage.UNKNOWN) && prices.knows(model);
    if (!isKnown && unpriced.size() < UNPRICED_TOLD_MAX) {
      unpriced.add(model);
    }
  }

  private static String model(byte[] request) {
    try {
      return Reading.text(Json.parse(request), "model");
    } catch (JsonRejected e) {
      return "";
    }
  }

  private Tally tally(long began) {
    var before = log.before();
    long fetchedHere = fetched.sum();
    long freshHere = fresh.sum();
    return new Tally(
        before.fetched() + fetchedHere,
        before.fresh() + freshHere,
        failed.sum(),
        before.inputTokens() + inputTokens.sum(),
        before.outputTokens() + outputTokens.sum(),
        before.billionths() + billionths.sum(),
        Set.copyOf(unpriced),
        fetchedHere + freshHere + failed.sum(),
        System.nanoTime() - began,
        List.copyOf(failures));
  }
}
