package dev.refrain;

/** What a request comes to, once it was read and keyed. */
public sealed interface Meaning {
  /** The answer is decided by {@code key}. */
  record Keyed(Dialect dialect, String upstream, Key key, Facts facts) implements Meaning {
    /** Returns where an answer in the wanted form would lie. */
    public Slot slot() {
      return new Slot(key, facts.form());
    }
  }

  /** There is no key, and why. */
  record Unkeyed(String upstream, Reason reason) implements Meaning {}

  /** Returns the name of the upstream that is to answer. */
  String upstream();
}
