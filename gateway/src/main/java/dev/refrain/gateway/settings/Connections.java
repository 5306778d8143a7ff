package dev.refrain.gateway.settings;

import java.time.Duration;

/**
 * The bounds of the network.
 *
 * @param headerBytesMax of a request's or reply's head
 * @param idleTime after which a silent connection is closed, kept alive or slow
 * @param bodyTime for a client to send its request's body
 * @param connectTime for an upstream to accept a connection
 * @param firstByteTime for an upstream to send the head of its reply
 * @param upstreamConnectionsMax to one upstream at once, and so calls; more are refused
 * @param drainTime for calls under way to end when the gateway is stopped
 * @param clientConnectionsMax at once; more have to wait
 */
public record Connections(
    int headerBytesMax,
    Duration idleTime,
    Duration bodyTime,
    Duration connectTime,
    Duration firstByteTime,
    int upstreamConnectionsMax,
    Duration drainTime,
    int clientConnectionsMax) {

  /** What fits most. */
  public static final Connections DEFAULT =
      new Connections(
          32 << 10,
          Duration.ofMinutes(2),
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          Duration.ofMinutes(10),
          10_000,
          Duration.ofSeconds(30),
          20_000);
}
