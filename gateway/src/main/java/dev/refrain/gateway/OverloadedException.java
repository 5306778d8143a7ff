package dev.refrain.gateway;

import java.io.IOException;

/** As many calls are under way as may be. */
final class OverloadedException extends IOException {
  private static final long serialVersionUID = 1;

  OverloadedException() {
    super("as many upstream calls are under way as may be");
  }
}
