package dev.refrain.gateway.cli;

import dev.refrain.json.Json;

/** A command came to nothing; the message says why. */
final class CommandFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private final int exitCode;
  private final boolean nobodyThere;

  CommandFailure(int exitCode, String message) {
    this(exitCode, message, false);
  }

  private CommandFailure(int exitCode, String message, boolean nobodyThere) {
    super(message, null, false, false);
    this.exitCode = exitCode;
    this.nobodyThere = nobodyThere;
  }

  /** No gateway listens there. */
  static CommandFailure nobody(String message) {
    return new CommandFailure(ExitCode.NO_GATEWAY, message, true);
  }

  /** The gateway says no. */
  static CommandFailure of(int status, Json answer) {
    var error = answer.get("error");
    var message = (error == null) ? null : error.get("message");
    return new CommandFailure(
        switch (status) {
          case UNAUTHORIZED, FORBIDDEN -> ExitCode.NOT_LET_IN;
          case BAD_REQUEST -> ExitCode.WRONG_USE;
          default -> ExitCode.CANNOT_RUN;
        },
        (message == null) ? "status " + status : message.asText("status " + status));
  }

  int exitCode() {
    return exitCode;
  }

  /** Returns whether nobody listens where a gateway would. */
  boolean nobodyThere() {
    return nobodyThere;
  }
}
