package dev.refrain.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Chunks;
import dev.refrain.Entry;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.KeptRequest;
import dev.refrain.Key;
import dev.refrain.LlmCache;
import dev.refrain.Recording;
import dev.refrain.Request;
import dev.refrain.Scope;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Tier;
import dev.refrain.Upstream;
import dev.refrain.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What every tier promises. A tier may forget: one that does so within these tests, whose
 * recordings take a few megabytes, is too small for them.
 */
@Timeout(60)
public abstract class TierContract {
  private static final Key KEY = new Key(1, 2, 3, 4);
  private static final Slot SLOT = new Slot(KEY, Form.WHOLE);

  @RegisterExtension protected final Chance chance = new Chance();
  private @Nullable Tier tier;

  /** Returns an empty tier. */
  protected abstract Tier open() throws Exception;

  @BeforeEach
  void openTier() throws Exception {
    tier = open();
  }

  @AfterEach
  void closeTier() {
    tier().close();
  }

  private Tier tier() {
    return Objects.requireNonNull(tier);
  }

  @Test
  void hasAName() {
    assertThat(tier().name()).matches("[a-z][a-z0-9-]*");
  }

  @Test
  void findsNothingInAnEmptySlot() throws Exception {
    assertThat(tier().find(SLOT)).isNull();
    assertThat(tier().peek(SLOT)).isNull();
  }

  @Test
  void givesBackWhatItKeepsInAllItsParts() throws Exception {
    var recordings = List.of(tiny(), plain("hello.", 1), odd(), empty(), large(), asked(), tiny());
    for (var recording : recordings) {
      tier().store(recording);
      assertThat(find(SLOT)).isEqualTo(recording);
    }
  }

  @Test
  void keepsTheLatest() throws Exception {
    for (int i = 0; i < 10; i++) {
      tier().store(plain("hello " + i + ".", i));
    }

    assertThat(find(SLOT)).isEqualTo(plain("hello 9.", 9));
  }

  @Test
  void theLatestMayBeOlder() throws Exception {
    tier().store(plain("new.", 2)); // the clock was set back since
    tier().store(plain("old.", 1));

    assertThat(find(SLOT)).isEqualTo(plain("old.", 1));
  }

  @Test
  void tellsSlotsApart() throws Exception {
    var slots =
        List.of(
            SLOT,
            new Slot(new Key(0, 2, 3, 4), Form.WHOLE),
            new Slot(new Key(1, 0, 3, 4), Form.WHOLE),
            new Slot(new Key(1, 2, 0, 4), Form.WHOLE),
            new Slot(new Key(1, 2, 3, 0), Form.WHOLE),
            new Slot(KEY, new Form("stream")),
            new Slot(KEY, new Form("stream+usage")),
            new Slot(KEY, new Form("Whole")),
            new Slot(KEY, new Form("")));
    for (var slot : slots) {
      assertThat(tier().find(slot)).isNull();
      tier().store(plain(slot, slot + ".", 1));
    }
    for (var slot : slots) {
      assertThat(find(slot)).isEqualTo(plain(slot, slot + ".", 1));
    }
  }

  @Test
  void dropsOneSlotAndNoOther() throws Exception {
    var other = new Slot(KEY, new Form("stream"));
    tier().drop(SLOT); // nothing lies there yet
    tier().store(plain(SLOT, "hello.", 1));
    tier().store(plain(other, "hello.", 1));
    tier().drop(SLOT);

    assertThat(tier().find(SLOT)).isNull();
    assertThat(tier().peek(SLOT)).isNull();
    assertThat(find(other)).isEqualTo(plain(other, "hello.", 1));
    tier().store(plain(SLOT, "again.", 2));
    assertThat(find(SLOT)).isEqualTo(plain(SLOT, "again.", 2));
  }

  @Test
  void aPeekShowsNothingElseThanAFind() throws Exception {
    tier().store(plain("hello.", 1));
    var peeked = tier().peek(SLOT);

    assertThat(peeked == null || peeked.recording().equals(find(SLOT))).isTrue();
  }

  @Test
  void anEntryHasOneHeatHoweverOftenItIsFound() throws Exception {
    tier().store(plain("hello.", 1));
    var heat = Objects.requireNonNull(tier().find(SLOT)).heat();

    assertThat(Objects.requireNonNull(tier().find(SLOT)).heat()).isSameAs(heat);
    tier().store(plain("new.", 2)); // a hot entry that was refreshed is still hot
    assertThat(Objects.requireNonNull(tier().find(SLOT)).heat()).isSameAs(heat);
  }

  @Test
  void keepsManyRecordings() throws Exception {
    var kept = new ArrayList<Recording>();
    for (int i = 0; i < 500; i++) {
      var bytes = new byte[chance.nextInt(2_000)];
      chance.nextBytes(bytes);
      var slot = new Slot(new Key(chance.nextLong(), i, 0, 0), Form.WHOLE);
      kept.add(recording(slot, chunked(bytes, chance.nextInt(1, 100)), i));
      tier().store(kept.getLast());
    }
    for (var recording : kept) {
      assertThat(find(recording.slot())).isEqualTo(recording);
    }
  }

