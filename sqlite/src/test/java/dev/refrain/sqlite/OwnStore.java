package dev.refrain.sqlite;

import dev.refrain.Entry;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Tier;
import java.io.IOException;
import java.util.List;
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
    settle();
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

  private void settle() throws IOException, InterruptedException {
    if (flushing) {
      store.tier().flush();
    }
  }

  @Override
  public void scan(Predicate<Entry> more) throws IOException, InterruptedException {
    settle();
    store.tier().scan(more);
  }

  @Override
  public List<Entry> look(List<Slot> slots) throws IOException, InterruptedException {
    settle();
    return store.tier().look(slots);
  }

  @Override
  public void browse(Predicate<Recording> more) throws IOException, InterruptedException {
    settle();
    store.tier().browse(more);
  }

  @Override
  public void flush() throws IOException, InterruptedException {
    store.tier().flush();
  }

  @Override
  public void close() {
    store.close();
  }
}
