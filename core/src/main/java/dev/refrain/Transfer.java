package dev.refrain;

import dev.refrain.flight.Relay;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Passes one reply on to a relay as it comes, and has it kept after a clean end. */
final class Transfer implements Reply.Sink {
  private static final int OK = 200;

  private final Meaning.Keyed asked;
  private final Ground ground;
  private final Recorder recorder;
  private final Relay<Landing, ByteBuffer> relay;
  private final Taker taker;

  /** Who keeps a reply. */
  interface Taker {
    /** Takes a reply that came to a clean end. */
    void keep(Recording reply) throws InterruptedException;

    /** Learns why there is nothing to keep. */
    void turnDown(Reason reason);

    /** Returns where is noted what the reply costs. */
    Bill bill();
  }

  Transfer(
      Meaning.Keyed asked,
      Ground ground,
      Recorder recorder,
      Relay<Landing, ByteBuffer> relay,
      Taker taker) {
    this.asked = asked;
    this.ground = ground;
    this.recorder = recorder;
    this.relay = relay;
    this.taker = taker;
  }

  void pass(Reply reply) throws IOException, InterruptedException {
    if (reply.status() == OK) {
      record(reply);
    } else {
      passOn(reply);
    }
  }

  /** An error is for all who wait, and for nobody who comes later. */
  private void passOn(Reply reply) throws IOException, InterruptedException {
    relay.open(live(reply, true));
    reply.forward(this);
    taker.turnDown(Reason.STATUS);
  }

  private void record(Reply reply) throws IOException, InterruptedException {
    var objection = objection(reply.headers());
    if (objection != null) {
      taker.turnDown(objection); // first, so that the released find it remembered
    }
    relay.open(live(reply, objection == null));
    boolean whole;
    try {
      whole = reply.forward(this);
    } catch (IOException | InterruptedException e) {
      taker.turnDown(Reason.CUT);
      throw e;
    }
    if (objection == null) {
      if (recorder.isTooLarge()) {
        taker.turnDown(Reason.TOO_LARGE);
      } else {
        keep(reply, whole);
      }
    }
  }

  /** As long as it is joined and judged, a reply takes its memory once more. */
  private void keep(Reply reply, boolean whole) throws InterruptedException {
    long size = recorder.size();
    if (!whole || !ground.memory().tryTake(size)) {
      taker.turnDown(Reason.NO_MEMORY);
      return;
    }
    try {
      var chunks = relay.whole(recorder::join);
      if (chunks == null) {
        taker.turnDown(Reason.NO_MEMORY);
      } else {
        taker.keep(recorder.finish(reply.headers(), chunks, ground.clock().millis()));
      }
    } finally {
      ground.memory().giveBack(size);
    }
  }

  /** What can be said against a reply before its first chunk. */
  private @Nullable Reason objection(Headers headers) {
    var encoding = headers.get("content-encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      return Reason.CONTENT_ENCODING;
    }
    var type = headers.get("content-type");
    var media = (type == null) ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return asked.dialect().expects(asked.facts(), media) ? null : Reason.CONTENT_TYPE;
  }

  private Landing.Live live(Reply reply, boolean shared) {
    return new Landing.Live(
        reply.status(),
        reply.headers(),
        shared,
        true,
        recorder.stamp(),
        recorder.bornMillis(),
        taker.bill());
  }

  @Override
  public boolean offer(byte[] chunk) {
    if (!relay.offer(ByteBuffer.wrap(chunk))) {
      return false;
    }
    recorder.add(chunk.length, ground.clock().millis());
    return true;
  }

  /** Returns false if nobody reads the reply, and nobody can join any more. */
  @Override
  public boolean put(byte[] chunk) throws InterruptedException {
    recorder.add(chunk.length, ground.clock().millis());
    return relay.append(ByteBuffer.wrap(chunk));
  }
}
