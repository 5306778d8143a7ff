package dev.refrain.gateway.cli;

/** What the program tells its caller. */
final class ExitCode {
  /** All is well. */
  static final int OK = 0;

  /** It cannot run. */
  static final int CANNOT_RUN = 1;

  /** It was called wrongly, or its settings are wrong. */
  static final int WRONG_USE = 2;

  private ExitCode() {}
}
