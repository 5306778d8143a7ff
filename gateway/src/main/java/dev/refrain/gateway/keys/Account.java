package dev.refrain.gateway.keys;

/**
 * What was used of a key within a month, by one gateway and by the others of its fleet.
 *
 * @param line the name under which the others see what this one counts; empty if it has none yet
 * @param own what this one has counted
 * @param others what the others have counted, as far as this one knows
 */
public record Account(String line, Usage own, Usage others) {
  /** Of nobody, and nothing yet. */
  static final Account NONE = new Account("", Usage.NONE, Usage.NONE);

  /** Returns what was used in all. */
  public Usage used() {
    return own.plus(others);
  }
}
