package dev.refrain.fleet;

import dev.refrain.Form;

/**
 * Who holds the lease of a key.
 *
 * @param node the process
 * @param token random: no two flights have the same
 * @param form in which its answer will come
 */
public record Holder(String node, String token, Form form) {
  private static final char BAR = '/';

  public Holder {
    if (node.indexOf(BAR) >= 0 || token.indexOf(BAR) >= 0) {
      throw new IllegalArgumentException("a bar in the name of a holder");
    }
  }

  /**
   * Returns the holder written as by {@link #toString}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Holder parse(String text) {
    var parts = text.split("/", 3);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not the holder of a lease");
    }
    return new Holder(parts[0], parts[1], new Form(parts[2]));
  }

  /** As it stands in the store: {@code node/token/form}. */
  @Override
  public String toString() {
    return node + BAR + token + BAR + form.name();
  }
}
