package dev.refrain.testing;

import dev.refrain.Event;
import dev.refrain.Listener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * Keeps all events that it hears, and minds that they come one after the other, on one thread that
 * is nobody else's. Thread-safe.
 */
public final class CheckingListener implements Listener, AutoCloseable {
  private final List<Event> heard = new CopyOnWriteArrayList<>();
  private final List<String> faults = new CopyOnWriteArrayList<>();
  private final AtomicBoolean listens = new AtomicBoolean();

  @Override
  public void on(Event event) {
    if (listens.getAndSet(true)) {
      faults.add("two events at once");
    }
    if (!Thread.currentThread().getName().equals("refrain-events")) {
      faults.add("an event on the thread " + Thread.currentThread());
    }
    heard.add(event);
    listens.set(false);
  }

  /** Returns the events of one kind that were heard so far, in their order. */
  public <E extends Event> List<E> heard(Class<E> kind) {
    return heard.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Waits for an event of one kind, be it heard already. */
  public <E extends Event> E await(Class<E> kind) {
    return await(kind, event -> true);
  }

  /** Waits for an event like this, be it heard already. */
  public <E extends Event> E await(Class<E> kind, Predicate<E> wanted) {
    Poll.until(
        "a " + kind.getSimpleName() + " among " + heard,
        () -> heard(kind).stream().anyMatch(wanted));
    return heard(kind).stream().filter(wanted).findFirst().orElseThrow();
  }

  /** Fails the test if something was told in the wrong way. */
  @Override
  public void close() {
    if (!faults.isEmpty()) {
      throw new AssertionError("listener complains: " + faults);
    }
  }
}
