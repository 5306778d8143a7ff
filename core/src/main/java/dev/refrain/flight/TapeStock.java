package dev.refrain.flight;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pieces of memory for {@link Tape}s, used again and again. Thread-safe. */
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
  private static final int SHARE_OF_HEAP = 32; // at most, for pieces that nobody uses

  private final int idleMax;
  private final List<byte[]> idle = new ArrayList<>(); // guarded by this

  /** Keeps so many pieces at most that nobody uses. */
  TapeStock(int idleMax) {
    this.idleMax = idleMax;
  }

  /** Returns an empty stock, which keeps at most a small share of the heap. */
  public static TapeStock ofHeap() {
    long bytes = Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
    return new TapeStock((int) Math.min(Integer.MAX_VALUE, bytes / PIECE_BYTES));
  }

  /** Returns a piece, on which may be anything. */
  byte[] take() {
    var piece = takeIdle();
    return (piece == null) ? new byte[PIECE_BYTES] : piece;
  }

  private synchronized byte @Nullable [] takeIdle() {
    return idle.isEmpty() ? null : idle.removeLast();
  }

  /** Takes a piece back, which nobody reads or writes from now on. */
  synchronized void giveBack(byte[] piece) {
    if (idle.size() < idleMax) {
      idle.add(piece);
    }
  }

  synchronized int idle() {
    return idle.size();
  }
}
