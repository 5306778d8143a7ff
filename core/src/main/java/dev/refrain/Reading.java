package dev.refrain;

import java.security.MessageDigest;
import java.util.List;

/** What a dialect makes of a request. */
public sealed interface Reading {
  /** The request is clear; {@code body} is what of its body decides the answer. */
  record Clear(Facts facts, CanonicalBody body) implements Reading {}

  /**
   * The request is clear, and asks for several things at once, which are answered each by itself.
   *
   * @param facts true of a request for any one of the items
   * @param items for each item, in order, what decides its part of the answer; at least one
   */
  record Batch(Facts facts, List<CanonicalBody> items, Assembly assembly) implements Reading {
    public Batch {
      items = List.copyOf(items);
    }
  }

  /** The request cannot be understood without doubt, so it is passed on and never kept. */
  record Opaque(Reason reason) implements Reading {}

  /** A body in the one form that all its spellings share. */
  @FunctionalInterface
  interface CanonicalBody {
    /** Adds the whole of it to a digest. */
    void addTo(MessageDigest digest);
  }
}
