package dev.refrain.dialect;

import static dev.refrain.dialect.Messages.STREAM;
import static dev.refrain.dialect.Messages.asked;
import static dev.refrain.dialect.Messages.canonical;
import static dev.refrain.dialect.Messages.judge;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Recording;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What must hold for every message, tried with many made by chance; each is known by its seed. */
final class MessagesConversionPropertyTest {
  private static final boolean LONG = "long".equals(System.getProperty("refrain.campaign"));
  private static final int MESSAGES = LONG ? 500_000 : 200;

  @Test
  void aWholeMessageComesBackFromAStream() {
    for (long seed = 0; seed < MESSAGES; seed++) {
      var messages = new RandomMessage(new Random(seed));
      var whole = Messages.whole(messages.spelled(messages.whole("m")).getBytes(UTF_8));
      var streamed = convert(whole, STREAM, seed);

      assertThat(canonical(convert(streamed, Form.WHOLE, seed)))
          .as("seed %d", seed)
          .isEqualTo(canonical(whole));
      assertSameVerdict(whole, streamed, seed);
    }
  }

  @Test
  void howeverAStreamIsCutItMakesTheSameWhole() {
    for (long seed = 0; seed < MESSAGES; seed++) {
      var random = new Random(seed);
      var messages = new RandomMessage(random);
      var message = messages.whole("m");
      var whole = Messages.whole(messages.spelled(message).getBytes(UTF_8));
      var streamed = inPieces(new RandomMessageStream(random, messages).of(message), random);

      assertThat(canonical(convert(streamed, Form.WHOLE, seed)))
          .as("seed %d", seed)
          .isEqualTo(canonical(whole));
      assertSameVerdict(whole, streamed, seed);
    }
  }

  @Test
  void aStreamThatIsCutIsNeitherKeptNorConverted() {
    for (long seed = 0; seed < MESSAGES; seed++) {
      var random = new Random(seed);
      var messages = new RandomMessage(random);
      var stream = new RandomMessageStream(random, messages).of(messages.whole("m"));
      var bytes = stream.getBytes(UTF_8);
      var cut = Messages.stream(Arrays.copyOf(bytes, random.nextInt(bytes.length)));

      assertThat(judge(asked("m"), cut).defects()).as("seed %d", seed).isNotEmpty();
      assertThat(Messages.tryConvert(cut, Form.WHOLE)).as("seed %d", seed).isNull();
    }
  }

  private static Recording convert(Recording recording, Form form, long seed) {
    var converted = Messages.tryConvert(recording, form);
    assertThat(converted).as("seed %d", seed).isNotNull();
    return converted;
  }

  private static void assertSameVerdict(Recording one, Recording other, long seed) {
    assertThat(judge(asked("m"), one)).as("seed %d", seed).isEqualTo(judge(asked("m"), other));
  }

  /** Returns a stream in chunks as networks make them. */
  private static Recording inPieces(String stream, Random random) {
    var bytes = stream.getBytes(UTF_8);
    int[] ends = random.ints(5, 0, bytes.length + 1).sorted().toArray();
    ends[ends.length - 1] = bytes.length;
    return Chat.recording(STREAM, new Chunks(bytes, ends, new int[ends.length]));
  }
}
