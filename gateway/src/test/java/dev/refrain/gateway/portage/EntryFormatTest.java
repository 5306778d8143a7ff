package dev.refrain.gateway.portage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Usage;
import dev.refrain.gateway.portage.EntryReader.Said;
import dev.refrain.json.Json;
import dev.refrain.testing.Campaign;
import dev.refrain.testing.Chance;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written is read again as it was; anything else is not believed. */
final class EntryFormatTest {
  private static final Seal SEAL = Seal.of("a key of quite some length".getBytes(UTF_8));
  private static final LineLimits LIMITS = LineLimits.of(8 << 20);
  private static final Key KEY = new Key(0x0123456789ABCDEFL, -2, 3, 4);

  @RegisterExtension final Chance chance = new Chance();

  @Test
  void allBytesSurvive() throws Exception {
    var bodies =
        List.of(
            new byte[0],
            "{\"content\":\"Grüße, 世界 🎶\"}".getBytes(UTF_8),
            "\u0000\u0001\u2028 \"\\/\n\r\t\uFEFF".getBytes(UTF_8),
            new byte[] {(byte) 0xC3}, // half a character
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, // half a pair
            bytes(256),
            random(70_000));
    for (var body : bodies) {
      var whole = recording(new Chunks(body, new int[] {body.length}, new int[] {9}));
      assertThat(read(line(whole))).isEqualTo(whole);
    }
  }

  @Test
  void chunksAreCutWhereTheyWere() throws Exception {
    var body = "Grüße, 世界".getBytes(UTF_8); // cut within characters
    var ends = IntStream.rangeClosed(1, body.length).toArray();
    var all = recording(new Chunks(body, ends, new int[ends.length]));
    var none = recording(new Chunks(new byte[0], new int[0], new int[0]));
    var empty = recording(new Chunks(body, new int[] {0, body.length, body.length}, new int[3]));

    assertThat(read(line(all))).isEqualTo(all);
    assertThat(read(line(none))).isEqualTo(none);
    assertThat(read(line(empty))).isEqualTo(empty);
  }

  @Test
  void aLineMayBeSpelledAnew() throws Exception {
    var recording = recording("one.");
    var text = new String(line(recording), UTF_8);
    var respelled =
        text.replace("\"text\":\"one.\"", "\"text\" : \"\\u006fne.\"").replace(",", " , ");

    assertThat(read(respelled.getBytes(UTF_8))).isEqualTo(recording);
  }

  /** Each byte in turn becomes another: what is still believed is what was written. */
  @Test
  void noFlippedByteIsBelieved() throws Exception {
    var recording = recording("one.");
    var line = line(recording);
    int believed = 0;
    for (int i = 0; i < line.length; i++) {
      for (int round = 0; round < Campaign.rounds(4, 255); round++) {
        var other = line.clone();
        other[i] ^= (byte) (1 + Math.floorMod(chance.nextLong(), 255));
        if (new EntryReader(LIMITS).read(other) instanceof Said.Entry entry && isSealed(entry)) {
          assertThat(entry.recording()).as("byte %d", i).isEqualTo(recording);
          believed++;
        }
      }
    }
    assertThat(believed).as("white space is all that may differ").isLessThan(line.length / 10);
  }

