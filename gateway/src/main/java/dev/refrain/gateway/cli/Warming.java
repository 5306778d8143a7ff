package dev.refrain.gateway.cli;

import dev.refrain.gateway.cli.GatewayClient.Sent;
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
  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  private final GatewayClient gateway;
  private final Requests requests;
  private final int parallel;
  private final Semaphore places;
  private final LongAdder fetched = new LongAdder();
  private final LongAdder fresh = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder inputTokens = new LongAdder();
  private final LongAdder outputTokens = new LongAdder();
  private final AtomicInteger failuresTold = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable CommandFailure> end = new AtomicReference<>();

  /** What is sent: the lines of a file, where to, and with which headers. */
  record Requests(Path file, String path, Map<String, List<String>> headers) {}

  /** How far it is. */
  record Tally(
      long fetched,
      long fresh,
      long failed,
      long inputTokens,
      long outputTokens,
      long nanos,
      List<String> failures) {
    long done() {
      return fetched + fresh + failed;
    }
  }

  Warming(GatewayClient gateway, Requests requests, int parallel) {
    this.gateway = gateway;
    this.requests = requests;
    this.parallel = parallel;
    this.places = new Semaphore(parallel);
  }

  /** Sends all, and says every so often how far it is. */
  Tally run(Duration pause, Consumer<Tally> listener) throws CommandFailure, InterruptedException {
    long began = System.nanoTime();
    var over = new CountDownLatch(1);
    var teller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (!over.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                  listener.accept(tally(began));
                }
              } catch (InterruptedException e) {
                // told to end
              }
            });
    try {
      sendAll();
    } finally {
      over.countDown();
      teller.join();
    }
    var failure = end.get();
    if (failure != null) {
      throw failure;
    }
    var tally = tally(began);
    listener.accept(tally);
    return tally;
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
      if (line.isBlank()) {
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
          count(line, sent);
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

  private void count(int line, Sent sent) {
    if (sent.status() != OK) {
      fail("line %d: status %d%s".formatted(line, sent.status(), message(sent)));
    } else if (sent.cacheStatus().contains("fwd=bypass")) {
      fail("line %d: the answer is not kept: %s".formatted(line, sent.cacheStatus()));
    } else if (sent.cacheStatus().startsWith("refrain; hit")) {
      fresh.increment();
    } else {
      fetched.increment();
      countTokens(sent.body());
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

  /** What a whole answer says that it cost; of a stream nothing is known here. */
  private void countTokens(byte[] body) {
    try {
      var usage = Json.parse(body).get("usage");
      if (usage != null) {
        inputTokens.add(
            Reading.number(usage, "prompt_tokens") + Reading.number(usage, "input_tokens"));
        outputTokens.add(
            Reading.number(usage, "completion_tokens") + Reading.number(usage, "output_tokens"));
      }
    } catch (JsonRejected e) {
      // a stream, or something that is no JSON
    }
  }

  private Tally tally(long began) {
    return new Tally(
        fetched.sum(),
        fresh.sum(),
        failed.sum(),
        inputTokens.sum(),
        outputTokens.sum(),
        System.nanoTime() - began,
        List.copyOf(failures));
  }
}
