package dev.refrain.flight;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Chunks of bytes. Small ones lie together, so that there are few objects for many chunks. */
public final class Tape implements Window<ByteBuffer> {
  /*
   * A live reply of a thousand chunks outlives many a collection of garbage. Were each chunk an
   * object, all of them would be copied from one generation to the next, while everybody waits. So
   * a chunk is copied once, to the end of a segment that is there already. A large one is a segment
   * by itself, as it came.
   *
   * Whoever reads is given a view. What was given is never written to again.
   */

  private static final int SEGMENT_BYTES_MIN = 1 << 10;
  private static final int SEGMENT_BYTES_MAX = 8 << 10;

  private final List<Segment> segments = new ArrayList<>();
  private int segmentBytes = SEGMENT_BYTES_MIN; // of the next
  private long start;
  private long end;
  private long weight;

  /** Some chunks, one behind the other. */
  private static final class Segment {
    private static final int CHUNKS_FIRST = 4;

    private final long first; // the number of the first chunk
    private final ByteBuffer bytes; // whose position is the end of the last chunk
    private final ByteBuffer view; // for those who read
    private int[] ends = new int[CHUNKS_FIRST];
    private int count;

    private Segment(long first, ByteBuffer bytes) {
      this.first = first;
      this.bytes = bytes;
      this.view = bytes.asReadOnlyBuffer();
    }

    static Segment empty(long first, int capacity) {
      return new Segment(first, ByteBuffer.allocate(capacity));
    }

    static Segment of(long first, ByteBuffer chunk) {
      var segment = new Segment(first, chunk.slice());
      segment.bytes.position(chunk.remaining());
      segment.mark();
      return segment;
    }

    void add(ByteBuffer chunk) {
      bytes.put(chunk.duplicate());
      mark();
    }

    private void mark() {
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, 2 * count);
      }
      ends[count++] = bytes.position();
    }

    boolean isBefore(long number) {
      return first + count <= number;
    }

    int size(long number) {
      return endOf(number) - startOf(number);
    }

    ByteBuffer chunk(long number) {
      return view.slice(startOf(number), size(number));
    }

    private int startOf(long number) {
      return (number == first) ? 0 : endOf(number - 1);
    }

    private int endOf(long number) {
      return ends[Math.toIntExact(number - first)];
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
    if (size >= SEGMENT_BYTES_MIN) {
      segments.add(Segment.of(end, chunk));
      segmentBytes = SEGMENT_BYTES_MIN; // or small ones between large ones would waste a lot
    } else {
      segmentFor(size).add(chunk);
    }
    end++;
    weight += size;
  }

  private Segment segmentFor(int size) {
    if (!segments.isEmpty() && segments.getLast().bytes.remaining() >= size) {
      return segments.getLast();
    }
    var next = Segment.empty(end, segmentBytes);
    segmentBytes = Math.min(2 * segmentBytes, SEGMENT_BYTES_MAX);
    segments.add(next);
    return next;
  }

  @Override
  public ByteBuffer get(long number) {
    Objects.checkIndex(number - start, end - start);
    return find(number).chunk(number);
  }

  /** Nearly all who read are at the end. */
  private Segment find(long number) {
    if (segments.getLast().first <= number) {
      return segments.getLast();
    }
    int from = 0;
    int to = segments.size() - 1; // which is behind it
    while (to - from > 1) {
      int middle = (from + to) >>> 1;
      if (segments.get(middle).first <= number) {
        from = middle;
      } else {
        to = middle;
      }
    }
    return segments.get(from);
  }

  @Override
  public void letGoBefore(long number) {
    for (; start < number; start++) {
      weight -= find(start).size(start);
    }
    int passed = 0;
    while (passed < segments.size() && segments.get(passed).isBefore(number)) {
      passed++;
    }
    segments.subList(0, passed).clear();
  }
}
