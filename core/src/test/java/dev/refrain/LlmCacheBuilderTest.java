package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a cache takes of the machine, it takes when it is built and gives back when it is closed.
 */
@Timeout(30)
final class LlmCacheBuilderTest {
  private static final int MANY = 50;

  private static Set<Thread> timers() {
    var threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeIf(thread -> !thread.getName().equals("refrain-timer"));
    return threads;
  }

  @Test
  void whatIsNotBuiltHasNoThreads() {
    var before = timers();
    var builders = new ArrayList<LlmCacheBuilder>();
    for (int i = 0; i < MANY; i++) {
      builders.add(LlmCache.builder());
    }
    assertThat(timers()).hasSizeLessThan(before.size() + MANY / 2); // others may come and go
    assertThat(builders).hasSize(MANY);
  }

  @Test
  void eachCacheOfABuilderHasATimerOfItsOwnWhichEndsWithIt() throws Exception {
    var builder = LlmCache.builder();
    var before = timers();
    var caches = new ArrayList<LlmCache>();
    for (int i = 0; i < MANY; i++) {
      caches.add(builder.build());
    }
    var theirs = timers();
    theirs.removeAll(before);
    assertThat(theirs).hasSizeGreaterThanOrEqualTo(MANY);
    caches.forEach(LlmCache::close);
    for (var timer : theirs) {
      timer.join();
    }
  }
}
