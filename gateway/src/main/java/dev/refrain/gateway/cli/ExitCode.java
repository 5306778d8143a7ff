package dev.refrain.gateway.cli;

/** What the program tells its caller. */
final class ExitCode {
  /** All is well. */
  static final int OK = 0;

  /** It cannot run, or what was wanted cannot be done. */
  static final int CANNOT_RUN = 1;

  /** It was called wrongly, or its settings are wrong. */
  static final int WRONG_USE = 2;

  /** No gateway answers. */
  static final int NO_GATEWAY = 3;

  /** The gateway does not let us in. */
  static final int NOT_LET_IN = 4;

  private ExitCode() {}
}
