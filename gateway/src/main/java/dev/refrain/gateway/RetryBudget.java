package dev.refrain.gateway;

/**
 * Sees to it that what is sent once more stays little beside what is sent at all: an upstream in
 * trouble is not helped by twice the calls. Thread-safe.
 */
final class RetryBudget {
  private static final int CALLS_PER_RETRY = 10;
  private static final int RETRIES_MAX = 10; // that can be saved up

  private int saved = RETRIES_MAX * CALLS_PER_RETRY; // in calls; guarded by this

  /** Notes a call. */
  synchronized void call() {
    saved = Math.min(saved + 1, RETRIES_MAX * CALLS_PER_RETRY);
  }

  /** Returns whether there is enough left to send a call once more. */
  synchronized boolean tryRetry() {
    if (saved < CALLS_PER_RETRY) {
      return false;
    }
    saved -= CALLS_PER_RETRY;
    return true;
  }
}
