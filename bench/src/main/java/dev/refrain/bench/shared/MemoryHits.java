package dev.refrain.bench.shared;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.LlmCache;
import dev.refrain.Recording;
import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Scope;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Upstream;
import dev.refrain.Usage;
import dev.refrain.dialect.OpenAiChat;
import dev.refrain.redis.RedisSettings;
import dev.refrain.redis.RedisStore;
import dev.refrain.tier.MemoryTier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** A node with answers in its memory, while another invalidates tags. */
final class MemoryHits implements AutoCloseable {
  static final int ANSWER_BYTES = 2 << 10;

  private static final Scope SCOPE = Scope.tenant("bench");
  private static final long MEMORY_BYTES = 64L << 20;
  private static final int ROUNDS = 5;
  private static final long ROUND_NANOS = 1_500_000_000L;
  private static final long PAUSE_NANOS = 10_000_000; // 100 tags a second
  private static final int TAGS = 1_000;
  private static final String QUESTION =
      "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Who?\"}]}";

  private final RedisStore store;
  private final LlmCache cache;
  private final RedisStore otherStore;
  private final LlmCache other;
  private final byte[] answer;

  MemoryHits(RedisStore store, RedisSettings settings) {
    this.store = store;
    this.cache = cache(store);
    this.otherStore = RedisStore.open(settings, InstantSource.system());
    this.other = cache(otherStore);
    this.answer =
        ("{\"id\":\"1\",\"object\":\"chat.completion\",\"model\":\"gpt-4o\","
                + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                + "x".repeat(ANSWER_BYTES)
                + "\"},\"finish_reason\":\"stop\"}]}")
            .getBytes(StandardCharsets.UTF_8);
  }

  private static LlmCache cache(RedisStore store) {
    return LlmCache.builder()
        .dialect(OpenAiChat.DIALECT)
        .tier(MemoryTier.ofBytes(MEMORY_BYTES))
        .tier(store.tier())
        .epochs(store.epochs())
        .build();
  }

  void awaitJoined() {
    while (!store.isJoined() || !otherStore.isJoined()) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Stores an entry of 2 KB in Redis alone. */
  Slot storeOne() throws IOException, InterruptedException {
    var bytes = new byte[ANSWER_BYTES];
    new Random(7).nextBytes(bytes);
    var recording =
        new Recording(
            new Slot(new Key(1, 2, 3, 4), Form.WHOLE),
            200,
            Headers.of("content-type", "application/json"),
            new Chunks(bytes, new int[] {bytes.length}, new int[] {900}),
            InstantSource.system().millis(),
            1_000,
            new Usage(200, 400),
            new Stamp(List.of("namespace:", "model:gpt-4o"), List.of("1", "2")),
            "\"0123456789abcdef\"",
            null,
            null);
    store.tier().store(recording);
    return recording.slot();
  }

  void measure() throws IOException, InterruptedException {
    var request =
        Request.post(
            "openai",
            "/v1/chat/completions",
            Headers.of("content-type", "application/json"),
            QUESTION.getBytes(StandardCharsets.UTF_8));
    Upstream upstream =
        asked -> Reply.of(200, Headers.of("content-type", "application/json"), answer);
    try (var fetched = cache.answer(cache.read(request, SCOPE), upstream)) {
      fetched.readAll();
    }
    while (cache.inFlight() > 0) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    perSecond(request, upstream);
    var calm = new ArrayList<Double>();
    var busy = new ArrayList<Double>();
    for (int round = 0; round < ROUNDS; round++) {
      calm.add(perSecond(request, upstream));
      var writer = Thread.ofVirtual().start(this::invalidate);
      busy.add(perSecond(request, upstream));
      writer.interrupt();
      writer.join();
    }
    SharedRedis.print(
        "hits from memory a second: calm, and while 100 tags a second are invalidated",
        SharedRedis.middle(calm),
        SharedRedis.middle(busy));
  }

  private double perSecond(Request request, Upstream upstream) {
    long began = System.nanoTime();
    long hits = 0;
    while (System.nanoTime() - began < ROUND_NANOS) {
      var call = cache.read(request, SCOPE);
      try (var hit = Objects.requireNonNull(cache.peek(call, upstream), "a hit")) {
        Objects.requireNonNull(hit.whole(), "a recording");
      }
      hits++;
    }
    return hits * 1e9 / (System.nanoTime() - began);
  }

  private void invalidate() {
    try {
      for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
        other.invalidate("doc:" + i % TAGS);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // enough
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    cache.close();
    other.close();
    otherStore.close();
  }
}
