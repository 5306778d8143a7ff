package dev.refrain.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class Utf8Test {
  /** At and next to the ends of all ranges that a later byte may have to be in. */
  private static final int[] EDGES = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};

  private final CharsetDecoder jdk = UTF_8.newDecoder();
  private final CharBuffer decoded = CharBuffer.allocate(4);

  @Test
  void everySequenceIsJudgedAsTheJdkJudgesIt() {
    for (int first = 0; first < 256; first++) {
      assertJudged(first);
      for (int second = 0; second < 256; second++) {
        assertJudged(first, second);
        for (int third : EDGES) {
          assertJudged(first, second, third);
          for (int fourth : EDGES) {
            assertJudged(first, second, third, fourth);
          }
        }
      }
    }
  }

  private void assertJudged(int... values) {
    var bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    boolean accepted = Utf8.malformed(bytes) < 0;
    if (accepted != isWellFormed(bytes)) { // an assertion for each would take minutes
      assertThat(accepted).as(HexFormat.of().formatHex(bytes)).isEqualTo(isWellFormed(bytes));
    }
  }

  private boolean isWellFormed(byte[] bytes) {
    return !jdk.reset().decode(ByteBuffer.wrap(bytes), decoded.clear(), true).isError();
  }

  @Test
  void theFirstMalformedByteIsFoundWhereverItStands() {
    var text = "ASCII, caf\u00e9, \u20ac and \ud83d\ude00, then ASCII again ".repeat(3);
    byte[] sound = text.getBytes(UTF_8);
    assertThat(Utf8.malformed(sound)).isEqualTo(-1);

    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      byte[] before = text.substring(0, at).getBytes(UTF_8);
      byte[] broken = Arrays.copyOf(sound, sound.length);
      broken[before.length] = (byte) 0xFF;
      assertThat(Utf8.malformed(broken)).isEqualTo(before.length);
    }
  }

  @Test
  void aSequenceThatIsCutOffIsMalformed() {
    byte[] text = "12345678\ud83d\ude00".getBytes(UTF_8);
    for (int length = 9; length < 12; length++) {
      assertThat(Utf8.malformed(Arrays.copyOf(text, length))).isEqualTo(8);
    }
  }
}
