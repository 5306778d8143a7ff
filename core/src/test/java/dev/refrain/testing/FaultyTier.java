package dev.refrain.testing;

import dev.refrain.Entry;
import dev.refrain.Heat;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Tier;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A tier around another that fails, stalls or lies where a test wants it to. Minds that it is not
 * used after it was closed. Thread-safe.
 */
public final class FaultyTier implements Tier {
  private final Tier inner;
  private final boolean isShared;
  private final Map<Operation, Exception> failures = new ConcurrentHashMap<>();
  private final Map<Operation, Gate> before = new ConcurrentHashMap<>();
  private final Map<Operation, Gate> after = new ConcurrentHashMap<>();
  private final Map<Operation, Integer> uses = new ConcurrentHashMap<>();
  private volatile @Nullable Found lie;
  private volatile boolean closed;

  /** What a tier can be asked for. */
  public enum Operation {
    FIND,
    PEEK,
    STORE,
    DROP,
    SCAN,
    CLOSE
  }

  private FaultyTier(Tier inner, boolean isShared) {
    this.inner = inner;
    this.isShared = isShared;
  }

  /** Returns a tier that does what another does, until it is told otherwise. */
  public static FaultyTier around(Tier inner) {
    return new FaultyTier(inner, false);
  }

  /** Returns one in which other processes keep their recordings, too. */
  public static FaultyTier sharedAround(Tier inner) {
    return new FaultyTier(inner, true);
  }

  /** Fails at an operation from now on. */
  public void fail(Operation operation, RuntimeException how) {
    failures.put(operation, how);
  }

  /** Fails at an operation from now on; not at a peek or a close, which do no I/O. */
  public void fail(Operation operation, IOException how) {
    failures.put(operation, how);
  }

  /** Stalls before an operation until its gate is open. */
  public Gate stallBefore(Operation operation) {
    var gate = new Gate();
    before.put(operation, gate);
    return gate;
  }

  /** Stalls when an operation is done, but its caller does not know that yet. */
  public Gate stallAfter(Operation operation) {
    var gate = new Gate();
    after.put(operation, gate);
    return gate;
  }

  /** Gives this recording to all who ask for whatever. */
  public void lie(Recording recording) {
    lie = new Found(recording, new Heat());
  }

  /** Fails, stalls and lies no more. */
  public void heal() {
    failures.clear();
    before.clear();
    after.clear();
    lie = null;
  }

  /** Returns how often an operation was asked for. */
  public int uses(Operation operation) {
    return uses.getOrDefault(operation, 0);
  }

  @Override
  public String name() {
    return "faulty-" + inner.name();
  }

  @Override
  public boolean isShared() {
    return isShared;
  }

  @Override
  public @Nullable Found find(Slot slot) throws IOException, InterruptedException {
    enter(Operation.FIND);
    var found = (lie == null) ? inner.find(slot) : lie;
    pass(after.get(Operation.FIND));
    return found;
  }

  @Override
  public @Nullable Found peek(Slot slot) {
    enterAtOnce(Operation.PEEK);
    return (lie == null) ? inner.peek(slot) : lie;
  }

  @Override
  public void store(Recording recording) throws IOException, InterruptedException {
    enter(Operation.STORE);
    inner.store(recording);
    pass(after.get(Operation.STORE));
  }

  @Override
  public void drop(Slot slot) throws IOException, InterruptedException {
    enter(Operation.DROP);
    inner.drop(slot);
    pass(after.get(Operation.DROP));
  }

  @Override
  public void scan(Predicate<Entry> more) throws IOException, InterruptedException {
    enter(Operation.SCAN);
    inner.scan(more);
  }

  @Override
  public void close() {
    enterAtOnce(Operation.CLOSE);
    closed = true;
    inner.close();
  }

  private void enter(Operation operation) throws IOException, InterruptedException {
    if (closed) {
      throw new IllegalStateException("this tier is closed");
    }
    uses.merge(operation, 1, Integer::sum);
    pass(before.get(operation));
    switch (failures.get(operation)) {
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case null, default -> {}
    }
  }

  private void enterAtOnce(Operation operation) {
    try {
      enter(operation);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(operation + " is done at once, and does no I/O", e);
    }
  }

  private static void pass(@Nullable Gate gate) throws InterruptedException {
    if (gate != null) {
      gate.pass();
    }
  }
}
