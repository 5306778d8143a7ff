package dev.refrain.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chunks that lie together are still the chunks that came. */
final class TapeTest {
  private static final int STEPS = 3_000;

  private final Tape tape = new Tape();

  @ParameterizedTest
  @ValueSource(ints = {1, 40, 300, 1_023, 1_024, 1_025, 20_000})
  void itHoldsWhatAListWouldHold(int sizeMax) {
    var list = ListWindow.<ByteBuffer>of(ByteBuffer::remaining);
    var chance = new SplittableRandom(sizeMax);
    for (int i = 0; i < STEPS; i++) {
      var bytes = new byte[chance.nextInt(sizeMax + 1)];
      chance.nextBytes(bytes);
      tape.add(ByteBuffer.wrap(bytes));
      list.add(ByteBuffer.wrap(bytes));
      if (chance.nextInt(10) == 0) {
        long number = chance.nextLong(list.start(), list.end() + 1);
        tape.letGoBefore(number);
        list.letGoBefore(number);
      }
      assertThat(tape.start()).isEqualTo(list.start());
      assertThat(tape.end()).isEqualTo(list.end());
      if (list.start() < list.end()) {
        long number = chance.nextLong(list.start(), list.end());
        assertThat(tape.get(number)).isEqualTo(list.get(number));
        assertThat(tape.get(list.end() - 1)).isEqualTo(list.get(list.end() - 1));
      }
    }
    assertThat(tape.weight()).isEqualTo(list.weight());
  }

  @Test
  void whatWasReadStaysAsItIsWhateverComesLater() {
    var seen = new ArrayList<ByteBuffer>();
    for (byte i = 0; i < 100; i++) {
      tape.add(ByteBuffer.wrap(new byte[] {i, i, i}));
      seen.add(tape.get(i));
      tape.letGoBefore(i);
    }
    for (byte i = 0; i < 100; i++) {
      assertThat(seen.get(i)).isEqualTo(ByteBuffer.wrap(new byte[] {i, i, i}));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 3_000})
  void whoReadsSeesOneChunkAndCannotWriteToIt(int size) {
    tape.add(ByteBuffer.wrap(new byte[] {7}));
    tape.add(ByteBuffer.wrap(new byte[size + 2], 1, size));
    tape.add(ByteBuffer.wrap(new byte[] {8}));
    var chunk = tape.get(1);

    assertThat(chunk.isReadOnly()).isTrue();
    assertThat(chunk.remaining()).isEqualTo(size);
    assertThat(chunk.capacity()).isEqualTo(size);
  }

  @Test
  void whatIsNotInItCannotBeRead() {
    tape.add(ByteBuffer.wrap(new byte[] {1}));
    tape.add(ByteBuffer.wrap(new byte[] {2}));
    tape.letGoBefore(1);

    for (long number : new long[] {-1, 0, 2}) {
      assertThatThrownBy(() -> tape.get(number)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }
}
