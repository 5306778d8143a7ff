package dev.refrain;

import java.util.List;

/** What the {@link Policy} decides about a call. */
public sealed interface Decision {
  /** It goes upstream, and its reply is not kept. */
  record Bypass(Reason reason) implements Decision {}

  /** It may be answered from the cache. */
  record Lookup(Call call, Meaning.Keyed keyed, Rule rule) implements Decision {
    Slot slot() {
      return keyed.slot();
    }
  }

  /** It may be answered from the cache item by item. */
  record LookupAll(Call call, List<Lookup> items, Assembly assembly) implements Decision {
    public LookupAll {
      items = List.copyOf(items);
    }
  }
}
