package dev.refrain.gateway.cli;

/**
 * What an examination found.
 *
 * @param subject such as "upstream openai"
 * @param advice what to do about it; "" where nothing need be done
 */
record Finding(String subject, Health health, String said, String advice) {
  /** How it is. */
  enum Health {
    GOOD,
    DOUBTFUL,
    BAD
  }

  static Finding good(String subject, String said) {
    return new Finding(subject, Health.GOOD, said, "");
  }

  static Finding doubtful(String subject, String said, String advice) {
    return new Finding(subject, Health.DOUBTFUL, said, advice);
  }

  static Finding bad(String subject, String said, String advice) {
    return new Finding(subject, Health.BAD, said, advice);
  }
}
