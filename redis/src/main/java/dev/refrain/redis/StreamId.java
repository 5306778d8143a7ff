package dev.refrain.redis;

import java.util.Comparator;

/** The place of a record in a stream of Redis. */
record StreamId(long millis, long number) implements Comparable<StreamId> {
  /** Before all records. */
  static final StreamId NONE = new StreamId(0, 0);

  private static final Comparator<StreamId> ORDER =
      Comparator.comparingLong(StreamId::millis).thenComparingLong(StreamId::number);

  static StreamId parse(String text) {
    int dash = text.indexOf('-');
    return new StreamId(
        Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
  }

  @Override
  public int compareTo(StreamId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return millis + "-" + number;
  }
}
