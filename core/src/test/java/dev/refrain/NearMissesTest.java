package dev.refrain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.refrain.dialect.OpenAiChat;
import dev.refrain.testing.MovableClock;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NearMissesTest {
  private final MovableClock clock = new MovableClock();
  private final NearMisses misses = new NearMisses(1_000, clock, new Random(1));
  private final LlmCache cache = LlmCache.builder().dialect(OpenAiChat.DIALECT).build();

  @AfterEach
  void close() {
    cache.close();
  }

  @Test
  void whereMissesComeThickAndFastNotAllAreLookedAt() {
    for (int i = 0; i < 150; i++) {
      isFetched("question " + i);
    }
    assertThat(misses.nearest(call("another"), 1_000)).hasSize(100);

    clock.advance(Duration.ofSeconds(1));
    isFetched("a second later");
    assertThat(misses.nearest(call("another"), 1_000)).hasSize(101);
  }

  /** Else an image of 20 MB would take its memory more than once. */
  @Test
  void ofALargeCallNoCopyIsMade() {
    var large = new Event.Answered(call("x".repeat(20 << 20)), Outcome.FETCHED, 200, null);
    long before = allocatedBytes();
    misses.on(large);
    assertThat(allocatedBytes() - before).isLessThan(NearMisses.BODY_BYTES_MAX);
    assertThat(misses.nearest(call("another"), 1_000)).isEmpty();
    isFetched("x".repeat(NearMisses.BODY_BYTES_MAX - 100));
    assertThat(misses.nearest(call("another"), 1_000)).hasSize(1);
  }

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private void isFetched(String question) {
    misses.on(new Event.Answered(call(question), Outcome.FETCHED, 200, null));
  }

  private Call call(String question) {
    var body =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]}";
    var request = Request.post("", "/v1/chat/completions", Headers.of(), body.getBytes(UTF_8));
    return cache.read(request, Scope.tenant("t"));
  }
}
