package dev.refrain.gateway.figures;

/** What answers are counted by; each part is one of a bounded number of names. */
record Series(Result result, String dialect, String model, String namespace, String reason) {
  /** Stands where there is nothing to name. */
  static final String NONE = "none";

  /** Returns the one in which all are counted that came too late for their own. */
  Series widest() {
    return new Series(result, dialect, KnownNames.OTHER, KnownNames.OTHER, reason);
  }
}
