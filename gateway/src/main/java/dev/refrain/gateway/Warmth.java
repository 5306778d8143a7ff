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
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads what the first request will need while the program still reads its settings. */
final class Warmth {

  /*
   * Most of the time to the first answer is the JVM's, which finds, checks and links two thousand
   * classes. Three threads do so beside the one that starts the gateway: one wakes the network
   * library, one loads SQLite, and one does a call in a cache of its own, which is then thrown
   * away. Nothing depends on them: where there is but one processor, or where they fail, it all
   * comes later.
   */

  private static final Logger log = LoggerFactory.getLogger(Warmth.class);
  private static final int MEMORY_BYTES = 1 << 20;
  private static final String ASKED =
      "{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":\"Are you warm?\"}]}";

  private Warmth() {}

  /** Begins to load, and does not wait. */
  static void begin() {
    start("warm-network", Warmth::wakeNetwork);
    start("warm-cache", Warmth::rehearse);
    start("warm-disk", SqliteStore::load);
  }

  private static void start(String name, Runnable work) {
    Thread.ofPlatform().daemon().name(name).start(work);
  }

  private static void wakeNetwork() {
    Vertx.vertx().createHttpClient().close();
  }

  private static void rehearse() {
    try (var cache =
        LlmCache.builder().dialects(Dialects.ALL).tier(MemoryTier.ofBytes(MEMORY_BYTES)).build()) {
      var model = new Rehearsal(Duration.ZERO, InstantSource.system());
      for (int i = 0; i < 2; i++) { // the second is a hit
        var headers = Headers.of("content-type", "application/json");
        var request = Request.post("demo", "/v1/chat/completions", headers, ASKED.getBytes(UTF_8));
        try (var answer = cache.answer(cache.read(request, Scope.tenant("warmth")), model)) {
          answer.readAll();
        }
      }
    } catch (IOException e) {
      log.warn("The rehearsal before the first call failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
