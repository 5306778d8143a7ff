package dev.refrain.sse;

import java.io.IOException;

/** An event, or one of its lines, is larger than the reader will hold. */
public final class SseTooLargeException extends IOException {
  private static final long serialVersionUID = 1;

  SseTooLargeException(int bytesMax) {
    super("an event of more than " + bytesMax + " bytes");
  }
}
