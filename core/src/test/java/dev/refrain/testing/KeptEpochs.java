package dev.refrain.testing;

import dev.refrain.EpochStore;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Epochs that outlast the caches which write them, and whose writing waits or fails if told to. */
public final class KeptEpochs implements EpochStore {
  private Snapshot kept = new Snapshot("first", Map.of()); // guarded by this, as all below is
  private @Nullable Gate gate;
  private boolean failing;
  private int writes;

  /** Lets each write wait at a gate, from now on. */
  public synchronized KeptEpochs waitAt(@Nullable Gate where) {
    gate = where;
    return this;
  }

  /** Says whether writes fail, from now on. */
  public synchronized KeptEpochs fail(boolean fails) {
    failing = fails;
    return this;
  }

  /** Returns how many writes were made durable. */
  public synchronized int writes() {
    return writes;
  }

  @Override
  public synchronized void open(Ledger ledger) {
    ledger.replace(kept);
  }

  @Override
  public void write(String tag, String epoch) throws IOException, InterruptedException {
    pass();
    synchronized (this) {
      var tags = new HashMap<>(kept.tags());
      tags.put(tag, epoch);
      kept = new Snapshot(kept.store(), tags);
      writes++;
    }
  }

  @Override
  public void replace(Snapshot snapshot) throws IOException, InterruptedException {
    pass();
    synchronized (this) {
      kept = snapshot;
      writes++;
    }
  }

  private void pass() throws IOException, InterruptedException {
    Gate where;
    synchronized (this) {
      where = gate;
    }
    if (where != null) {
      where.pass();
    }
    synchronized (this) {
      if (failing) {
        throw new IOException("the disk is full");
      }
    }
  }

  @Override
  public void close() {}
}
