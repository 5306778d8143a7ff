package dev.refrain.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.testing.Poll;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A pilot who does what a test tells him, step by step, and must not be flown twice. */
final class HeldPilot implements Flights.Pilot<String, String> {
  private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private volatile @Nullable Thread thread;
  private volatile boolean acts;
  private volatile boolean isDeaf;

  @FunctionalInterface
  private interface Step {
    /** Returns whether the flight goes on. */
    boolean take(Relay<String, String> relay) throws Exception;
  }

  HeldPilot open(String head) {
    return then(relay -> {
      relay.open(head);
      return true;
    });
  }

  /** The future tells what came of it. */
  CompletableFuture<Boolean> append(String chunk) {
    var appended = new CompletableFuture<Boolean>();
    then(relay -> {
      try {
        appended.complete(relay.append(chunk));
      } catch (InterruptedException e) {
        appended.completeExceptionally(e);
        throw e;
      }
      return true;
    });
    return appended;
  }

  HeldPilot appendAll(String... chunks) {
    for (var chunk : chunks) {
      var unused = append(chunk);
    }
    return this;
  }

  HeldPilot land() {
    return then(relay -> false);
  }

  HeldPilot fail(Exception how) {
    return then(relay -> {
      throw how;
    });
  }

  HeldPilot panic(Error how) {
    return then(relay -> {
      throw how;
    });
  }

  /** Does not heed interruptions, like a library that swallows them. */
  HeldPilot deaf() {
    isDeaf = true;
    return this;
  }

  private HeldPilot then(Step step) {
    steps.add(step);
    return this;
  }

  @Override
  public void fly(Relay<String, String> relay) throws Exception {
    assertThat(thread).as("who flies already").isNull();
    thread = Thread.currentThread();
    boolean goesOn = true;
    while (goesOn) {
      goesOn = step(relay);
    }
  }

  private boolean step(Relay<String, String> relay) throws Exception {
    try {
      var step = steps.take();
      acts = true;
      boolean goesOn = step.take(relay);
      acts = false;
      return goesOn;
    } catch (InterruptedException e) {
      interrupted.countDown();
      if (isDeaf) {
        return true;
      }
      throw e;
    }
  }

  /** Waits until he takes no step on, because the one before cannot be done. */
  void awaitStuck() {
    Poll.until("the pilot waits within a step", () -> acts && state() == Thread.State.WAITING);
  }

  void awaitInterrupted() throws InterruptedException {
    interrupted.await();
  }

  boolean wasInterrupted() {
    return interrupted.getCount() == 0;
  }

  /** Waits until he is home. */
  void awaitHome() {
    Poll.until("the pilot is home", () -> state() == Thread.State.TERMINATED);
  }

  boolean hasDeparted() {
    return thread != null;
  }

  private Thread.State state() {
    var flying = thread;
    return (flying == null) ? Thread.State.NEW : flying.getState();
  }
}
