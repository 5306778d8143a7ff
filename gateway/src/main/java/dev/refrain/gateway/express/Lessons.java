package dev.refrain.gateway.express;

import org.jspecify.annotations.Nullable;

/**
 * What was last learned on one event loop: a new connection begins with that, as it often comes
 * from the same client. A head has his credentials in it, so nobody else's is the same.
 */
final class Lessons {
  private @Nullable Lesson last;

  /** A head, and where requests with it are answered. */
  record Lesson(KnownHead head, Desk desk) {}

  @Nullable Lesson last() {
    return last;
  }

  void add(Lesson lesson) {
    last = lesson;
  }
}
