package dev.refrain.fleet;

import dev.refrain.Fleet;
import dev.refrain.Fleet.Passage;
import dev.refrain.Key;
import dev.refrain.LeaderLostException;
import dev.refrain.UpstreamTooSlowException;
import dev.refrain.fleet.Frame.Chunks;
import dev.refrain.fleet.Frame.End;
import dev.refrain.fleet.Frame.Ending;
import dev.refrain.fleet.Frame.Kept;
import dev.refrain.fleet.Frame.Opening;
import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Tells those who follow what a flight of this process brings, at its own pace. */
final class Relaying implements Runnable {
  /*
   * It reads along as a passenger does, so the flight waits for the store as little as for anybody
   * who is slow, and flies on when only others are left who want its reply. Chunks that came while
   * the last frame was on its way go into one frame.
   *
   * A frame of which it is not known whether it was kept is sent again. It may then be kept twice,
   * which its number tells.
   */

  private static final int CAUSES_MAX = 10;
  private static final int FRAME_BYTES_MAX = 64 << 10;
  private static final int KEPT_BYTES_MAX = 16 << 20; // all beyond is told, but not kept
  private static final int TRIES_MAX = (int) Tempo.LEASE.dividedBy(Tempo.RETRY);

  private final Tower tower;
  private final Tempo tempo;
  private final Key key;
  private final LedFlight flight;
  private final Fleet.Source source;
  private int keptBytes;
  private volatile int next;
  private volatile boolean done;

  Relaying(Tower tower, Tempo tempo, Key key, LedFlight flight, Fleet.Source source) {
    this.tower = tower;
    this.tempo = tempo;
    this.key = key;
    this.flight = flight;
    this.source = source;
  }

  /** Returns the index of the frame that will be told next. */
  int next() {
    return next;
  }

  boolean isDone() {
    return done;
  }

  @Override
  public void run() {
    try {
      send(relay());
    } catch (IOException e) {
      // the store is gone: who follows finds that out for himself
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that
    } finally {
      done = true;
      flight.goIfDone();
    }
  }

  /** Returns how it ended. */
  private End relay() throws IOException, InterruptedException {
    Passage passage;
    try {
      passage = source.follow();
    } catch (IOException e) {
      return end(e);
    }
    if (passage == null) {
      return new End(next, Ending.TOO_LATE, "");
    }
    try (passage) {
      if (!passage.shared()) {
        return new End(next, Ending.TURNED_DOWN, "");
      }
      send(opening(passage));
      while (flight.mayRelay()) {
        Chunks chunks;
        try {
          chunks = chunks(passage);
        } catch (IOException e) {
          return end(e);
        }
        if (chunks == null) {
          return new End(next, Ending.WHOLE, "");
        }
        send(chunks);
      }
      return new End(next, Ending.ABANDONED, "the lease was lost");
    }
  }

  private Opening opening(Passage passage) {
    return new Opening(
        next, passage.status(), passage.departedMillis(), passage.headers(), passage.stamp());
  }

  /** Returns all chunks that are there, and waits if there are none; null at a clean end. */
  private @Nullable Chunks chunks(Passage passage) throws IOException, InterruptedException {
    var chunks = new ArrayList<byte[]>();
    int size = 0;
    do {
      var chunk = passage.next();
      if (chunk == null) {
        return null; // only ever the first: a chunk that is ready is there
      }
      chunks.add(chunk);
      size += chunk.length;
    } while (passage.ready() && size < FRAME_BYTES_MAX);
    return new Chunks(next, chunks);
  }

  /** An upstream that fails has failed for all; a flight that was called back has not. */
  private End end(IOException failure) {
    return new End(next, ending(failure), String.valueOf(failure.getMessage()));
  }

  private static Ending ending(IOException failure) {
    if (failure instanceof LeaderLostException) {
      return Ending.ABANDONED;
    }
    Throwable cause = failure;
    for (int i = 0; i < CAUSES_MAX && cause != null; i++) {
      if (cause instanceof UpstreamTooSlowException || cause instanceof TimeoutException) {
        return Ending.TOO_SLOW;
      }
      cause = cause.getCause();
    }
    return Ending.FAILED;
  }

  private void send(Kept frame) throws IOException, InterruptedException {
    var bytes = frame.bytes();
    keptBytes += bytes.length;
    for (int tries = 1; ; tries++) {
      try {
        if (keptBytes <= KEPT_BYTES_MAX) {
          tower.append(key, flight.holder(), bytes, Tempo.KEPT);
        } else {
          tower.tell(key, flight.holder(), bytes, Tempo.KEPT);
        }
        next = frame.index() + 1;
        return;
      } catch (IOException e) {
        if (tries >= TRIES_MAX) {
          throw e;
        }
        tempo.rest(Tempo.RETRY);
      }
    }
  }
}
