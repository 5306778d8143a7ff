package dev.refrain.testing;

import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Upstream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An upstream that says what a test tells it to, when the test tells it to. Each call takes the
 * next {@link Script}; a call for which there is none fails the test, as does a script that nobody
 * called, and a reply that was not closed, or was read after it was closed or had ended. All this
 * shows when the upstream is closed. Thread-safe.
 */
public final class ScriptedUpstream implements Upstream, AutoCloseable {
  private final Queue<Script> expected = new ArrayDeque<>(); // guarded by this, as all is
  private final List<Script> called = new ArrayList<>();
  private final List<Request> requests = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private @Nullable BiConsumer<Request, Script> otherwise;
  private int underWay;
  private int underWayMost;

  /** Expects one more call, and returns the script for it, which may still be written. */
  public synchronized Script expect() {
    var script = new Script(this);
    expected.add(script);
    return script;
  }

  /** Has the scripts of all calls that are not expected written by an author. */
  public synchronized void otherwise(BiConsumer<Request, Script> author) {
    otherwise = author;
  }

  @Override
  public Reply send(Request request) throws IOException, InterruptedException {
    var script = next(request);
    script.called(request);
    return script.answer();
  }

  private synchronized Script next(Request request) {
    requests.add(request);
    var script = expected.poll();
    if (script == null) {
      if (otherwise == null) {
        faults.add("a call that was not scripted: " + request);
        throw new AssertionError(faults.getLast());
      }
      script = new Script(this);
      otherwise.accept(request, script);
    }
    called.add(script);
    underWay++;
    underWayMost = Math.max(underWayMost, underWay);
    return script;
  }

  synchronized void ended() {
    underWay--;
  }

  /** Notes what the code under test did wrong. */
  synchronized void fault(String what) {
    faults.add(what);
  }

  /** Returns how many calls were made. */
  public synchronized int calls() {
    return requests.size();
  }

  /** Returns how many calls are under way: sent, but neither failed nor closed. */
  public synchronized int underWay() {
    return underWay;
  }

  /** Returns how many calls were under way at once at most. */
  public synchronized int underWayMost() {
    return underWayMost;
  }

  /** Returns the requests of all calls, in their order. */
  public synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  /** Waits until so many calls were made. */
  public void awaitCalls(int count) {
    Poll.until(count + " calls", () -> calls() >= count);
  }

  /** Fails the test if something was done wrong. Waits for calls that are just ending. */
  @Override
  public void close() {
    if (!Poll.holdsInTime(() -> underWay() == 0)) {
      fault(underWay() + " calls were never closed");
    }
    synchronized (this) {
      if (!expected.isEmpty()) {
        faults.add(expected.size() + " scripted calls were not made");
      }
      if (!faults.isEmpty()) {
        throw new AssertionError("upstream complains: " + faults);
      }
    }
  }
}
