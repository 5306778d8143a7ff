package dev.refrain.flight;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Memory for {@link Tape}s: what all of them may have, in pieces used again. Thread-safe. */
public final class TapeStock {
  /*
   * A live reply lasts for seconds, which is long for a collector of garbage: it copies what is
   * young, asks the system for more memory to put it into, and finds out late that all of it has
   * died together. Pieces that are used again have grown old once and are looked at no more.
   *
   * What was on a piece stays there until it is written over. So a piece never leaves the tape that
   * has taken it: who reads gets a copy.
   */

  static final int PIECE_BYTES = 4 << 10;
  private static final int SHARE_OF_IDLE = 4; // at most, for pieces that nobody uses

  private final Capacity memory;
  private final int idleMax;
  private final List<byte[]> idle = new ArrayList<>(); // guarded by this

  /** Takes what it hands out from so much memory as there is, beside a share for idle pieces. */
  public TapeStock(Capacity memory) {
    this.memory = memory;
    this.idleMax = (int) Math.min(Integer.MAX_VALUE, memory.max() / SHARE_OF_IDLE / PIECE_BYTES);
  }

  /** Returns a piece, on which may be anything; null if there is no memory left. */
  byte @Nullable [] takePiece(boolean inAnyCase) {
    if (!tryTake(PIECE_BYTES, inAnyCase)) {
      return null;
    }
    var piece = takeIdle();
    return (piece == null) ? new byte[PIECE_BYTES] : piece;
  }

  private synchronized byte @Nullable [] takeIdle() {
    return idle.isEmpty() ? null : idle.removeLast();
  }

  /** Takes a piece back, which nobody reads or writes from now on. */
  void giveBack(byte[] piece) {
    giveBack(PIECE_BYTES);
    keep(piece);
  }

  private synchronized void keep(byte[] piece) {
    if (idle.size() < idleMax) {
      idle.add(piece);
    }
  }

  /** Takes memory for bytes that lie elsewhere. */
  boolean tryTake(long bytes, boolean inAnyCase) {
    if (inAnyCase) {
      memory.take(bytes);
      return true;
    }
    return memory.tryTake(bytes);
  }

  void giveBack(long bytes) {
    memory.giveBack(bytes);
  }

  synchronized int idle() {
    return idle.size();
  }
}
