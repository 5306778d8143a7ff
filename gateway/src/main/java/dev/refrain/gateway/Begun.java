package dev.refrain.gateway;

import io.vertx.core.http.HttpClientRequest;

/**
 * The beginning of a body that was read before it was known that it is to be relayed. It lies in
 * memory only until it is sent, however long the rest may take.
 */
record Begun(GrowingBytes bytes, Stay stay) {

  /** Sends it; to be done once. */
  void sendTo(HttpClientRequest outgoing) {
    outgoing.write(bytes.takeBuffer()).onComplete(done -> stay.giveBackBytes());
  }
}
