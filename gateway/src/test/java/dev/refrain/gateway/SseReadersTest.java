package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.JavaClient;
import dev.refrain.gateway.testing.Node;
import dev.refrain.sse.SseReader;
import dev.refrain.sse.SseTooLargeException;
import dev.refrain.testing.Campaign;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same bytes are the same events, however they are cut, to our reader, to one that keeps to the
 * rules of the WHATWG, and to those in the vendors' clients. These keep to fewer rules: they know
 * no byte order mark, and an event without data is one to some of them; so they get such streams as
 * the vendors send, with any ends of lines.
 */
@Timeout(3600)
final class SseReadersTest {
  private static final int BATCH = 50_000;
  private static final int STREAMS = 4_000;
  private static final int CUTS = Campaign.rounds(1_000_000 / (2 * STREAMS), 1); // of each stream
  private static final String[] PARTS = {
    "data: ",
    "data:",
    "data",
    "event: ",
    "event:",
    "id: ",
    "id",
    "retry: 5",
    ": ",
    ":",
    " ",
    "a",
    "\u00e9",
    "\u20ac",
    "\u2028",
    "\ud83d\ude00",
    "\ufeff",
    "\0",
    "x",
    "\n",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    "\r\r",
    "\r\n\r\n"
  };
  private static final String[] ENDS = {"\n", "\r", "\r\n"};
  private static final String[] TEXTS = {
    "a", " ", ":", "data: ", "\u00e9", "\u20ac", "\u2028", "\u0085", "\ud83d\ude00", "x"
  };

  @TempDir Path folder;

  /** A stream in the pieces in which it comes. */
  private record Cut(List<byte[]> pieces) {
    static Cut of(byte[] stream, Random random) {
      var pieces = new ArrayList<byte[]>();
      int most = 1 + random.nextInt(24);
      for (int from = 0, to; from < stream.length; from = to) {
        to = Math.min(stream.length, from + 1 + random.nextInt(most));
        pieces.add(Arrays.copyOfRange(stream, from, to));
      }
      return new Cut(pieces);
    }

    String line(String kind) {
      return pieces.stream()
          .map(piece -> Base64.getEncoder().encodeToString(piece))
          .collect(Collectors.joining(",", kind + " ", ""));
    }

    byte[] whole() {
      var whole = new ByteArrayOutputStream();
      pieces.forEach(whole::writeBytes);
      return whole.toByteArray();
    }

    InputStream in() {
      var streams = pieces.stream().map(piece -> (InputStream) new ByteArrayInputStream(piece));
      return new SequenceInputStream(Collections.enumeration(streams.toList()));
    }
  }

  @Test
  void whateverComesIsReadByTheRules() throws Exception {
    compare("any", Campaign.rounds(STREAMS, 1_000_000), SseReadersTest::anything);
  }

  @Test
  void whatVendorsSendIsReadAsTheirClientsReadIt() throws Exception {
    compare("vendor", Campaign.rounds(STREAMS, 1_000_000), SseReadersTest::vendors);
  }

  @ParameterizedTest
  @EnumSource
  void theClientsForJavaReadTheSame(JavaClient client) throws Exception {
    var theirs = client.reader();
    for (long seed = 0; seed < Campaign.rounds(2_000, 1_000_000); seed++) {
      var random = new Random(seed);
      var cut = Cut.of(vendors(random, client.type(), client.event()), random);
      var expected = new ArrayList<String>();
      var reader = new SseReader();
      for (var piece : cut.pieces) {
        reader.accept(piece, event -> expected.add(client.text(event)));
      }
      var texts = theirs.texts(cut.in());
      if (!texts.equals(expected)) { // a million descriptions are not made for nothing
        assertThat(texts).as("%s, seed %d", client, seed).isEqualTo(expected);
      }
    }
  }

