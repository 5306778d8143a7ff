package dev.refrain.gateway.express;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was last learned on one event loop: a new connection begins with that, as it often comes
 * from the same client. A head has his credentials in it, so nobody else's is the same.
 */
final class Lessons {
  private final Set<ExpressLane> early = Collections.newSetFromMap(new IdentityHashMap<>());
  private @Nullable Lesson last;
  private boolean over;

  /** A head, and where requests with it are answered. */
  record Lesson(KnownHead head, Desk desk) {}

  @Nullable Lesson last() {
    return last;
  }

  void add(Lesson lesson) {
    last = lesson;
  }

  /** Notes a lane of whose connection the server does not know. */
  void enter(ExpressLane lane) {
    early.add(lane);
  }

  /** Notes that the server knows of its connection, or that it is closed. */
  void leave(ExpressLane lane) {
    early.remove(lane);
  }

  /** Returns whether nobody is to begin any more. */
  boolean isOver() {
    return over;
  }

  void end() {
    over = true;
    Set.copyOf(early).forEach(ExpressLane::close);
  }
}
