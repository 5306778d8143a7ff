package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Headers;
import dev.refrain.LlmCache;
import dev.refrain.Request;
import dev.refrain.Scope;
import dev.refrain.dialect.Dialects;
import dev.refrain.sqlite.SqliteStore;
import dev.refrain.tier.MemoryTier;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** Loads what the first request will need while the program still reads its settings. */
final class Warmth {

  /*
   * Most of the time to the first answer is the JVM's, which finds, checks and links two thousand
   * classes. Three threads do so beside the one that starts the gateway: one lets a server and a
   * client of the network library talk with each other, one loads SQLite, and one does a call in a
   * cache of its own; what they made is then thrown away. Nothing depends on them: where they
   * fail, it all comes later. Where there is but one processor, what is thrown away would only take
   * its time. Even the logger is left to them, as to make the first one is a tenth of the start.
   */

  private static final int MEMORY_BYTES = 1 << 20;
  private static final int EXCHANGE_SECONDS_MAX = 10;
  private static final Duration FINISH_TIME_MAX = Duration.ofSeconds(5);
  private static final Queue<Thread> begun = new ConcurrentLinkedQueue<>();
  private static final String LOOPBACK = "127.0.0.1";
  private static final String ASKED =
      "{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":\"Are you warm?\"}]}";

  private Warmth() {}

  /** Begins to load, and does not wait: SQLite only where answers may be kept on disk. */
  static void begin(boolean onDisk) {
    if (Runtime.getRuntime().availableProcessors() == 1) {
      return;
    }
    start("warm-network", Warmth::wakeNetwork);
    start("warm-cache", Warmth::rehearse);
    if (onDisk) {
      start("warm-disk", SqliteStore::load);
    }
  }

  private static void start(String name, Runnable work) {
    begun.add(Thread.ofPlatform().daemon().name(name).start(work));
  }

  /**
   * Waits until nothing is loaded any more, for a while at most. A JVM that is to write down which
   * classes it has loaded, and ends while more are, crashes.
   */
  static void finish() {
    try {
      for (var thread : begun) {
        thread.join(FINISH_TIME_MAX);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // then it ends as it is
    }
  }

  /** On a port that the system chooses, which is open for as long as this takes. */
  private static void wakeNetwork() {
    var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    var client = vertx.createHttpClient();
    vertx
        .createHttpServer()
        .requestHandler(request -> request.body().onSuccess(request.response()::end))
        .listen(0, LOOPBACK)
        .compose(server -> client.request(HttpMethod.POST, server.actualPort(), LOOPBACK, "/"))
        .compose(request -> request.send(ASKED))
        .compose(HttpClientResponse::body)
        .timeout(EXCHANGE_SECONDS_MAX, TimeUnit.SECONDS)
        .onFailure(failure -> warn("The exchange before the first call failed", failure))
        .otherwiseEmpty()
        .toCompletionStage()
        .toCompletableFuture()
        .join();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static void rehearse() {
    try (var cache =
        LlmCache.builder().dialects(Dialects.ALL).tier(MemoryTier.ofBytes(MEMORY_BYTES)).build()) {
      byte[] asked = ASKED.getBytes(UTF_8);
      var scope = Scope.credentials(asked, List.of("nobody's"));
      var model = new Rehearsal(Duration.ZERO, InstantSource.system());
      for (int i = 0; i < 2; i++) { // the second is a hit
        var headers = Headers.of("content-type", "application/json");
        var request = Request.post("demo", "/v1/chat/completions", headers, asked);
        try (var answer = cache.answer(cache.read(request, scope), model)) {
          answer.readAll();
        }
      }
    } catch (IOException e) {
      warn("The rehearsal before the first call failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void warn(String message, Throwable cause) {
    LoggerFactory.getLogger(Warmth.class).warn(message, cause);
  }
}
