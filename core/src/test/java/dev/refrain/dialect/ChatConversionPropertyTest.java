package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.STREAM;
import static dev.refrain.dialect.Chat.STREAM_USAGE;
import static dev.refrain.dialect.Chat.asked;
import static dev.refrain.dialect.Chat.judge;
import static dev.refrain.dialect.Chat.recording;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Recording;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What must hold for every reply, tried with many made by chance; each is known by its seed. */
final class ChatConversionPropertyTest {
  private static final boolean LONG = "long".equals(System.getProperty("refrain.campaign"));
  private static final int REPLIES = LONG ? 500_000 : 100;

  @Test
  void aWholeReplyComesBackFromAStream() {
    for (long seed = 0; seed < REPLIES; seed++) {
      var whole = whole(new RandomReply(new Random(seed)));
      var streamed = convert(whole, STREAM_USAGE, seed);
      var again = convert(streamed, Form.WHOLE, seed);

      assertThat(canonical(again)).as("seed %d", seed).isEqualTo(canonical(whole));
      assertSameVerdict(whole, streamed, seed);
    }
  }

  @Test
  void howeverAStreamIsCutItMakesTheSameWhole() {
    for (long seed = 0; seed < REPLIES; seed++) {
      var random = new Random(seed);
      var replies = new RandomReply(random);
      var reply = replies.whole("m");
      var whole = recording(Form.WHOLE, replies.spelled(reply).getBytes(UTF_8));
      var stream = new StringBuilder();
      for (var chunk : new RandomStream(random).chunks(reply)) {
        stream.append("data: ").append(replies.spelled(chunk)).append("\n\n");
      }
      var streamed = inPieces(stream.append("data: [DONE]\n\n").toString(), random);

      assertThat(canonical(convert(streamed, Form.WHOLE, seed)))
          .as("seed %d", seed)
          .isEqualTo(canonical(whole));
      assertSameVerdict(whole, streamed, seed);
    }
  }

  @Test
  void theUsageIsAllThatAPlainStreamLacks() throws Exception {
    for (long seed = 0; seed < REPLIES; seed++) {
      var whole = whole(new RandomReply(new Random(seed)));
      var plain = convert(whole, STREAM, seed);
      var stripped = convert(convert(whole, STREAM_USAGE, seed), STREAM, seed);

      for (var stream : new Recording[] {plain, stripped}) {
        var folded = ChatFold.fold(EventStream.read(stream.chunks()));
        assertThat(folded).as("seed %d", seed).isNotNull();
        assertThat(Chat.canonical(folded.rawBytes()))
            .as("seed %d", seed)
            .isEqualTo(Chat.canonical(whole.chunks().bytes(), "usage"));
      }
    }
  }

  private static Recording whole(RandomReply random) {
    return recording(Form.WHOLE, random.spelled(random.whole("m")).getBytes(UTF_8));
  }

  private static Recording convert(Recording recording, Form form, long seed) {
    var converted = OpenAiChat.DIALECT.convert(recording, form);
    assertThat(converted).as("seed %d", seed).isNotNull();
    return converted;
  }

  private static String canonical(Recording whole) {
    return Chat.canonical(whole.chunks().bytes());
  }

  private static void assertSameVerdict(Recording one, Recording other, long seed) {
    var asked = asked("m", "'n':2");
    assertThat(judge(asked, one)).as("seed %d", seed).isEqualTo(judge(asked, other));
  }

  /** Returns a stream in chunks as networks make them. */
  private static Recording inPieces(String stream, Random random) {
    var bytes = stream.getBytes(UTF_8);
    int[] ends = random.ints(5, 0, bytes.length + 1).sorted().toArray();
    ends[ends.length - 1] = bytes.length;
    return recording(STREAM_USAGE, new Chunks(bytes, ends, new int[ends.length]));
  }
}
