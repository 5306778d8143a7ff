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
  private final List<Part> parts = new ArrayList<>();
  private long start;
  private long end;
  private long weight;

  /** Takes its pieces from a stock. */
  public Tape(TapeStock stock) {
    this.stock = stock;
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
  public int weigh(ByteBuffer chunk) {
    return chunk.remaining();
  }

  @Override
  public long weight() {
    return weight;
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
  public void add(ByteBuffer chunk) {
    int size = chunk.remaining();
    if (size > Piece.CHUNK_BYTES_MAX) {
      parts.add(new Large(end, chunk.asReadOnlyBuffer().slice()));
    } else if (parts.isEmpty() || !(parts.getLast() instanceof Piece last) || !last.add(chunk)) {
      addOnNewPiece(chunk);
    }
    end++;
    weight += size;
  }

  private void addOnNewPiece(ByteBuffer chunk) {
    var next = new Piece(end, stock.take());
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
      weight -= find(start).size(start);
    }
    int passed = 0;
    while (passed < parts.size() && endOf(passed) <= number) {
      if (parts.get(passed) instanceof Piece piece) {
        stock.giveBack(piece.bytes());
      }
      passed++;
    }
    parts.subList(0, passed).clear();
  }

  /** Returns the number of the chunk behind a part. */
  private long endOf(int part) {
    return (part + 1 < parts.size()) ? parts.get(part + 1).first() : end;
  }
}
