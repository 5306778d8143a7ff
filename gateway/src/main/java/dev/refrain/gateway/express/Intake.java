package dev.refrain.gateway.express;

/** What the decoder of a connection has taken in. */
public interface Intake {
  /** Returns how many requests have begun. */
  long requests();

  /** Returns whether the last one has ended, and nothing has come of another. */
  boolean isBetweenRequests();
}
