package dev.refrain;

import java.util.List;

/** What a request comes to, once it was read and keyed. */
public sealed interface Meaning {
  /** The request was understood. */
  sealed interface Known extends Meaning {
    /** Returns what was understood. */
    Facts facts();
  }

  /** The answer is decided by {@code key}. */
  record Keyed(Dialect dialect, String upstream, Key key, Facts facts) implements Known {
    /** Returns where an answer in the wanted form would lie. */
    public Slot slot() {
      return new Slot(key, facts.form());
    }

    @Override
    public boolean isFree() {
      return dialect.isFree();
    }

    Keyed with(Key other) {
      return other.equals(key) ? this : new Keyed(dialect, upstream, other, facts);
    }
  }

  /** The answer is put together of those to several items, each of which has a key of its own. */
  record Batch(List<Keyed> items, Assembly assembly) implements Known {
    public Batch {
      items = List.copyOf(items);
    }

    @Override
    public String upstream() {
      return items.getFirst().upstream();
    }

    @Override
    public Facts facts() {
      return items.getFirst().facts();
    }
  }

  /** There is no key, and why. */
  record Unkeyed(String upstream, Reason reason) implements Meaning {}

  /** Returns the name of the upstream that is to answer. */
  String upstream();

  /** Returns whether it is known that no provider charges anything for the answer. */
  default boolean isFree() {
    return false;
  }
}
