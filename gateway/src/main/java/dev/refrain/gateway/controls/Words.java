package dev.refrain.gateway.controls;

import dev.refrain.Headers;

/** How headers of other products are read. */
final class Words {
  private Words() {}

  /** Returns whether one of these headers says {@code true}. */
  static boolean isTrue(Headers headers, String name) {
    return headers.all(name).stream().anyMatch(value -> value.strip().equalsIgnoreCase("true"));
  }

  /** Tells the times in these headers, in seconds, as a ttl. */
  static void tellTtl(Headers headers, String name, Said said) {
    headers.all(name).forEach(value -> said.directive("ttl=" + value.strip()));
  }
}
