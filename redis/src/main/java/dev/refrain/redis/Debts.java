package dev.refrain.redis;

import dev.refrain.Epoch;
import dev.refrain.redis.Archive.Desk;
import dev.refrain.redis.Change.Renewed;
import dev.refrain.redis.Change.Retired;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

/**
 * Invalidations that hold here and could not be written, be it that they were and nobody said so.
 * They are made good before anything is read again, with epochs of their own: to write the old ones
 * could undo a later invalidation by another node.
 */
final class Debts {
  private static final int TAGS_MAX = 10_000; // beyond, all is retired

  private final InstantSource clock;
  private final Set<String> tags = new HashSet<>();
  private boolean all;

  Debts(InstantSource clock) {
    this.clock = clock;
  }

  synchronized void owe(String tag) {
    tags.add(tag);
    if (tags.size() > TAGS_MAX) {
      oweAll();
    }
  }

  synchronized void oweAll() {
    tags.clear();
    all = true;
  }

  /** Writes all that is owed. */
  void pay(Archive archive, Desk desk) throws IOException, InterruptedException {
    if (isAll()) {
      archive.renew(desk, new Renewed(Epoch.begun(clock.millis())), false);
      paidAll();
    }
    for (var tag : owed()) {
      archive.retire(desk, new Retired(tag, Epoch.begun(clock.millis())), false);
      paid(tag);
    }
  }

  private synchronized boolean isAll() {
    return all;
  }

  private synchronized void paidAll() {
    all = false;
  }

  private synchronized Set<String> owed() {
    return Set.copyOf(tags);
  }

  /** Notes that an invalidation is written which is later than what is owed of its tag. */
  synchronized void paid(String tag) {
    tags.remove(tag);
  }
}
