package dev.refrain.gateway.settings;

import java.time.Duration;
import java.util.List;

/** The bounds of the network. */
final class ConnectionsRows {
  private static final Type<Duration> TIME = Type.duration("10ms", "1d");

  private static final Setting<Long> HEADER_MAX =
      Setting.of(
          "connections.header-max",
          Type.size("1KiB", "16MiB"),
          "32KiB",
          "The longest head of a request or reply");
  private static final Setting<Duration> IDLE_TIME =
      Setting.of(
          "connections.idle-time",
          TIME,
          "2m",
          "When a silent connection is closed, whether kept alive or slow");
  private static final Setting<Duration> BODY_TIME =
      Setting.of(
          "connections.body-time", TIME, "60s", "How long a client may take to send its request");
  private static final Setting<Duration> CONNECT_TIME =
      Setting.of(
          "connections.connect-time", TIME, "10s", "How long connecting to an upstream may take");
  private static final Setting<Duration> FIRST_BYTE_TIME =
      Setting.of(
          "connections.first-byte-time",
          TIME,
          "10m",
          "How long an upstream may take to begin its reply");
  private static final Setting<Integer> UPSTREAM_MAX =
      Setting.optional(
          "connections.upstream-max",
          Type.count(1, 1_000_000),
          "as limits.flights-max",
          "How many calls to one upstream may be under way at once, each on a connection of its own"
              + " unless they share some over HTTP/2; beyond, there is a 503");
  private static final Setting<Duration> DRAIN_TIME =
      Setting.of(
          "connections.drain-time",
          Type.duration("0", "1d"),
          "30s",
          "How long a gateway that is stopped waits for the calls under way");
  private static final Setting<Integer> CLIENT_MAX =
      Setting.of(
          "connections.client-max",
          Type.count(1, 1_000_000),
          "20000",
          "How many connections of clients there may be");

  static final Section SECTION =
      new Section(
          "connections",
          "Bounds of the network",
          List.of(
              HEADER_MAX,
              IDLE_TIME,
              BODY_TIME,
              CONNECT_TIME,
              FIRST_BYTE_TIME,
              UPSTREAM_MAX,
              DRAIN_TIME,
              CLIENT_MAX));

  private ConnectionsRows() {}

  static Connections connections(Values values, int flightsMax) {
    Integer upstreamMax = values.find(UPSTREAM_MAX);
    return new Connections(
        Math.toIntExact(values.get(HEADER_MAX)),
        values.get(IDLE_TIME),
        values.get(BODY_TIME),
        values.get(CONNECT_TIME),
        values.get(FIRST_BYTE_TIME),
        (upstreamMax == null) ? flightsMax : upstreamMax,
        values.get(DRAIN_TIME),
        values.get(CLIENT_MAX));
  }
}