  @Test
  void aLineThatSomebodyWroteAnewIsNotSealed() throws Exception {
    var mine = line(recording("one."));
    var other = new EntryWriterOf(Seal.of("another key".getBytes(UTF_8)));
    var theirs = other.line(recording("two."));

    assertThat(isSealed((Said.Entry) new EntryReader(LIMITS).read(mine))).isTrue();
    assertThat(isSealed((Said.Entry) new EntryReader(LIMITS).read(theirs))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "status":200               | "status":500
          scope:tenant:acme          | scope:everyone
          scope:tenant:acme          | tenant:acme
          "doc:42"                   | "scope:tenant:other"
          "doc:42"                   | "namespace:"
          key:0123456789abcdef       | key:0123456789abcdee
          "form":"whole"             | "form":"who le"
          "text/plain"               | "text/plain\\r\\nset-cookie: a=b"
          "content-type"             | "content type"
          "sizes":[4]                | "sizes":[3]
          "sizes":[4]                | "sizes":[5]
          "sizes":[4]                | "sizes":[4,0]
          "sizes":[4]                | "sizes":[-1,5]
          "times":[9]                | "times":[-9]
          "born":1000                | "born":-1000
          "born":1000                | "born":1e30
          "text":"one."              | "text":"one.","base64":"b25lLg=="
          "text":"one."              | "base64":"b25lL"
          "tokens":[10,20]           | "tokens":[10]
          """)
  void whatCannotBeIsRefusedThoughItsSumIsRight(String was, String is) throws Exception {
    var text = new String(line(recording("one.")), UTF_8);
    assertThat(text).contains(was);
    var changed = summed(text.replace(was, is.strip()));

    assertThat(new EntryReader(LIMITS).read(changed)).isInstanceOf(Said.Malformed.class);
    assertThat(new EntryReader(LIMITS).read(summed(text))).isInstanceOf(Said.Entry.class);
  }

  @Test
  void linesTakeNoMoreMemoryThanTheyMay() throws Exception {
    var in = new ByteArrayInputStream("12345\n123456\n\n12\r\nlast".getBytes(UTF_8));
    var lines = new Lines(in, 5);

    assertThat(text(lines)).isEqualTo("1:12345");
    assertThat(Objects.requireNonNull(lines.next()).isTooLong()).isTrue();
    assertThat(Objects.requireNonNull(lines.next()).isBlank()).isTrue();
    assertThat(text(lines)).isEqualTo("4:12\r");
    assertThat(text(lines)).isEqualTo("5:last");
    assertThat(lines.next()).isNull();
  }

  private static String text(Lines lines) throws Exception {
    var line = Objects.requireNonNull(lines.next());
    return line.number() + ":" + new String(line.bytes(), UTF_8);
  }

  /** Returns the line with the sum that fits it. */
  private static byte[] summed(String line) throws Exception {
    var json = Json.parse(line.getBytes(UTF_8));
    var old = Objects.requireNonNull(json.get(Seal.SUM)).text();
    return line.replace(old, Seal.sum(json)).getBytes(UTF_8);
  }

  private static boolean isSealed(Said.Entry entry) {
    return Seal.isSame(entry.seal(), SEAL.seal(entry.sum()));
  }

  private static Recording read(byte[] line) {
    var said = new EntryReader(LIMITS).read(line);
    assertThat(said).isInstanceOf(Said.Entry.class);
    return ((Said.Entry) said).recording();
  }

  private static byte[] line(Recording recording) throws Exception {
    return new EntryWriterOf(SEAL).line(recording);
  }

  private record EntryWriterOf(Seal seal) {
    byte[] line(Recording recording) throws Exception {
      var out = new ByteArrayOutputStream();
      new EntryWriter(seal, LIMITS, out).write(recording);
      var text = out.toString(UTF_8);
      assertThat(text).endsWith("\n").doesNotMatch("(?s).*\n.+");
      return text.strip().getBytes(UTF_8);
    }
  }

  private static Recording recording(String text) {
    var body = text.getBytes(UTF_8);
    return recording(new Chunks(body, new int[] {body.length}, new int[] {9}));
  }

  private static Recording recording(Chunks chunks) {
    var tags =
        List.of(
            "scope:tenant:acme",
            "namespace:",
            "model:gpt-4o",
            "dialect:openai-chat",
            "key:0123456789abcdef",
            "doc:42");
    return new Recording(
        new Slot(KEY, Form.WHOLE),
        200,
        Headers.of("content-type", "text/plain"),
        chunks,
        1000,
        2000,
        new Usage(10, 20),
        new Stamp(tags, List.of("a", "b", "c", "d", "e", "f")),
        "",
        Duration.ofMinutes(1),
        null);
  }

  private static byte[] bytes(int count) {
    var bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  private byte[] random(int count) {
    var bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) chance.nextLong();
    }
    return bytes;
  }
}
