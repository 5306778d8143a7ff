package dev.refrain.flight;

import static java.nio.charset.StandardCharsets.US_ASCII;
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
  private static final int STOCK_MAX = 100;

  private static final int TAPE_MAX = 100 << 20;

  private final Capacity memory = new Capacity(4L * STOCK_MAX * TapeStock.PIECE_BYTES);
  private final TapeStock stock = new TapeStock(memory);
  private final Tape tape = new Tape(stock, TAPE_MAX);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 40, 300, 2_047, 2_048, 2_049, 20_000})
  void itHoldsWhatAListWouldHold(int sizeMax) {
    var list = ListWindow.<ByteBuffer>of(ByteBuffer::remaining, TAPE_MAX);
    var chance = new SplittableRandom(sizeMax);
    var chunk = new byte[0];
    for (int i = 0; i < STEPS; i++) {
      chunk = next(chunk, sizeMax, chance);
      tape.add(ByteBuffer.wrap(chunk));
      list.add(ByteBuffer.wrap(chunk));
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
    tape.letGoBefore(tape.end());
    assertThat(memory.taken()).as("what nobody gave back").isZero();
  }

  /**
   * Mostly as the last, but for a part of it. Two letters alone, so that much is alike by chance.
   */
  private static byte[] next(byte[] last, int sizeMax, SplittableRandom chance) {
    int head = (chance.nextInt(10) == 0) ? 0 : chance.nextInt(last.length + 1);
    int tail = (chance.nextInt(10) == 0) ? 0 : chance.nextInt(last.length - head + 1);
    int between = chance.nextInt(Math.min(20, sizeMax - head - tail + 1));
    if (head + tail == 0) {
      between = chance.nextInt(sizeMax + 1);
    }
    var chunk = new byte[head + between + tail];
    for (int i = 0; i < chunk.length; i++) {
      chunk[i] = (byte) chance.nextInt('a', 'c');
    }
    System.arraycopy(last, 0, chunk, 0, head);
    System.arraycopy(last, last.length - tail, chunk, chunk.length - tail, tail);
    return chunk;
  }

  @Test
  void ofAStreamWhoseEventsAreAlikeLittleIsWritten() {
    for (int i = 0; i < STEPS; i++) {
      boolean ofAnotherKind = i / 30 % 2 == 1;
      var text = new StringBuilder(event(i));
      var event = (ofAnotherKind ? text.reverse() : text).toString().getBytes(US_ASCII);
      tape.add(ByteBuffer.wrap(event));
      assertThat(tape.get(i)).isEqualTo(ByteBuffer.wrap(event));
    }
    assertThat(memory.taken()).isLessThan((long) STEPS * event(0).length() / 8);
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
  void whoReadsCannotChangeWhatOthersRead(int size) {
    tape.add(ByteBuffer.wrap(new byte[] {7}));
    tape.add(ByteBuffer.wrap(new byte[size + 2], 1, size));
    tape.add(ByteBuffer.wrap(new byte[] {8}));
    var chunk = tape.get(1);

    assertThat(chunk.capacity()).isEqualTo(size);
    if (!chunk.isReadOnly()) {
      chunk.put(0, (byte) 'x');
    }
    assertThat(tape.get(1)).isEqualTo(ByteBuffer.wrap(new byte[size]));
  }

  @Test
  void piecesGoBackOnceNobodyCanReadThem() {
    fill(tape, (byte) 1);
    assertThat(stock.idle()).isZero();
    tape.letGoBefore(tape.end() - 1);
    int most = stock.idle();
    tape.letGoBefore(tape.end());

    assertThat(most).isGreaterThan(1);
    assertThat(stock.idle()).isEqualTo(most + 1);
    tape.letGoBefore(tape.end());
    assertThat(stock.idle()).as("none goes back twice").isEqualTo(most + 1);
  }

  @Test
  void whatWasReadIsNotChangedByWhoeverHasThePieceNext() {
    fill(tape, (byte) 1);
    var seen = tape.get(3);
    tape.letGoBefore(tape.end());
    int idle = stock.idle();
    var next = new Tape(stock, TAPE_MAX);
    fill(next, (byte) 2);

    assertThat(stock.idle()).as("used again").isLessThan(idle);
    assertThat(seen).isEqualTo(ByteBuffer.wrap(chunk((byte) 1, 3)));
    for (long number = 0; number < next.end(); number++) {
      assertThat(next.get(number)).isEqualTo(ByteBuffer.wrap(chunk((byte) 2, (int) number)));
    }
  }

  @Test
  void noMorePiecesLieIdleThanTheStockMayKeep() {
    var pieces = new ArrayList<byte[]>();
    for (int i = 0; i < STOCK_MAX + 10; i++) {
      pieces.add(stock.takePiece(true));
    }
    pieces.forEach(stock::giveBack);

    assertThat(stock.idle()).isEqualTo(STOCK_MAX);
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 5_000})
  void itTakesNoMoreThanFits(int size) {
    var tight = new Tape(stock, 3L * size);
    var chunk = ByteBuffer.allocate(size);
    for (int i = 0; i < 3; i++) {
      assertThat(tight.offer(chunk)).isTrue();
    }
    long taken = memory.taken();
    assertThat(tight.fits(chunk)).isFalse();
    assertThat(tight.offer(chunk)).isFalse();
    assertThat(tight.end()).isEqualTo(3);
    assertThat(memory.taken()).isEqualTo(taken);
    tight.letGoBefore(1);
    assertThat(tight.offer(chunk)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 5_000})
  void itTakesNoMoreThanThereIsMemoryUnlessItMust(int size) {
    memory.take(memory.max() - 10_000);
    var chunk = ByteBuffer.allocate(size);
    int count = 0;
    while (tape.offer(chunk)) {
      count++;
    }
    assertThat(tape.end()).isEqualTo(count).isGreaterThan(1);
    assertThat(memory.taken()).isLessThanOrEqualTo(memory.max());
    tape.add(chunk);
    assertThat(tape.get(count)).isEqualTo(chunk);
    assertThat(memory.taken()).isGreaterThan(memory.max());
    tape.letGoBefore(tape.end());
    assertThat(memory.taken()).isEqualTo(memory.max() - 10_000);
  }

  private static String event(int number) {
    return "data: {\"id\":\"chatcmpl-8DtrzQXe0LmNm0JdqjbWTN7q\",\"created\":1732270000,"
        + "\"object\":\"chat.completion.chunk\",\"model\":\"gpt-4o-mini-2024-07-18\","
        + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word"
        + number
        + "\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n";
  }

  private static void fill(Tape tape, byte letter) {
    for (int i = 0; i < 100; i++) {
      tape.add(ByteBuffer.wrap(chunk(letter, i)));
    }
  }

  /** Chunks that are not alike. */
  private static byte[] chunk(byte letter, int number) {
    var chunk = new byte[150];
    new SplittableRandom(100 * letter + number).nextBytes(chunk);
    return chunk;
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
