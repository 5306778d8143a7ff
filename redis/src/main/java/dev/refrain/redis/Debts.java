package dev.refrain.redis;

import dev.refrain.redis.Archive.Desk;
import dev.refrain.redis.Change.Renewed;
import dev.refrain.redis.Change.Retired;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Invalidations that hold here and could not be written, be it that they were and nobody said so.
 * They are made good before anything is read again, with epochs of their own: to write the old ones
 * could undo a later invalidation by another node.
 */
final class Debts {
  private static final int TAGS_MAX = 10_000; // beyond, all is retired

  private final Set<String> tags = new HashSet<>();
  private boolean all;

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
      archive.renew(desk, new Renewed(UUID.randomUUID().toString()), false);
      paidAll();
    }
    for (var tag : owed()) {
      archive.retire(desk, new Retired(tag, UUID.randomUUID().toString()), false);
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
