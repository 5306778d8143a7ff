package dev.refrain.fleet;

import dev.refrain.flight.Timer;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Time as the protocol knows it: what passes evenly, whatever happens to the clock on the wall.
 *
 * @param nanos counts while the process is stopped, too
 * @param chance for what must not happen everywhere at once, and for tokens
 */
record Tempo(LongSupplier nanos, Timer timer, RandomGenerator chance) {
  /** How long a lease lasts unless it is renewed. */
  static final Duration LEASE = Duration.ofSeconds(3);

  /** When it is renewed. */
  static final Duration RENEWAL = LEASE.dividedBy(3);

  /** When a renewal of which nothing is known is tried again. */
  static final Duration RETRY = Duration.ofMillis(250);

  /** How long a follower waits for a first sign; then twice as long, up to a renewal. */
  static final Duration FIRST_PATIENCE = Duration.ofMillis(250);

  /** How long it is remembered that a reply was turned down. */
  static final Duration TURNED_DOWN = Duration.ofSeconds(10);

  /** How long frames are kept in a relay to which nobody appends. */
  static final Duration KEPT = Duration.ofSeconds(30);

  private static final int JITTER_MILLIS = 250;

  /** Returns the tempo of the real world. */
  static Tempo system() {
    return new Tempo(
        System::nanoTime, Timer.system(), () -> ThreadLocalRandom.current().nextLong());
  }

  /** Returns the wait, and up to a quarter of a second more. */
  Duration jittered(Duration wait) {
    return wait.plusMillis(1 + chance.nextInt(JITTER_MILLIS));
  }

  /** Waits. */
  void rest(Duration wait) throws InterruptedException {
    new Mailbox(timer).take(wait); // to which nobody writes
  }

  /** Returns a token that no other flight has. */
  String token() {
    return Long.toHexString(chance.nextLong()) + Long.toHexString(chance.nextLong());
  }
}
