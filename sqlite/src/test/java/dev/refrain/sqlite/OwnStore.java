package dev.refrain.sqlite;

import dev.refrain.Entry;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Tier;
import java.io.IOException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A tier that closes the whole store with itself, and may flush before each look into it. */
record OwnStore(SqliteStore store, boolean flushing) implements Tier {
  @Override
  public String name() {
    return store.tier().name();
  }

  @Override
  public @Nullable Found find(Slot slot) throws IOException, InterruptedException {
    flush();
    return store.tier().find(slot);
  }

  @Override
  public void store(Recording recording) throws IOException, InterruptedException {
    store.tier().store(recording);
  }

  @Override
  public void drop(Slot slot) throws IOException, InterruptedException {
    store.tier().drop(slot);
  }

  @Override
  public void clear() {
    store.tier().clear();
  }

  private void flush() throws IOException, InterruptedException {
    if (flushing) {
      store.tier().flush();
    }
  }

  @Override
  public void scan(Predicate<Entry> more) throws IOException, InterruptedException {
    flush();
    store.tier().scan(more);
  }

  @Override
  public void close() {
    store.close();
  }
}
