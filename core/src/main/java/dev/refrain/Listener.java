package dev.refrain;

/**
 * Hears of events, on a thread of its own, one after the other. It can harm nobody: what it throws
 * is logged, and while it is too slow, events are dropped and counted.
 */
@FunctionalInterface
public interface Listener {
  /** Tells of an event. */
  void on(Event event);
}
