package dev.refrain.fleet;

import dev.refrain.Fleet;
import dev.refrain.Key;
import dev.refrain.Recording;
import dev.refrain.Tier;
import dev.refrain.fleet.Frame.Gone;
import dev.refrain.fleet.Frame.Heard;
import dev.refrain.flight.Timer.Ticket;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The lease of one flight of this process: renewed until it is given back. Thread-safe. */
final class LedFlight implements Fleet.Lease {
  /*
   * The lease is held as long as the store says so; this process knows only until when it must
   * have been held, counted from before it was asked for. After that it does nothing any more for
   * which a lease is needed, even if the store would still allow it; and before that, it is the
   * store that decides, at the moment of publishing.
   *
   * Whoever follows hails. The first who wants the chunks starts a relaying, which reads along as
   * one more passenger of the flight; it may go on for a moment after the lease was given back.
   *
   * "this" guards all that changes. It is not held while the store is asked.
   */

  private final Tower tower;
  private final Tempo tempo;
  private final Key key;
  private final Holder holder;
  private final Runnable whenGone;

  private long heldUntilNanos;
  private boolean lost;
  private boolean closed;
  private boolean turnedDown;
  private boolean followed; // by one who wants the chunks
  private boolean waited; // by one who does not
  private Fleet.@Nullable Source source;
  private @Nullable Relaying relaying;
  private @Nullable Ticket renewal;

  /**
   * A flight that may come to lead.
   *
   * @param whenGone is told when there is nothing left of it that could be hailed
   */
  LedFlight(Tower tower, Tempo tempo, Key key, Holder holder, Runnable whenGone) {
    this.tower = tower;
    this.tempo = tempo;
    this.key = key;
    this.holder = holder;
    this.whenGone = whenGone;
  }

  Key key() {
    return key;
  }

  Holder holder() {
    return holder;
  }

  /** Notes that it leads, since the store was asked for that. */
  synchronized void taken(long askedNanos) {
    heldUntilNanos = askedNanos + Tempo.LEASE.toNanos();
    renewAfter(Tempo.RENEWAL);
  }

  private void renewAfter(Duration wait) {
    if (!closed) {
      renewal =
          tempo
              .timer()
              .after(wait, () -> Thread.ofVirtual().name("fleet-renewal").start(this::renewOnce));
    }
  }

  private void renewOnce() {
    try {
      renew();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that, and the lease ends by itself
    }
  }

  private void renew() throws InterruptedException {
    if (!holds()) {
      lose();
      return;
    }
    long asked = tempo.nanos().getAsLong();
    boolean held;
    try {
      held = tower.renew(key, holder, Tempo.LEASE);
    } catch (IOException e) {
      retry(); // perhaps it was renewed; it counts only when that is known
      return;
    }
    if (held) {
      taken(asked);
      tellOn();
    } else {
      lose();
    }
  }

  private synchronized void retry() {
    renewAfter(Tempo.RETRY);
  }

  private synchronized void lose() {
    lost = true;
  }

  /** Tells whoever follows that this flies on. */
  private void tellOn() throws InterruptedException {
    int next = nextToTell();
    if (next < 0) {
      return; // nobody would hear it
    }
    try {
      tower.tell(key, holder, new Heard(next).bytes(), Tempo.KEPT);
    } catch (IOException e) {
      // the next renewal tells it again, and who hears nothing asks
    }
  }

  private synchronized int nextToTell() {
    if (!followed && !waited) {
      return -1;
    }
    return (relaying == null) ? 0 : relaying.next();
  }

  @Override
  public synchronized boolean holds() {
    return !lost && !closed && tempo.nanos().getAsLong() - heldUntilNanos < 0;
  }

  /** Returns whether the lease was not lost: this leads, or has given it back itself. */
  synchronized boolean mayRelay() {
    return closed ? !lost : holds();
  }

  @Override
  public synchronized void lead(Fleet.Source source) {
    this.source = source;
    relayIfFollowed();
  }

  /** Hears that somebody follows. */
  void hailed(boolean reads) throws InterruptedException {
    note(reads);
    tellOn();
  }

  private synchronized void note(boolean reads) {
    followed |= reads;
    waited |= !reads;
    relayIfFollowed();
  }

  private void relayIfFollowed() {
    if (followed && source != null && relaying == null) {
      relaying = new Relaying(tower, tempo, key, this, source);
      Thread.ofVirtual().name("fleet-relaying").start(relaying);
    }
  }

  @Override
  public boolean publish(Tier shared, Recording recording)
      throws IOException, InterruptedException {
    if (holds() && tower.publish(holder, recording)) {
      return true;
    }
    lose();
    return false;
  }

  @Override
  public void turnDown() {
    synchronized (this) {
      turnedDown = true;
    }
    try {
      tower.turnDown(key, holder, Tempo.TURNED_DOWN);
    } catch (IOException e) {
      // then those who come are told one after the other, and the lease ends by itself
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // for whoever waits next
    }
  }

  /** Who is called back must give back the lease all the same, so another thread does that. */
  @Override
  public void close() {
    if (!closesNow()) {
      return;
    }
    var leaving = Thread.ofVirtual().name("fleet-release").start(this::leave);
    try {
      leaving.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it goes on without us
    }
  }

  private synchronized boolean closesNow() {
    boolean now = !closed;
    closed = true;
    if (renewal != null) {
      renewal.cancel();
    }
    return now;
  }

  private void leave() {
    try {
      if (!isTurnedDown()) {
        tower.release(key, holder);
      }
      if (isAwaited()) {
        tower.tell(key, holder, new Gone().bytes(), Tempo.KEPT);
      }
    } catch (IOException e) {
      // the lease ends by itself, and who follows asks for it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody does that
    } finally {
      goIfDone();
    }
  }

  private synchronized boolean isTurnedDown() {
    return turnedDown;
  }

  /** Returns whether somebody waits for the landing whom no relaying tells of it. */
  private synchronized boolean isAwaited() {
    return waited || (followed && source == null);
  }

  /** Called when it has left, and when all was relayed: the later of the two has an effect. */
  void goIfDone() {
    if (isDone()) {
      whenGone.run();
    }
  }

  private synchronized boolean isDone() {
    return closed && (relaying == null || relaying.isDone());
  }
}
