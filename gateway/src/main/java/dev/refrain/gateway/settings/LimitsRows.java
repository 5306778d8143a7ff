package dev.refrain.gateway.settings;

import dev.refrain.Limits;
import java.time.Duration;
import java.util.List;

/** The bounds of the cache. */
final class LimitsRows {
  private static final int BODIES_SHARE_OF_HEAP = 4;
  private static final int FLIGHTS = 10_000;
  private static final int HEAP_BYTES_OF_FLIGHT = 512 << 10;

  private static final Setting<Long> BODY_MAX =
      Setting.of(
          "limits.body-max",
          Type.size("1KiB", "1GiB"),
          "32MiB",
          "Larger requests are passed on without a look into the cache; where models"
              + " decide who is asked, theirs must come first, unless the path decides");
  private static final Setting<Long> BODIES_MAX =
      Setting.optional(
          "limits.bodies-max",
          Type.size("1MiB", "1TiB"),
          "a quarter of the heap",
          "How much the bodies of all requests under way may take; beyond, there is a 503");
  private static final Setting<Long> REPLY_MAX =
      Setting.of(
          "limits.reply-max",
          Type.size("1KiB", "1GiB"),
          "8MiB",
          "Larger replies are not kept; so much of one lies in memory for its readers");
  private static final Setting<Long> REPLIES_MAX =
      Setting.optional(
          "limits.replies-max",
          Type.size("1MiB", "1TiB"),
          "an eighth of the heap",
          "How much all replies under way may lie in memory for their readers, one that is to be"
              + " kept twice at its end; beyond, they are passed on only as fast as they are read,"
              + " and not kept");
  private static final Setting<Integer> FLIGHTS_MAX =
      Setting.optional(
          "limits.flights-max",
          Type.count(1, 1_000_000),
          "10000, or heap / 512KiB if fewer",
          "How many upstream calls may be under way at once, relays included; beyond, there is a"
              + " 503");
  private static final Setting<Duration> FLIGHT_TIME_MAX =
      Setting.of(
          "limits.flight-time-max",
          Type.duration("1s", "1d"),
          "15m",
          "How long one upstream call may take");
  private static final Setting<Duration> WHEN_ABANDONED =
      Setting.of(
          "limits.when-abandoned",
          new Abandoned(),
          "finish",
          "What becomes of an upstream call that nobody reads any more: finish it (it is nearly"
              + " paid for), cancel it, or go on for a time such as 30s");

  static final Section SECTION =
      new Section(
          "limits",
          "Bounds of the cache",
          List.of(
              BODY_MAX,
              BODIES_MAX,
              REPLY_MAX,
              REPLIES_MAX,
              FLIGHTS_MAX,
              FLIGHT_TIME_MAX,
              WHEN_ABANDONED));

  private LimitsRows() {}

  static Limits limits(Values values, long heapBytesMax) {
    Long replies = values.find(REPLIES_MAX);
    Integer flights = values.find(FLIGHTS_MAX);
    return new Limits(
        Math.toIntExact(values.get(BODY_MAX)),
        Math.toIntExact(values.get(REPLY_MAX)),
        (replies == null) ? heapBytesMax / Limits.REPLIES_SHARE_OF_HEAP : replies,
        (flights == null) ? flightsOf(heapBytesMax) : flights,
        values.get(FLIGHT_TIME_MAX),
        values.get(WHEN_ABANDONED));
  }

  /** Each takes some memory for its connections, however little of its reply lies there. */
  private static int flightsOf(long heapBytesMax) {
    return Math.clamp(heapBytesMax / HEAP_BYTES_OF_FLIGHT, 1, FLIGHTS);
  }

  static long bodiesBytesMax(Values values, long heapBytesMax) {
    Long bytes = values.find(BODIES_MAX);
    return (bytes == null) ? heapBytesMax / BODIES_SHARE_OF_HEAP : bytes;
  }

  /** How long to linger, in words or as a time. */
  private record Abandoned() implements Type<Duration> {
    private static final Type<Duration> TIME = Type.duration("0", "1d");

    @Override
    public String expected() {
      return "finish, cancel, or a time such as 30s";
    }

    @Override
    public Duration read(String text) throws BadTextException {
      if (text.equals("finish")) {
        return Limits.FINISH;
      }
      if (text.equals("cancel")) {
        return Limits.CANCEL;
      }
      if (Durations.digits(text) == 0) {
        throw BadTextException.expected(expected(), text, List.of("finish", "cancel"));
      }
      return TIME.read(text);
    }
  }
}
