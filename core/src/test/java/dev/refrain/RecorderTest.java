package dev.refrain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What passes is taken down to the byte and the millisecond, and nothing of what is too large. */
final class RecorderTest {
  private static final Slot SLOT = new Slot(new Key(1, 2, 3, 4), Form.WHOLE);
  private static final Stamp STAMP = new Stamp(List.of("a"), List.of("1"));
  private static final long BORN = 1_700_000_000_000L;

  private final Recorder recorder = new Recorder(SLOT, STAMP, BORN, 100, null);
  private final List<ByteBuffer> chunks = new ArrayList<>();

  @Test
  void aReplyIsTakenDownWithItsChunksAndTheirTimes() {
    add("hel", 5);
    add("", 6);
    add("lo.", 70);
    var recording = finish(80);

    assertThat(recording.slot()).isEqualTo(SLOT);
    assertThat(recording.stamp()).isEqualTo(STAMP);
    assertThat(recording.status()).isEqualTo(200);
    assertThat(recording.bornMillis()).isEqualTo(BORN);
    assertThat(recording.tookMillis()).isEqualTo(80);
    assertThat(recording.usage()).isEqualTo(Usage.UNKNOWN);
    assertThat(recording.headers()).isEqualTo(Headers.of("content-type", "text/plain"));
    assertThat(recording.chunks())
        .isEqualTo(new Chunks("hello.".getBytes(UTF_8), new int[] {3, 3, 6}, new int[] {5, 6, 70}));
  }

  @Test
  void aReplyWithoutChunksIsAReply() {
    assertThat(finish(1).chunks().size()).isZero();
  }

  @Test
  void manyChunksAreNoTrouble() {
    for (int i = 0; i < 100; i++) {
      add("x", i);
    }
    var chunks = finish(100).chunks();

    assertThat(chunks.count()).isEqualTo(100);
    assertThat(chunks.millis(99)).isEqualTo(99);
    assertThat(chunks.bytes()).isEqualTo("x".repeat(100).getBytes(UTF_8));
  }

  @Test
  void aReplyAsLargeAsIsAllowedIsKeptAndOneByteMoreIsNot() {
    add("x".repeat(99), 0);
    add("y", 0);
    assertThat(finish(1).chunks().size()).isEqualTo(100);
    add("z", 0);

    assertThat(recorder.isTooLarge()).isTrue();
  }

  @Test
  void chunksThatNobodyNotedAreNoReply() {
    add("hello.", 5);
    chunks.add(ByteBuffer.wrap(new byte[1]));

    assertThatThrownBy(() -> finish(6)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatWasTooLargeOnceStaysSo() {
    add("x".repeat(101), 0);
    add("y", 0);

    assertThat(recorder.isTooLarge()).isTrue();
  }

  @Test
  void aClockThatIsSetBackMeanwhileMakesNoTimeNegative() {
    add("hello.", -60_000);
    var recording = finish(-60_000);

    assertThat(recording.chunks().millis(0)).isZero();
    assertThat(recording.tookMillis()).isZero();
  }

  @Test
  void theSameBytesHaveTheSameEntityTagHoweverTheyCame() {
    var tag = new Recordings().chunks("hel", "lo.").recording().etag();

    assertThat(tag).matches("\"[0-9a-f]{32}\"");
    assertThat(new Recordings().chunks("hello.").recording().etag()).isEqualTo(tag);
    assertThat(new Recordings().chunks("Hello.").recording().etag()).isNotEqualTo(tag);
  }

  @Test
  void chunksMustFitTheirBytes() {
    for (var ends : new int[][] {{}, {1}, {1, 3}, {2, 1}, {-1, 2}}) {
      assertThatThrownBy(() -> new Chunks(new byte[2], ends, new int[ends.length]))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> new Chunks(new byte[2], new int[] {2}, new int[] {0, 0}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void chunksAreReadOnly() {
    var chunks = new Recordings().chunks("hel", "lo.").recording().chunks();

    assertThat(chunks.chunk(1).isReadOnly()).isTrue();
    assertThat(chunks.all().isReadOnly()).isTrue();
    assertThat(Stage.text(chunks.chunk(1))).isEqualTo("lo.");
    assertThat(Stage.text(chunks.all())).isEqualTo("hello.");
    assertThat(chunks.chunk(1).limit()).isEqualTo(3); // nothing of the others shows
    assertThat(chunks.chunk(1).capacity()).isEqualTo(3);
  }

  @Test
  void chunksAreEqualOnlyIfBordersAndTimesAre() {
    var chunks = new Chunks(new byte[2], new int[] {1, 2}, new int[] {0, 0});

    assertThat(new Chunks(new byte[2], new int[] {1, 2}, new int[] {0, 0})).isEqualTo(chunks);
    assertThat(new Chunks(new byte[2], new int[] {2}, new int[] {0})).isNotEqualTo(chunks);
    assertThat(new Chunks(new byte[2], new int[] {1, 2}, new int[] {0, 1})).isNotEqualTo(chunks);
    assertThat(new Chunks(new byte[] {0, 1}, new int[] {1, 2}, new int[] {0, 0}))
        .isNotEqualTo(chunks);
  }

  private void add(String chunk, long millis) {
    chunks.add(ByteBuffer.wrap(chunk.getBytes(UTF_8)));
    recorder.add(chunk.length(), BORN + millis);
  }

  private Recording finish(long millis) {
    var headers = Headers.of("content-type", "text/plain", "date", "today");
    return recorder.finish(headers, recorder.join(chunks), BORN + millis);
  }
}
