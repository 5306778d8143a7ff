package dev.refrain;

import java.io.IOException;

/**
 * The real call: the only place where money is spent.
 *
 * <p>Called on a thread of its own, which may block, and which is interrupted when nobody wants the
 * reply any more.
 */
@FunctionalInterface
public interface Upstream {
  /** Sends a request and returns the reply as soon as its head is there. */
  Reply send(Request request) throws IOException, InterruptedException;

  /** Returns what is asked instead behind the back of a caller who has an answer already. */
  default Upstream unattended() {
    return this;
  }
}
