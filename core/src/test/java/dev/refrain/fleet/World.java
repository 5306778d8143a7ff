package dev.refrain.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A small world in which nodes live, with a time of its own. Everything in it happens in the one
 * thread that lets it go on, and the same seed lets the same happen again.
 */
final class World {
  /*
   * A process is the scheduler of its own virtual threads (see Node): one that is started or
   * woken up lines up there, and runs when it is drawn, until it waits again. So between two waits
   * nothing comes between; the interleavings are those of all that is waited for, which in the
   * protocol is each question to the store and each message. Time stands still while anybody can
   * run, and then jumps to the next thing that was ordered for later.
   */

  private static final int STEPS_MAX = 3_000_000; // far more than any voyage needs
  private static final int LOOK_STEPS = 200;
  private static final int TRACE_LINES = 400;

  final RandomGenerator chance;
  private final long seed;
  private final PriorityQueue<Order> orders =
      new PriorityQueue<>(
          Comparator.comparingLong(Order::atNanos).thenComparingLong(Order::number));
  private final List<Node> nodes = new ArrayList<>();
  private final List<String> trace = new ArrayList<>();
  private long nowNanos = 1_000_000_000_000L;
  private long ordered;
  private long digest;
  private boolean over;
  private @Nullable Throwable failure;

  record Order(long atNanos, long number, Runnable action) {}

  World(long seed) {
    this.seed = seed;
    this.chance = new SplittableRandom(seed);
  }

  long nanos() {
    return nowNanos;
  }

  long millis() {
    return nowNanos / 1_000_000;
  }

  /** Has something done later. */
  Order after(Duration delay, Runnable action) {
    var order = new Order(nowNanos + delay.toNanos(), ordered++, action);
    orders.add(order);
    return order;
  }

  void cancel(Order order) {
    orders.remove(order);
  }

  void join(Node node) {
    nodes.add(node);
  }

  /** Notes what happens, so that a failure can be understood, and two runs compared. */
  void note(String what) {
    digest = 31 * digest + what.hashCode() + nowNanos;
    if (trace.size() >= TRACE_LINES) {
      trace.removeFirst();
    }
    trace.add("%,d ms %s".formatted(millis(), what));
  }

  /** Returns what tells this course of things from any other. */
  long digest() {
    return digest;
  }

  /** Notes that something is wrong, which ends the world. */
  void fail(Throwable what) {
    if (failure == null && !over) {
      failure = what;
    }
  }

  /** From now on nothing is wrong any more. */
  void end() {
    over = true;
  }

  /** Lets everything happen until that is done, or nothing is left, or so much time has passed. */
  void run(Duration time, Runnable afterEachStep, BooleanSupplier done) {
    long until = nowNanos + time.toNanos();
    for (int steps = 0; step(until); steps++) {
      afterEachStep.run();
      if (failure != null) {
        throw told(failure);
      }
      if (steps % LOOK_STEPS == 0 && done.getAsBoolean()) {
        return;
      }
      if (steps > STEPS_MAX) {
        throw told(new AssertionError("this never ends"));
      }
    }
  }

  /** Returns a failure with its seed, and with what went before. */
  AssertionError told(Throwable cause) {
    return new AssertionError(
        cause.getMessage() + "\nseed " + seed + ":\n" + String.join("\n", trace), cause);
  }

  private boolean step(long untilNanos) {
    int ready = nodes.stream().mapToInt(Node::ready).sum();
    if (ready > 0) {
      int drawn = chance.nextInt(ready);
      for (var node : nodes) {
        if (drawn < node.ready()) {
          node.run(drawn);
          return true;
        }
        drawn -= node.ready();
      }
    }
    var next = orders.peek();
    if (next == null || next.atNanos > untilNanos) {
      return false;
    }
    orders.remove();
    nowNanos = Math.max(nowNanos, next.atNanos);
    next.action.run();
    return true;
  }
}
