package dev.refrain;

import java.io.IOException;
import java.util.Map;

/**
 * Where epochs outlast this process, or are shared with others. It need not be reachable at all
 * times: without it, a process goes by what it knows. Thread-safe.
 */
public interface EpochStore extends AutoCloseable {
  /**
   * All epochs at one moment.
   *
   * @param store the epoch of the store itself, which is that of each tag not listed
   * @param tags the epochs of tags that were invalidated
   */
  record Snapshot(String store, Map<String, String> tags) {
    public Snapshot {
      tags = Map.copyOf(tags);
    }
  }

  /** The near copy of what is kept in a store. */
  interface Ledger {
    /** Takes all that the store holds, instead of what was known. */
    void replace(Snapshot snapshot);

    /** Takes the new epoch of a tag. */
    void change(String tag, String epoch);

    /**
     * Returns whether it is known that anything was ever retired. A store that has lost what it
     * held must not begin anew as if nothing had been.
     */
    default boolean knowsOfRetirement() {
      return false;
    }
  }

  /**
   * Tells the ledger what the store holds: before this returns if that can be had at once, else as
   * soon as it can. From then on tells it of each change, in the store's own order; of those that
   * come from this process, too, if others can make changes.
   */
  void open(Ledger ledger);

  /** Writes the new epoch of a tag. When this returns, it is durable. */
  void write(String tag, String epoch) throws IOException, InterruptedException;

  /** Writes all epochs anew. When this returns, they are durable. */
  void replace(Snapshot snapshot) throws IOException, InterruptedException;

  @Override
  void close();
}
