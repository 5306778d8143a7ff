package dev.refrain.redis;

import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks on a line on which little is said whether anybody is there. */
final class Pulse implements AutoCloseable {
  /*
   * A connection that a firewall forgot, or whose server was cut off from the network, ends without
   * a word. Who asks something on it learns that, and has the line dialled anew; who only listens
   * would listen for ever, and who asks once a day would lose that question.
   */

  /** How long an answer may take. */
  static final Duration REPLY_TIME_MAX = Duration.ofSeconds(1);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(Pulse.class);

  private final Thread thread;

  /** What is asked. */
  interface Beat {
    void ask() throws IOException, InterruptedException;
  }

  private Pulse(Thread thread) {
    this.thread = thread;
  }

  /** Begins to ask this again and again. */
  static Pulse of(Beat beat) {
    return new Pulse(Thread.ofVirtual().name("refrain-redis-pulse").start(() -> ask(beat)));
  }

  private static void ask(Beat beat) {
    try {
      while (true) {
        Thread.sleep(PAUSE);
        try {
          beat.ask();
        } catch (IOException e) {
          log.trace("Nobody answered, as the line knows now", e);
        }
      }
    } catch (InterruptedException e) {
      log.trace("The line is closed");
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
