package dev.refrain.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Call;
import dev.refrain.Lifetime;
import dev.refrain.LlmCache;
import dev.refrain.Meaning;
import dev.refrain.Outcome;
import dev.refrain.Scope;
import dev.refrain.Slot;
import dev.refrain.testing.MovableClock;
import dev.refrain.testing.PlainDialect;
import dev.refrain.testing.Poll;
import dev.refrain.testing.ScriptedUpstream;
import dev.refrain.tier.MemoryTier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The file stays within its bounds, and what is dead leaves it. */
@Timeout(60)
final class UpkeepTest {
  private static final long BYTES_MAX = 8 << 20;

  private final MovableClock clock = new MovableClock();
  @TempDir private Path directory;

  private SqliteStore open(long bytesMax) throws IOException, InterruptedException {
    return SqliteStore.open(SqliteStore.at(directory).bytesMax(bytesMax).clock(clock));
  }

  private long fileBytes() {
    try {
      return Files.size(directory.resolve("answers.db"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private boolean isTidy(SqliteStore store) {
    var now = store.tier().holdings();
    return now.bytes() <= BYTES_MAX
        && fileBytes() <= BYTES_MAX
        && now.entries() == slots(store).size();
  }

  private static Set<Slot> slots(SqliteStore store) {
    var slots = new HashSet<Slot>();
    try {
      store.tier().scan(entry -> slots.add(entry.slot()));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
    return slots;
  }

  private LlmCache cache(SqliteStore store) {
    return LlmCache.builder()
        .dialect(new PlainDialect())
        .tier(store.tier())
        .epochs(store.epochs())
        .clock(clock)
        .build();
  }

  private static Call call(LlmCache cache, String body, String tag) {
    var request = PlainDialect.request(body, "Cache-Tag", tag);
    return cache.read(request, Scope.tenant("acme"));
  }

  /** Opens a store in which samples are valid; else the sweep that each start brings takes some. */
  private static SqliteStore openForSamples(SqliteStore.Plan plan) throws Exception {
    var store = SqliteStore.open(plan);
    var valid = Samples.sized(0, 1).stamp();
    store.epochs().write(valid.tags().getFirst(), valid.epochs().getFirst());
    return store;
  }

  @Test
  void theFileIsBoundedAndTheLeastUsefulGoFirst() throws Exception {
    var memory = MemoryTier.ofBytes(1 << 20);
    var plan = SqliteStore.at(directory).bytesMax(BYTES_MAX).clock(clock).behind(memory);
    try (var store = openForSamples(plan);
        var cache =
            LlmCache.builder()
                .dialect(new PlainDialect())
                .tier(memory)
                .tier(store.tier())
                .epochs(store.epochs())
                .clock(clock)
                .build();
        var upstream = new ScriptedUpstream()) {
      var tier = store.tier();
      var popular = call(cache, "ask=popular", "a");
      var slot = ((Meaning.Keyed) popular.meaning()).slot();
      upstream.expect().reply("popular.");
      for (int i = 0; i < 6_000; i++) {
        tier.store(Samples.sized(i, 4_000));
        if (i % 500 == 0) {
          for (int hit = 0; hit < 10; hit++) { // from memory, but once
            try (var answer = cache.answer(popular, upstream)) {
              answer.readAll();
            }
          }
          tier.flush();
          clock.advance(Duration.ofMinutes(10));
        }
      }
      tier.flush();
      Poll.until("it is small enough", () -> isTidy(store));
      var left = slots(store);
      assertThat(left).contains(slot).hasSizeBetween(600, 2_100);
      assertThat(left).contains(Samples.slot(5_990)).doesNotContain(Samples.slot(0));
      assertThat(tier.holdings().evictions()).isGreaterThan(3_000);
    }
  }

  @Test
  void whatIsHotStaysSoOverARestart() throws Exception {
    try (var upstream = new ScriptedUpstream()) {
      upstream.otherwise((request, script) -> script.reply("hello."));
      try (var store = openBehind(MemoryTier.ofBytes(1 << 20))) {
        assertThat(ask(store, upstream, "ask=hot")).isEqualTo(Outcome.FETCHED);
        assertThat(ask(store, upstream, "ask=cold")).isEqualTo(Outcome.FETCHED);
        clock.advance(Duration.ofHours(22));
        for (int hit = 0; hit < Lifetime.DEFAULT.hotHits(); hit++) {
          assertThat(ask(store, upstream, "ask=hot")).isEqualTo(Outcome.REPLAYED);
        }
      }
      clock.advance(Duration.ofHours(5)); // more than a day old, but hot
      try (var store = openBehind(MemoryTier.ofBytes(1 << 20))) {
        assertThat(ask(store, upstream, "ask=hot")).isEqualTo(Outcome.REPLAYED);
        assertThat(ask(store, upstream, "ask=hot")).isEqualTo(Outcome.REPLAYED); // from memory
        assertThat(ask(store, upstream, "ask=cold")).isNotEqualTo(Outcome.REPLAYED);
        clock.advance(Duration.ofHours(5));
        assertThat(ask(store, upstream, "ask=hot")).isEqualTo(Outcome.REPLAYED);
      }
    }
  }

  private record Warm(SqliteStore store, LlmCache cache) implements AutoCloseable {
    @Override
    public void close() {
      cache.close();
      store.close();
    }
  }

  private Warm openBehind(MemoryTier memory) throws Exception {
    var store = SqliteStore.open(SqliteStore.at(directory).clock(clock).behind(memory));
    var cache =
        LlmCache.builder()
            .dialect(new PlainDialect())
            .tier(memory)
            .tier(store.tier())
            .epochs(store.epochs())
            .clock(clock)
            .build();
    return new Warm(store, cache);
  }

  private static Outcome ask(Warm warm, ScriptedUpstream upstream, String body) throws Exception {
    try (var answer = warm.cache.answer(call(warm.cache, body, "a"), upstream)) {
      answer.readAll();
      return answer.outcome();
    }
  }

  @Test
  void whatIsTooMuchUnderANewBoundGoesAtOnce() throws Exception {
    try (var store = open(1 << 30)) {
      for (int i = 0; i < 4_000; i++) {
        store.tier().store(Samples.sized(i, 4_000));
      }
    }
    assertThat(fileBytes()).isGreaterThan(16 << 20);
    try (var store = open(BYTES_MAX)) {
      Poll.until("it is small enough", () -> fileBytes() <= BYTES_MAX);
      assertThat(slots(store)).hasSizeGreaterThan(600);
    }
  }

  @Test
  void whatHasExpiredLeavesTheDisk() throws Exception {
    try (var store = open(1 << 30)) {
      for (int i = 0; i < 2_000; i++) {
        store.tier().store(Samples.sized(i, 4_000));
      }
      store.tier().flush();
      clock.advance(Duration.ofDays(6));
      assertThat(slots(store)).hasSize(2_000);
      clock.advance(Duration.ofDays(2));
      Poll.until("nothing is left", () -> slots(store).isEmpty());
      Poll.until("its space is given back", () -> fileBytes() < 2 << 20);
      store.tier().store(Samples.text(1, "new"));
      store.tier().flush();
      assertThat(store.tier().find(Samples.slot(1)).recording().chunks().size()).isEqualTo(3);
    }
  }

  @Test
  void whatHasExpiredLeavesTheDiskThoughTheWriterNeverRests() throws Exception {
    try (var store = open(1 << 30)) {
      for (int i = 0; i < 500; i++) {
        store.tier().store(Samples.sized(i, 100));
      }
      store.tier().flush();
      boolean left = true;
      for (int writes = 0; left; writes++) {
        store.tier().store(Samples.text(1, "news"));
        store.tier().flush();
        clock.advance((writes == 0) ? Duration.ofDays(8) : Duration.ofSeconds(1));
        left = store.tier().holdings().entries() > 1;
        assertThat(writes).isLessThan(1_000);
      }
    }
  }

  @Test
  void whatWasInvalidatedLeavesTheDiskThoughNobodyAsks() throws Exception {
    try (var upstream = new ScriptedUpstream();
        var store = open(1 << 30);
        var cache = cache(store)) {
      upstream.otherwise((request, script) -> script.reply("hello."));
      for (int i = 0; i < 300; i++) {
        try (var answer =
            cache.answer(call(cache, "ask=" + i, (i % 3 == 0) ? "a" : "b"), upstream)) {
          answer.readAll();
        }
      }
      store.tier().flush();
      clock.advance(Duration.ofMinutes(15)); // the sweep that each start brings is over
      Poll.until("all was looked at", () -> slots(store).size() == 300);
      cache.invalidate("a");
      clock.advance(Duration.ofMinutes(15));
      Poll.until("what has the tag is gone", () -> slots(store).size() == 200);
      cache.invalidateAll();
      clock.advance(Duration.ofMinutes(15));
      Poll.until("all is gone", () -> slots(store).isEmpty());
    }
  }

  @Test
  void aCacheWithoutTheEpochsSweepsNothing() throws Exception {
    try (var store = open(1 << 30)) {
      store.tier().store(Samples.text(1, "under epochs that only its cache knows"));
      store.tier().flush();
      store.epochs().write("doc:42", "an epoch");
      clock.advance(Duration.ofHours(1));
      clock.advance(Duration.ofHours(1));
      store.tier().store(Samples.text(2, "a reason to look around"));
      store.tier().flush();
      store.tier().flush();
      assertThat(slots(store)).hasSize(2);
    }
  }
}
