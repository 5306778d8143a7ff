package dev.refrain.gateway.figures;

import dev.refrain.flight.Tape;
import dev.refrain.flight.TapeStock;
import java.nio.ByteBuffer;

/** What a reply says, for as long as it may have to be counted. For one thread at a time. */
final class Transcript implements Estimator.Said {
  private static final int BYTES_MAX = 256 << 10;

  private final Tape tape;
  private int size;

  Transcript(TapeStock stock) {
    tape = new Tape(stock, BYTES_MAX);
  }

  /** Takes a chunk down, or returns false if it is too much or there is no memory for it. */
  boolean offer(byte[] chunk) {
    boolean taken = tape.offer(ByteBuffer.wrap(chunk));
    size += taken ? chunk.length : 0;
    return taken;
  }

  @Override
  public byte[] bytes() {
    var all = ByteBuffer.allocate(size);
    for (long i = tape.start(); i < tape.end(); i++) {
      all.put(tape.get(i));
    }
    return all.array();
  }

  /** Gives its memory back. Nothing is on it any more. */
  @Override
  public void letGo() {
    tape.letGoBefore(tape.end());
    size = 0;
  }
}
