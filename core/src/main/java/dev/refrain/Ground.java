package dev.refrain;

import dev.refrain.flight.Capacity;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all flights need on the ground.
 *
 * @param replyBytesMax larger replies are not taken down
 * @param memory for the replies under way
 * @param keepsRequests whether what was asked is kept with each recording
 */
record Ground(
    Shelf shelf,
    Fleet fleet,
    InstantSource clock,
    int replyBytesMax,
    Capacity memory,
    boolean keepsRequests) {
  private static final Logger log = LoggerFactory.getLogger(Ground.class);

  /**
   * Returns a recording as it is to be kept, with what was asked for it if that is wanted. Hosted
   * tools may be shown credentials in the body of a request, so those are not kept.
   */
  Recording asKept(Recording recording, Meaning.Keyed keyed, Supplier<Request> asked) {
    if (!keepsRequests || keyed.facts().objections().contains(Reason.HOSTED_TOOLS)) {
      return recording;
    }
    try {
      return recording.answering(KeptRequest.of(keyed.dialect(), asked.get()));
    } catch (RuntimeException e) { // a dialect with a bug must not cost the answer
      log.warn("What was asked is not kept", e);
      return recording;
    }
  }
}
