package dev.refrain.flight;

import java.nio.ByteBuffer;

/** Small chunks of a {@link Tape} on one piece from its stock. */
final class Piece implements Tape.Part {
  /*
   * The chunks of a stream say the same again and again, but for a word. So of a chunk that is like
   * an earlier one only what differs is written: 20 bytes instead of 200. It is only ever compared
   * with one that was written whole, so that each is read in one step.
   *
   * From the beginning of the piece, for each chunk: the index of the one that it is like, or its
   * own; with how many bytes of that it begins; with how many it ends; and what is between them.
   * From the end of the piece, where each of these entries ends.
   */

  static final int CHUNK_BYTES_MAX = TapeStock.PIECE_BYTES / 2; // one fits onto an empty piece

  private static final int LIKE = 0; // where an entry says what
  private static final int HEAD = Short.BYTES;
  private static final int TAIL = 2 * Short.BYTES;
  private static final int BETWEEN = 3 * Short.BYTES;

  private final long first;
  private final ByteBuffer piece; // whose position is the end of the last entry
  private int count;
  private int whole; // the last that was

  /** Begins with the chunk of this number, on a piece on which may be anything. */
  Piece(long first, byte[] piece) {
    this.first = first;
    this.piece = ByteBuffer.wrap(piece);
  }

  @Override
  public long first() {
    return first;
  }

  /** Returns the piece itself, for its stock. */
  byte[] bytes() {
    return piece.array();
  }

  /** Writes one more chunk, or returns false if there is no room for it. */
  boolean add(ByteBuffer chunk) {
    if (count > 0) {
      int head = head(chunk);
      int tail = tail(chunk, head);
      if (2 * (head + tail) >= chunk.remaining()) {
        return add(chunk, whole, head, tail);
      }
    }
    return add(chunk, count, 0, 0);
  }

  private boolean add(ByteBuffer chunk, int like, int head, int tail) {
    int entry = piece.position();
    int between = chunk.remaining() - head - tail;
    int end = entry + BETWEEN + between;
    if (end > mark(count)) {
      return false;
    }
    piece.putShort(entry + LIKE, (short) like);
    piece.putShort(entry + HEAD, (short) head);
    piece.putShort(entry + TAIL, (short) tail);
    piece.put(entry + BETWEEN, chunk, chunk.position() + head, between);
    piece.putShort(mark(count), (short) end);
    piece.position(end);
    if (like == count) {
      whole = count;
    }
    count++;
    return true;
  }

  /** Returns with how many bytes of the last whole chunk another begins. */
  private int head(ByteBuffer chunk) {
    int from = entry(whole) + BETWEEN;
    int different = piece.slice(from, end(whole) - from).mismatch(chunk);
    return (different < 0) ? chunk.remaining() : different;
  }

  /** Returns with how many more it ends. */
  private int tail(ByteBuffer chunk, int head) {
    int from = entry(whole) + BETWEEN + head;
    int a = end(whole);
    int b = chunk.limit();
    int same = 0;
    while (a > from && b > chunk.position() + head && piece.get(--a) == chunk.get(--b)) {
      same++;
    }
    return same;
  }

  @Override
  public int size(long number) {
    int index = Math.toIntExact(number - first);
    int entry = entry(index);
    return piece.getShort(entry + HEAD)
        + piece.getShort(entry + TAIL)
        + (end(index) - entry - BETWEEN);
  }

  @Override
  public ByteBuffer chunk(long number) {
    int index = Math.toIntExact(number - first);
    int entry = entry(index);
    int like = piece.getShort(entry + LIKE);
    int head = piece.getShort(entry + HEAD);
    int tail = piece.getShort(entry + TAIL);
    var chunk = new byte[size(number)];
    piece.get(entry(like) + BETWEEN, chunk, 0, head);
    piece.get(entry + BETWEEN, chunk, head, chunk.length - head - tail);
    piece.get(end(like) - tail, chunk, chunk.length - tail, tail);
    return ByteBuffer.wrap(chunk);
  }

  /** Returns where the entry of a chunk begins. */
  private int entry(int index) {
    return (index == 0) ? 0 : end(index - 1);
  }

  private int end(int index) {
    return piece.getShort(mark(index));
  }

  /** Returns where is written down where an entry ends. */
  private static int mark(int index) {
    return TapeStock.PIECE_BYTES - Short.BYTES * (index + 1);
  }
}
