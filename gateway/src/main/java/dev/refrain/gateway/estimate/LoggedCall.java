package dev.refrain.gateway.estimate;

import dev.refrain.PastCall;
import dev.refrain.Usage;

/** A call as a log tells of it, and the tokens that it cost, as far as the log says. */
record LoggedCall(PastCall call, Usage usage) {
  long atMillis() {
    return call.atMillis();
  }
}
