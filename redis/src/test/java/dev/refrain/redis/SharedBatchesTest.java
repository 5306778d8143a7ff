package dev.refrain.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.LlmCache;
import dev.refrain.Scope;
import dev.refrain.dialect.OpenAiEmbeddings;
import dev.refrain.fleet.LeasedFleet;
import dev.refrain.redis.testing.RedisServer;
import dev.refrain.testing.EmbeddingProvider;
import dev.refrain.testing.Poll;
import dev.refrain.testing.Script;
import dev.refrain.testing.ScriptedUpstream;
import dev.refrain.tier.MemoryTier;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batches that two caches with one Redis are asked for. */
@Timeout(60)
final class SharedBatchesTest {
  private static final Scope SCOPE = Scope.tenant("test");
  private static final long MEMORY_BYTES = 1 << 20;

  private final ScriptedUpstream upstream = new ScriptedUpstream();
  private final EmbeddingProvider provider = new EmbeddingProvider();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private RedisServer server;
  private Member one;
  private Member other;

  private record Member(RedisStore store, LlmCache cache) implements AutoCloseable {
    static Member at(String url) {
      var store = RedisStore.open(Node.settings(url), InstantSource.system());
      var cache =
          LlmCache.builder()
              .dialect(OpenAiEmbeddings.DIALECT)
              .tier(MemoryTier.ofBytes(MEMORY_BYTES))
              .tier(store.tier())
              .epochs(store.epochs())
              .fleet(new LeasedFleet(store.tower()))
              .build();
      Poll.until("it has joined", store::isJoined);
      return new Member(store, cache);
    }

    @Override
    public void close() {
      cache.close();
      store.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    server = RedisServer.start();
    one = Member.at(server.url());
    other = Member.at(server.url());
  }

  @AfterEach
  void stop() throws Exception {
    one.close();
    other.close();
    callers.close();
    server.close();
    upstream.close();
  }

  private Future<String> ask(Member member, String items) {
    return callers.submit(() -> {
      var call = member.cache.read(EmbeddingProvider.request(items), SCOPE);
      try (var answer = member.cache.answer(call, upstream)) {
        return new String(answer.readAll(), UTF_8);
      }
    });
  }

  private void reply(Script script) {
    provider.accept(Objects.requireNonNull(script.request()), script);
  }

  private void awaitFollower() {
    Poll.until("somebody waits", () -> channels().contains(":wire:"));
  }

  private String channels() {
    try {
      return server.ask("PUBSUB", "CHANNELS");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void awaitNothingInTheAir() {
    Poll.until("all have landed", () -> one.cache.inFlight() + other.cache.inFlight() == 0);
  }

  @Test
  void theSameBatchAtTheSameTimeIsOneCall() throws Exception {
    var script = upstream.expect();
    var led = ask(one, "[\"a\",\"b\"]");
    script.awaitCalled();
    var waited = ask(other, "[\"a\",\"b\"]");
    awaitFollower();
    reply(script);

    assertThat(led.get()).contains(EmbeddingProvider.embedding("\"a\"", false));
    assertThat(waited.get())
        .contains(EmbeddingProvider.embedding("\"a\"", false))
        .contains(EmbeddingProvider.embedding("\"b\"", false));
    assertThat(upstream.calls()).isEqualTo(1);
  }

  @Test
  void whoWaitedForOneThatFailedAsksHimself() throws Exception {
    var failing = upstream.expect();
    var led = ask(one, "[\"a\",\"b\"]");
    failing.awaitCalled();
    var waited = ask(other, "[\"a\",\"b\"]");
    awaitFollower();
    upstream.otherwise(provider);
    failing.status(400, "{\"error\":{\"message\":\"not today\"}}");

    assertThat(led.get()).contains("not today");
    assertThat(waited.get()).contains(EmbeddingProvider.embedding("\"b\"", false));
    assertThat(upstream.calls()).isEqualTo(2);
  }

  @Test
  void whatIsFetchedAfterAnInvalidationIsForAllAgain() throws Exception {
    upstream.otherwise(provider);
    ask(one, "[\"a\",\"b\"]").get();
    ask(other, "[\"c\"]").get();
    awaitNothingInTheAir();
    one.cache.invalidateAll();
    Poll.until("the other has heard", () -> !knows(other, "[\"c\"]"));
    ask(one, "[\"a\",\"b\"]").get();
    awaitNothingInTheAir();
    int before = upstream.calls();

    assertThat(ask(other, "[\"b\",\"a\"]").get())
        .contains(EmbeddingProvider.embedding("\"a\"", false));
    assertThat(upstream.calls()).isEqualTo(before);
  }

  private boolean knows(Member member, String items) {
    var call = member.cache.read(EmbeddingProvider.request(items), SCOPE);
    try (var answer = member.cache.peek(call, upstream)) {
      return answer != null;
    }
  }
}