  @Test
  void nobodySeesHalfOfWhatOthersStoreAtTheSameTime() throws Exception {
    var possible = new ArrayList<Recording>();
    for (int i = 0; i < 8; i++) {
      possible.add(plain(SLOT, String.valueOf(i).repeat(1 + 3_000 * i), i));
    }
    var done = new ArrayList<Future<?>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var recording : possible) {
        done.add(threads.submit(() -> storeOften(recording)));
        done.add(threads.submit(() -> findOften(possible)));
      }
    }
    for (var future : done) {
      future.get();
    }
    assertThat(possible).contains(find(SLOT));
  }

  private Object storeOften(Recording recording) throws Exception {
    for (int i = 0; i < 100; i++) {
      tier().store(recording);
      if (i % 10 == 0) {
        tier().drop(SLOT);
      }
    }
    tier().store(recording);
    return "done";
  }

  private Object findOften(List<Recording> possible) throws Exception {
    for (int i = 0; i < 200; i++) {
      var found = tier().find(SLOT);
      if (found != null) {
        assertThat(possible).contains(found.recording());
      }
    }
    return "done";
  }

  @Test
  void aScanShowsEachEntryOnce() throws Exception {
    var kept = new HashMap<Slot, Recording>();
    for (int i = 0; i < 1_200; i++) {
      var recording = plain(slot(i), "hello " + i + ".", i);
      kept.put(recording.slot(), recording);
      tier().store(recording);
    }
    tier().store(plain(slot(0), "once more.", 5_000));
    kept.put(slot(0), plain(slot(0), "once more.", 5_000));
    tier().drop(slot(1));
    kept.remove(slot(1));

    var shown = new HashMap<Slot, Entry>();
    tier().scan(entry -> shown.put(entry.slot(), entry) == null);
    assertThat(shown.keySet()).isEqualTo(kept.keySet());
    for (var entry : shown.values()) {
      var recording = kept.get(entry.slot());
      assertThat(entry).isEqualTo(recording.entry(entry.hits()));
    }
  }

  @Test
  void whatIsClearedForgetsEverythingAndKeepsWhatComesAfter() throws Exception {
    for (int i = 0; i < 100; i++) {
      tier().store(plain(slot(i), "old.", i));
    }
    assertThat(find(slot(99))).isEqualTo(plain(slot(99), "old.", 99));
    for (int i = 100; i < 200; i++) {
      tier().store(plain(slot(i), "old.", i));
    }
    tier().clear();
    tier().store(plain(slot(7), "new.", 7));
    for (int i = 0; i < 200; i++) {
      if (i != 7) {
        assertThat(tier().find(slot(i))).isNull();
      }
    }
    assertThat(find(slot(7))).isEqualTo(plain(slot(7), "new.", 7));
  }

  @Test
  void aBrowseShowsEachRecordingWhole() throws Exception {
    var stored = new HashMap<Slot, Recording>();
    for (int i = 0; i < 700; i++) {
      var slot = new Slot(new Key(chance.nextLong(), i, 3, 4), Form.WHOLE);
      var recording = plain(slot, "hello " + i + ".", i);
      tier().store(recording);
      stored.put(slot, recording);
    }
    var shown = new HashMap<Slot, Recording>();
    tier().browse(recording -> shown.put(recording.slot(), recording) == null);

    assertThat(shown).isEqualTo(stored);
    var some = new ArrayList<Recording>();
    tier().browse(recording -> some.add(recording) && some.size() < 3);
    assertThat(some).hasSize(3);
  }

  @Test
  void aLookTellsWhatLiesThereAndIsNoHit() throws Exception {
    var empty = new Slot(new Key(9, 9, 9, 9), Form.WHOLE);
    tier().store(plain("hello.", 7));
    for (int i = 0; i < 20; i++) {
      assertThat(tier().look(List.of(empty, SLOT))).containsExactly(plain("hello.", 7).entry(0));
    }
    tier().drop(SLOT);
    assertThat(tier().look(List.of(SLOT))).isEmpty();
  }

  @Test
  void aScanEndsWhenNoMoreIsWanted() throws Exception {
    for (int i = 0; i < 10; i++) {
      tier().store(plain(slot(i), "hello.", i));
    }
    var shown = new ArrayList<Entry>();
    tier()
        .scan(entry -> {
          shown.add(entry);
          return shown.size() < 3;
        });

    assertThat(shown).hasSize(3);
  }

  @Test
  void whatWasBegunBeforeAnInvalidationIsNeverServedAfterwards() throws Exception {
    try (var upstream = new ScriptedUpstream();
        var cache = cache();
        var caller = Executors.newVirtualThreadPerTaskExecutor()) {
      var old = upstream.expect();
      var before = caller.submit(() -> ask(cache, upstream));
      old.awaitCalled();
      cache.invalidate("doc:42");
      old.reply("old.");
      assertThat(before.get()).isEqualTo("old."); // he asked before
      upstream.expect().reply("new.");

      assertThat(ask(cache, upstream)).isEqualTo("new.");
      assertThat(ask(cache, upstream)).isEqualTo("new.");
    }
  }

  @Test
  void whatLayThereBeforeAnInvalidationIsNeverServedAfterwards() throws Exception {
    try (var upstream = new ScriptedUpstream();
        var cache = cache()) {
      for (var tag : List.of("doc:42", "namespace:", "model:parrot", "dialect:plain")) {
        upstream.expect().reply("old.");
        assertThat(ask(cache, upstream)).isEqualTo("old.");
        assertThat(ask(cache, upstream)).isEqualTo("old.");
        cache.invalidate(tag);
      }
      upstream.expect().reply("new.");
      assertThat(ask(cache, upstream)).isEqualTo("new.");
      cache.invalidateAll();
      upstream.expect().reply("newest.");
      assertThat(ask(cache, upstream)).isEqualTo("newest.");
    }
  }

  private LlmCache cache() {
    return LlmCache.builder().dialect(new PlainDialect()).tier(tier()).build();
  }

  private static String ask(LlmCache cache, Upstream upstream) throws Exception {
    var request = PlainDialect.request("ask=hello;model=parrot", "Cache-Tag", "doc:42");
    try (var answer = cache.answer(cache.read(request, Scope.tenant("acme")), upstream)) {
      return new String(answer.readAll(), UTF_8);
    }
  }

  private static Slot slot(int number) {
    return new Slot(new Key(number * 0x9E3779B97F4A7C15L, number, 0, 0), Form.WHOLE);
  }

  private Recording find(Slot slot) throws Exception {
    return Objects.requireNonNull(tier().find(slot), "a recording was forgotten").recording();
  }

  private static Recording plain(String text, long bornMillis) {
    return plain(SLOT, text, bornMillis);
  }

  private static Recording plain(Slot slot, String text, long bornMillis) {
    return recording(slot, chunked(text.getBytes(UTF_8), 7), bornMillis);
  }

  /** A recording as the engine makes it. */
  private static Recording recording(Slot slot, Chunks chunks, long bornMillis) {
    return new Recording(
        slot,
        200,
        Headers.of("content-type", "application/json", "x-request-id", "req_1"),
        chunks,
        bornMillis,
        1_234,
        new Usage(10, 20),
        new Stamp(List.of("namespace:", "model:gpt-4o"), List.of("epoch-1", "epoch-2")),
        "\"0123456789abcdef\"",
        Duration.ofSeconds(90),
        null);
  }

  private static Chunks chunked(byte[] bytes, int chunkBytes) {
    int count = (bytes.length + chunkBytes - 1) / chunkBytes;
    var ends = new int[count];
    Arrays.setAll(ends, i -> Math.min(bytes.length, (i + 1) * chunkBytes));
    var millis = new int[count];
    Arrays.setAll(millis, i -> 10 * i);
    return new Chunks(bytes, ends, millis);
  }

  private static Recording tiny() {
    return recording(SLOT, chunked(new byte[] {0}, 1), 0);
  }

  private static Recording empty() {
    return new Recording(
        SLOT,
        200,
        Headers.none(),
        chunked(new byte[0], 1),
        0,
        0,
        Usage.UNKNOWN,
        new Stamp(List.of(), List.of()),
        "",
        null,
        null);
  }

  /** With what was asked, of which nothing is left when one without it takes its place. */
  private static Recording asked() {
    var headers = Headers.of("content-type", "", "anthropic-version", "\u00e4", "a", "b");
    var body = new byte[] {0, -1, '{', '}', -128};
    var request = Request.of("", "P\u00f6ST", "/v1?alt=sse", headers, body);
    var plain = plain("hello.", 1);
    return new Recording(
        plain.slot(),
        plain.status(),
        plain.headers(),
        plain.chunks(),
        plain.bornMillis(),
        plain.tookMillis(),
        plain.usage(),
        plain.stamp(),
        plain.etag(),
        plain.ttlMax(),
        KeptRequest.restored(request));
  }

  private static Recording odd() {
    return new Recording(
        SLOT,
        299,
        Headers.of("A", "", "a", "\u00e4\u20ac\ud83e\udd9c", "A", "b\r\n: c", "\u0000", "\uffff"),
        new Chunks(
            new byte[] {0, -1, '\r', '\n', -128, 127},
            new int[] {0, 0, 6, 6},
            new int[] {0, 0, Integer.MAX_VALUE, 0}),
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        new Usage(Long.MAX_VALUE, 0),
        new Stamp(List.of("", "a,b", "\ud83e\udd9c", "a"), List.of("", "x", "y", "x")),
        "\"\u00e4\"",
        Duration.ofSeconds(Integer.MAX_VALUE),
        null);
  }

  private static Recording large() {
    var bytes = new byte[2 << 20];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (31 * i);
    }
    return recording(SLOT, chunked(bytes, 100), Long.MAX_VALUE);
  }
}
