package dev.refrain.testing;

import dev.refrain.flight.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A timer on a {@link MovableClock}: what is due is done when a test moves the time, on the thread
 * that moves it. Refuses to take orders once it is closed. Thread-safe.
 */
public final class MovableTimer implements Timer {
  private final MovableClock clock;
  private final List<Order> orders = new ArrayList<>(); // guarded by this, in the order given
  private boolean closed;

  private record Order(long dueMillis, Runnable action) {}

  /** Returns a timer on a clock, which from now on only this timer moves. */
  public MovableTimer(MovableClock clock) {
    this.clock = clock;
  }

  @Override
  public synchronized Ticket after(Duration delay, Runnable action) {
    if (closed) {
      throw new IllegalStateException("this timer is closed");
    }
    var order = new Order(clock.millis() + delay.toMillis(), action);
    orders.add(order);
    return () -> cancel(order);
  }

  private synchronized void cancel(Order order) {
    orders.remove(order);
  }

  /** Moves the clock, and does at its time what comes due on the way. */
  public void advance(Duration duration) {
    long until = clock.millis() + duration.toMillis();
    for (var order = takeDue(until); order != null; order = takeDue(until)) {
      clock.advance(Duration.ofMillis(Math.max(0, order.dueMillis - clock.millis())));
      order.action.run(); // without the lock, since it may order or cancel
    }
    clock.advance(Duration.ofMillis(until - clock.millis()));
  }

  private synchronized @Nullable Order takeDue(long untilMillis) {
    var next =
        orders.stream()
            .filter(order -> order.dueMillis <= untilMillis)
            .min(Comparator.comparingLong(Order::dueMillis));
    next.ifPresent(this::cancel);
    return next.orElse(null);
  }

  /** Returns how many actions wait for their time. */
  public synchronized int pending() {
    return orders.size();
  }

  @Override
  public synchronized void close() {
    closed = true;
    orders.clear();
  }
}
