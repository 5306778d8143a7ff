package dev.refrain.flight;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Chunks of bytes. Small ones lie together, so that there are few objects for many chunks. */
public final class Tape implements Window<ByteBuffer> {
  /*
   * A live reply of a thousand chunks outlives many a collection of garbage. Were each chunk an
   * object, all of them would be copied from one generation to the next, while everybody waits. So
   * a small chunk is copied once, onto a piece from a stock, which goes back there when nobody can
   * read it any more. A large one stays as it came.
   *
   * No piece is ever seen outside: who reads gets a small chunk as a copy of his own.
   */

  private final TapeStock stock;
  private final long bytesMax;
  private final List<Part> parts = new ArrayList<>();
  private long start;
  private long end;
  private long size; // of all chunks together

  /**
   * Takes its memory from a stock.
   *
   * @param bytesMax how large all chunks on it may be together
   */
  public Tape(TapeStock stock, long bytesMax) {
    this.stock = stock;
    this.bytesMax = bytesMax;
  }

  /** Some chunks, one behind the other. */
  sealed interface Part permits Large, Piece {
    /** Returns the number of its first chunk. */
    long first();

    int size(long number);

    ByteBuffer chunk(long number);
  }

  /** A large chunk, by itself. */
  record Large(long first, ByteBuffer bytes) implements Part {
    @Override
    public int size(long number) {
      return bytes.remaining();
    }

    @Override
    public ByteBuffer chunk(long number) {
      return bytes.slice();
    }
  }

  @Override
  public long start() {
    return start;
  }

  @Override
  public long end() {
    return end;
  }

  @Override
  public boolean fits(ByteBuffer chunk) {
    return size + chunk.remaining() <= bytesMax;
  }

  @Override
  public boolean offer(ByteBuffer chunk) {
    return fits(chunk) && put(chunk, false);
  }

  @Override
  public void add(ByteBuffer chunk) {
    put(chunk, true);
  }

  /** Returns false if there is no memory for a chunk, unless that is to be had in any case. */
  private boolean put(ByteBuffer chunk, boolean inAnyCase) {
    int length = chunk.remaining();
    if (length > Piece.CHUNK_BYTES_MAX) {
      if (!stock.tryTake(length, inAnyCase)) {
        return false;
      }
      parts.add(new Large(end, chunk.asReadOnlyBuffer().slice()));
    } else if (parts.isEmpty() || !(parts.getLast() instanceof Piece last) || !last.add(chunk)) {
      var piece = stock.takePiece(inAnyCase);
      if (piece == null) {
        return false;
      }
      addOnNewPiece(chunk, piece);
    }
    end++;
    size += length;
    return true;
  }

  private void addOnNewPiece(ByteBuffer chunk, byte[] piece) {
    var next = new Piece(end, piece);
    parts.add(next);
    if (!next.add(chunk)) {
      throw new IllegalStateException("an empty piece without room");
    }
  }

  @Override
  public ByteBuffer get(long number) {
    Objects.checkIndex(number - start, end - start);
    return find(number).chunk(number);
  }

  /** Nearly all who read are at the end. */
  private Part find(long number) {
    if (parts.getLast().first() <= number) {
      return parts.getLast();
    }
    int from = 0;
    int to = parts.size() - 1; // which is behind it
    while (to - from > 1) {
      int middle = (from + to) >>> 1;
      if (parts.get(middle).first() <= number) {
        from = middle;
      } else {
        to = middle;
      }
    }
    return parts.get(from);
  }

  @Override
  public void letGoBefore(long number) {
    for (; start < number; start++) {
      size -= find(start).size(start);
    }
    int passed = 0;
    while (passed < parts.size() && endOf(passed) <= number) {
      passed++;
    }
    var gone = List.copyOf(parts.subList(0, passed));
    parts.subList(0, passed).clear(); // first, so that nothing goes back twice, whatever fails
    for (var part : gone) {
      switch (part) {
        case Piece piece -> stock.giveBack(piece.bytes());
        case Large large -> stock.giveBack(large.bytes.remaining());
      }
    }
  }

  /** Returns the number of the chunk behind a part. */
  private long endOf(int part) {
    return (part + 1 < parts.size()) ? parts.get(part + 1).first() : end;
  }
}
