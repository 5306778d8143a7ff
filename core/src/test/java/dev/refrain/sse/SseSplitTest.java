package dev.refrain.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However a stream is cut into pieces, its events are the same. */
final class SseSplitTest {
  private static final boolean LONG = "long".equals(System.getProperty("refrain.campaign"));
  private static final int STREAMS = LONG ? 10_000_000 : 60_000;
  private static final String[] PARTS = {
    "data: ", "data:", "data", "event: ", "id: ", "retry: 5", ": ", ":", " ", "a", "\u00e9",
    "\u20ac", "\ud83d\ude00", "\ufeff", "\0", "x", "\n", "\n", "\r", "\r\n", "\n\n", "\r\r",
    "\r\n\r\n"
  };

  @ParameterizedTest
  @MethodSource("streams")
  void anyTwoCutsMakeNoDifference(String stream) throws Exception {
    byte[] bytes = stream.getBytes(UTF_8);
    var expected = SseModel.read(bytes);
    assertThat(expected).isNotEmpty();
    assertThat(SseReader.readAll(bytes)).isEqualTo(expected);

    for (int first = 0; first <= bytes.length; first++) {
      for (int second = first; second <= bytes.length; second++) {
        if (!readInPieces(bytes, first, second).equals(expected)) {
          assertThat(readInPieces(bytes, first, second))
              .as("cut at %d and %d", first, second)
              .isEqualTo(expected);
        }
      }
    }
  }

  static Stream<String> streams() {
    var chat =
        """
        : welcome

        event: message_start
        id: 1
        data: {"text":"caf\u00e9 \u20ac \ud83d\ude00"}

        data: first
        data
        data:  third

        retry: 10
        id: 2
        event: done
        data: [DONE]

        data: never ended
        """;
    return Stream.of("\n", "\r", "\r\n")
        .flatMap(end -> Stream.of("", "\ufeff").map(start -> start + chat.replace("\n", end)));
  }

  @Test
  void streamsMadeByChanceAreReadAsTheModelReadsThem() throws Exception {
    for (long seed = 0; seed < STREAMS; seed++) {
      var random = new Random(seed);
      byte[] bytes = stream(random).getBytes(UTF_8);
      var events = new ArrayList<SseEvent>();
      var reader = new SseReader();
      for (int from = 0, to; from < bytes.length; from = to) {
        to = Math.min(bytes.length, from + 1 + random.nextInt(8));
        reader.accept(Arrays.copyOfRange(bytes, from, to), events::add);
      }
      var expected = SseModel.read(bytes);
      if (!events.equals(expected)) {
        assertThat(events).as("seed %d", seed).isEqualTo(expected);
      }
    }
  }

  private static String stream(Random random) {
    var stream = new StringBuilder();
    for (int i = random.nextInt(40); i > 0; i--) {
      stream.append(PARTS[random.nextInt(PARTS.length)]);
    }
    return stream.toString();
  }

  private static List<SseEvent> readInPieces(byte[] bytes, int first, int second)
      throws SseTooLargeException {
    var events = new ArrayList<SseEvent>();
    var reader = new SseReader();
    reader.accept(Arrays.copyOf(bytes, first), events::add);
    reader.accept(Arrays.copyOfRange(bytes, first, second), events::add);
    reader.accept(Arrays.copyOfRange(bytes, second, bytes.length), events::add);
    return events;
  }
}
