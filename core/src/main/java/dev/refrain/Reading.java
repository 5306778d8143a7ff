package dev.refrain;

import java.security.MessageDigest;

/** What a dialect makes of a request. */
public sealed interface Reading {
  /** The request is clear; {@code body} is what of its body decides the answer. */
  record Clear(Facts facts, CanonicalBody body) implements Reading {}

  /** The request cannot be understood without doubt, so it is passed on and never kept. */
  record Opaque(Reason reason) implements Reading {}

  /** A body in the one form that all its spellings share. */
  @FunctionalInterface
  interface CanonicalBody {
    /** Adds the whole of it to a digest. */
    void addTo(MessageDigest digest);
  }
}
