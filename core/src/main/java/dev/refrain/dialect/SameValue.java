package dev.refrain.dialect;

import dev.refrain.json.CanonicalJson;
import dev.refrain.json.Json;
import java.util.Arrays;
import java.util.Set;

/** Compares values, however they are spelled. */
final class SameValue {
  private SameValue() {}

  static boolean same(Json one, Json other) {
    return Arrays.equals(one.rawBytes(), other.rawBytes()) || same(one, other, Set.of());
  }

  /** Compares objects without some of their members. */
  static boolean same(Json one, Json other, Set<String> without) {
    return Arrays.equals(CanonicalJson.bytes(one, without), CanonicalJson.bytes(other, without));
  }
}
