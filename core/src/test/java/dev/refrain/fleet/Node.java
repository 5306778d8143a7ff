package dev.refrain.fleet;

import dev.refrain.flight.Timer;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/** A process in a {@link World}: its threads, its clocks, and how it is stopped or killed. */
final class Node implements Executor {
  private static final Constructor<?> BUILDER = builder();

  final String name;
  final World world;
  private final List<Runnable> ready = new ArrayList<>();
  private final List<Runnable> delivered = new ArrayList<>(); // while it was stopped
  private long clockOffMillis;
  private boolean stopped;
  private long stoppedAtNanos;
  private long stoppedNanos;
  private boolean dead;

  Node(World world, String name) {
    this.world = world;
    this.name = name;
    world.join(this);
  }

  /**
   * The JDK lets virtual threads run on any executor, and those that they start, too, but has no
   * public name for that yet.
   */
  private static Constructor<?> builder() {
    try {
      var constructor =
          Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
              .getDeclaredConstructor(Executor.class);
      constructor.setAccessible(true);
      return constructor;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this JDK has no virtual threads on an executor of our own", e);
    }
  }

  /** Starts a thread of this process, whose failure is the end of the world. */
  void start(String what, Work work) {
    try {
      var builder = (Thread.Builder.OfVirtual) BUILDER.newInstance(this);
      var unused =
          builder
              .name(name + " " + what)
              .start(() -> {
                try {
                  work.run();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt(); // it was called back
                } catch (Throwable e) {
                  world.fail(e);
                }
              });
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("no thread", e);
    }
  }

  /** What a thread does. */
  interface Work {
    void run() throws Exception;
  }

  /** Called when a thread of this process can go on. */
  @Override
  public void execute(Runnable thread) {
    ready.add(thread);
  }

  int ready() {
    return (stopped || dead) ? 0 : ready.size();
  }

  void run(int index) {
    ready.remove(index).run();
  }

  /** Does what came from outside: now, or when the process is let go on, or never. */
  void deliver(Runnable action) {
    if (stopped) {
      delivered.add(action);
    } else if (!dead) {
      action.run();
    }
  }

  void stop() {
    world.note(name + " is stopped");
    stoppedAtNanos = stopped ? stoppedAtNanos : world.nanos();
    stopped = true;
  }

  void goOn() {
    if (!stopped) {
      return;
    }
    world.note(name + " goes on");
    stopped = false;
    stoppedNanos += world.nanos() - stoppedAtNanos;
    var late = List.copyOf(delivered);
    delivered.clear();
    late.forEach(this::deliver);
  }

  /** Returns how long it was stopped, all in all. */
  long stoppedNanos() {
    return stoppedNanos;
  }

  void kill() {
    world.note(name + " is killed");
    dead = true;
  }

  /** Lets a dead process run once more, to get rid of its threads, when nobody watches any more. */
  void raise() {
    dead = false;
    goOn();
  }

  boolean isDead() {
    return dead;
  }

  boolean isWell() {
    return !dead && !stopped;
  }

  /** Sets the clock on the wall. */
  void stepClock(Duration step) {
    world.note(name + "'s clock is set by " + step);
    clockOffMillis += step.toMillis();
  }

  long wallMillis() {
    return world.millis() + clockOffMillis;
  }

  /** The timer of this process; what is due while it is stopped is done when it goes on. */
  Timer timer() {
    return new Timer() {
      @Override
      public Ticket after(Duration delay, Runnable action) {
        var order = world.after(delay, () -> deliver(() -> start("timer", action::run)));
        return () -> world.cancel(order);
      }

      @Override
      public void close() {} // its orders do no harm
    };
  }

  void sleep(Duration time) throws InterruptedException {
    var over = new CompletableFuture<String>();
    var unused = world.after(time, () -> deliver(() -> over.complete("over")));
    try {
      over.get();
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for something that comes from outside. */
  static <T> T await(CompletableFuture<T> promised) throws IOException, InterruptedException {
    try {
      return promised.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e);
    }
  }
}
