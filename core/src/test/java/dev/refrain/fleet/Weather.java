package dev.refrain.fleet;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What the network does to what is sent.
 *
 * @param lost so many of a thousand requests, replies and messages are lost
 * @param late so many of a thousand take long
 * @param inOrder whether messages of a channel overtake each other
 */
record Weather(int lost, int late, boolean inOrder) {
  static final Weather CALM = new Weather(0, 0, true);

  /** Many a message is lost. */
  static final Weather DEAF = new Weather(100, 0, true);

  private static final int USUAL_MICROS = 2_000;
  private static final int LATE_MICROS = 600_000;

  /** Returns what may be expected of a stormy day. */
  static Weather storm(RandomGenerator chance) {
    return new Weather(chance.nextInt(40), chance.nextInt(40), chance.nextBoolean());
  }

  boolean loses(RandomGenerator chance) {
    return chance.nextInt(1_000) < lost;
  }

  Duration delay(RandomGenerator chance) {
    int micros = chance.nextInt(1_000) < late ? LATE_MICROS : USUAL_MICROS;
    return Duration.ofNanos(1_000L * (100 + chance.nextInt(micros)));
  }
}
