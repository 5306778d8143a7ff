package dev.refrain;

import java.io.IOException;

/** An upstream took longer than it may. */
public class UpstreamTooSlowException extends IOException {
  private static final long serialVersionUID = 1;

  /** Says how long that was, or whom it is known from. */
  public UpstreamTooSlowException(String message) {
    super(message);
  }
}
