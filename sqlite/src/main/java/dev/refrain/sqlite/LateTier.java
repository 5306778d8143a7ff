package dev.refrain.sqlite;

import dev.refrain.Entry;
import dev.refrain.Holdings;
import dev.refrain.Holdings.Breaker;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Tier;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Holds nothing until its store is there. */
final class LateTier implements Tier {
  private static final Holdings AWAY = new Holdings(-1, -1, -1, -1, Breaker.OPEN);

  private volatile @Nullable SqliteTier inner;

  void arrive(SqliteTier tier) {
    inner = tier;
  }

  @Override
  public String name() {
    return "sqlite";
  }

  @Override
  public @Nullable Found find(Slot slot) throws IOException, InterruptedException {
    var tier = inner;
    return (tier == null) ? null : tier.find(slot);
  }

  @Override
  public void store(Recording recording) throws IOException, InterruptedException {
    var tier = inner;
    if (tier != null) {
      tier.store(recording);
    }
  }

  @Override
  public void drop(Slot slot) throws IOException, InterruptedException {
    var tier = inner;
    if (tier != null) {
      tier.drop(slot);
    }
  }

  @Override
  public void clear() {
    var tier = inner;
    if (tier != null) {
      tier.clear();
    }
  }

  @Override
  public List<Entry> look(List<Slot> slots) throws IOException, InterruptedException {
    var tier = inner;
    return (tier == null) ? List.of() : tier.look(slots);
  }

  @Override
  public void scan(Predicate<Entry> more) throws IOException, InterruptedException {
    var tier = inner;
    if (tier != null) {
      tier.scan(more);
    }
  }

  @Override
  public void browse(Predicate<Recording> more) throws IOException, InterruptedException {
    var tier = inner;
    if (tier != null) {
      tier.browse(more);
    }
  }

  @Override
  public void flush() throws IOException, InterruptedException {
    var tier = inner;
    if (tier == null) {
      throw new IOException("the store is not open");
    }
    tier.flush();
  }

  @Override
  public Holdings holdings() {
    var tier = inner;
    return (tier == null) ? AWAY : tier.holdings();
  }

  /** The store is closed by whoever opened it. */
  @Override
  public void close() {}
}