  private void compare(String kind, int rounds, Function<Random, byte[]> made) throws Exception {
    var node = Node.install();
    var file = folder.resolve("streams");
    int events = 0;
    for (int first = 0; first < rounds; first += BATCH) {
      var cuts = new ArrayList<Cut>();
      for (int seed = first; seed < Math.min(rounds, first + BATCH); seed++) {
        var random = new Random(seed);
        cuts.add(Cut.of(made.apply(random), random));
      }
      Files.write(file, cuts.stream().map(cut -> cut.line(kind)).toList());
      var result = node.run("sse.js", file.toString());
      assertThat(result.code()).as(result.said()).isZero();
      var read = result.said().lines().toList();
      assertThat(read).hasSameSizeAs(cuts);
      for (int i = 0; i < cuts.size(); i++) {
        var expected = read(cuts.get(i));
        events += expected.isEmpty() ? 0 : 1;
        for (var reader : read.get(i).split("\t", -1)) {
          if (!reader.equals(expected)) {
            assertThat(reader).as("%s, seed %d", kind, first + i).isEqualTo(expected);
          }
        }
        assertCutsMakeNoDifference(cuts.get(i), first + i, expected);
      }
    }
    assertThat(events).as("streams with events").isGreaterThan(rounds / 4);
  }

  /** To our reader each stream comes in many ways: a million in all of what others agree on. */
  private static void assertCutsMakeNoDifference(Cut cut, long seed, String expected)
      throws SseTooLargeException {
    var random = new Random(~seed);
    var stream = cut.whole();
    for (int i = 0; i < CUTS; i++) {
      var read = read(Cut.of(stream, random));
      if (!read.equals(expected)) {
        assertThat(read).as("seed %d, cut %d", seed, i).isEqualTo(expected);
      }
    }
  }

  /** Returns what our reader reads, as the others' events are written. */
  private static String read(Cut cut) throws SseTooLargeException {
    var events = new ArrayList<String>();
    var reader = new SseReader();
    for (var piece : cut.pieces) {
      reader.accept(piece, event -> events.add(written(event.type(), event.text(), event.id())));
    }
    return String.join(" ", events);
  }

  /** Writes an event as {@code sse.js} does. */
  static String written(@Nullable String type, String data, String id) {
    return Stream.of((type == null || type.isEmpty()) ? "message" : type, data, id)
        .map(text -> Base64.getEncoder().encodeToString(text.getBytes(UTF_8)))
        .collect(Collectors.joining(":"));
  }

  /** Ends in a comment, since a parser may wait for what follows a carriage return. */
  private static byte[] anything(Random random) {
    var stream = new StringBuilder();
    for (int i = random.nextInt(40); i > 0; i--) {
      stream.append(pick(PARTS, random));
    }
    return stream.append(": end").toString().getBytes(UTF_8);
  }

  private static byte[] vendors(Random random) {
    return vendors(random, "", "{\"t\": \"%s\"}");
  }

  /** Without a type, some events have one by chance. */
  private static byte[] vendors(Random random, String type, String event) {
    var stream = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      line(": comment", random, random.nextInt(4) == 0, stream);
      boolean typed = !type.isEmpty() || random.nextBoolean();
      line("event: " + (type.isEmpty() ? "x" + text(random) : type), random, typed, stream);
      var data = event.formatted(text(random));
      if (random.nextInt(4) == 0) {
        line("data: {", random, true, stream);
        line("data:" + data.substring(1), random, true, stream);
      } else {
        line("data: " + data, random, true, stream);
      }
      line("", random, true, stream);
    }
    return stream.toString().getBytes(UTF_8);
  }

  private static void line(String line, Random random, boolean wanted, StringBuilder stream) {
    if (wanted) {
      var end = pick(ENDS, random);
      boolean joined = line.isEmpty() && end.equals("\n"); // to what ended the line before, perhaps
      stream.append(line).append(joined ? "\r\n" : end);
    }
  }

  private static String text(Random random) {
    return Stream.generate(() -> pick(TEXTS, random))
        .limit(random.nextInt(5))
        .collect(Collectors.joining());
  }

  private static String pick(String[] from, Random random) {
    return from[random.nextInt(from.length)];
  }
}
