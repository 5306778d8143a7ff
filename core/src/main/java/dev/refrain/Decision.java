package dev.refrain;

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
}
