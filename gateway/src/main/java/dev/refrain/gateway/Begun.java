package dev.refrain.gateway;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;

/**
 * The beginning of a body that was read before it was known that it is to be relayed. It lies in
 * memory only until it is sent, however long the rest may take.
 */
record Begun(GrowingBytes bytes, Stay stay) {

  /** Sends it, part after part as upstream takes them; to be done once. */
  Future<Void> sendTo(HttpClientRequest outgoing) {
    return sendRestTo(outgoing).onComplete(done -> drop());
  }

  private Future<Void> sendRestTo(HttpClientRequest outgoing) {
    var part = bytes.takePart();
    return (part == null)
        ? Future.succeededFuture()
        : outgoing.write(Buffer.buffer(part)).compose(sent -> sendRestTo(outgoing));
  }

  /** Forgets what was not sent. */
  void drop() {
    bytes.clear();
    stay.giveBackBytes();
  }
}
