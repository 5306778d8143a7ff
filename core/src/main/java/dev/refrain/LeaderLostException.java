package dev.refrain;

import java.io.IOException;

/** The process whose reply was followed is gone, and with it the rest of the reply. */
public final class LeaderLostException extends IOException {
  private static final long serialVersionUID = 1;

  /** What happened is told to operators, not to clients. */
  public LeaderLostException(String message) {
    super(message);
  }

  /** As above, and why. */
  public LeaderLostException(String message, Throwable cause) {
    super(message, cause);
  }
}
