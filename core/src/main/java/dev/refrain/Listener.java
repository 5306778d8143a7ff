package dev.refrain;

/**
 * Hears of events, on a thread of its own, one after the other. It can harm nobody: what it throws
 * is logged, and while it is too slow, events are dropped and counted.
 */
@FunctionalInterface
public interface Listener {
  /** Tells of an event. */
  void on(Event event);

  /**
   * Returns whether it wants to be told of answers that lay in the cache. To tell it costs several
   * times what such an answer costs; but it may be told of them all the same, if another wants it.
   */
  default boolean hearsOfHits() {
    return true;
  }
}
