package dev.refrain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.testing.Chance;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys are 32 bytes, and no two lists of parts have the same one. */
final class KeyTest {
  @RegisterExtension final Chance chance = new Chance();

  @Test
  void aKeyIsItsBytes() {
    for (int i = 0; i < 1_000; i++) {
      var bytes = new byte[32];
      chance.nextBytes(bytes);
      var key = Key.of(bytes);

      assertThat(key.bytes()).isEqualTo(bytes);
      assertThat(key).hasToString(HexFormat.of().formatHex(bytes));
      assertThat(Key.parse(key.toString())).isEqualTo(key).hasSameHashCodeAs(key);
    }
  }

  @Test
  void eachBitCounts() {
    var bytes = new byte[32];
    var key = Key.of(bytes);
    for (int bit = 0; bit < 256; bit++) {
      var other = bytes.clone();
      other[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(Key.of(other)).isNotEqualTo(key);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 33, 64})
  void aKeyHasNeitherMoreNorFewerBytes(int length) {
    assertThatThrownBy(() -> Key.of(new byte[length])).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "00", "zz", "0g"})
  void whatIsNoKeyIsNotParsed(String text) {
    assertThatThrownBy(() -> Key.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void partsCannotPassForOneAnotherByMovingBytesAcrossABorder() {
    var digests =
        List.of(
            Digest.begin().key(),
            Digest.begin().part("").key(),
            Digest.begin().part("").part("").key(),
            Digest.begin().part("ab").key(),
            Digest.begin().part("a").part("b").key(),
            Digest.begin().part("ab").part("").key(),
            Digest.begin().part("").part("ab").key(),
            Digest.begin().part("\0\0\0\1a").key(),
            Digest.begin().part(1).part("a").key());

    assertThat(digests).doesNotHaveDuplicates();
  }

  @Test
  void partsAreDigestedEachBehindItsLength() throws Exception {
    for (int i = 0; i < 200; i++) {
      var digest = Digest.begin();
      var plainly = new ByteArrayOutputStream();
      for (int parts = chance.nextInt(20); parts > 0; parts--) {
        var text = "ä".repeat(chance.nextInt(1 + chance.nextInt(200)));
        digest.part(text);
        var bytes = text.getBytes(UTF_8);
        plainly.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
        plainly.writeBytes(bytes);
      }
      assertThat(digest.key())
          .isEqualTo(Key.of(MessageDigest.getInstance("SHA-256").digest(plainly.toByteArray())));
    }
  }

  @Test
  void twoThatAreBegunAtOnceDoNotMix() throws Exception {
    var alone = List.of(Digest.begin().part("a").key(), Digest.begin().part("b").part("ä").key());

    var first = Digest.begin().part("a");
    var second = Digest.begin().part("b");
    Digest.begin().part("never ended");

    assertThat(List.of(first.key(), second.part("ä").key())).isEqualTo(alone);
    assertThat(Digest.begin().part("a").key()).isEqualTo(alone.getFirst());
    var elsewhere = new FutureTask<>(() -> Digest.begin().part("a").key());
    Thread.ofVirtual().start(elsewhere);
    assertThat(elsewhere.get()).isEqualTo(alone.getFirst());
  }
}
