package dev.refrain.fleet;

import dev.refrain.Key;
import dev.refrain.Recording;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * What the protocol of a fleet asks of the store that all its processes share. Each method is one
 * atomic step there. It may fail, and then says so soon; whether the step was done is then unknown.
 * Thread-safe.
 *
 * <p>Times are counted by the store. Names are its own matter, as is how what it holds is covered;
 * all that belongs to one key must lie where one step can reach it (in Redis Cluster: in one slot).
 */
public interface Tower extends AutoCloseable {
  /*
   * In Redis, where {key} stands for what names the key, and is the hash tag of all its names:
   *
   *   {key}:lease          holder, or "-" for "the last reply was turned down"; with a TTL
   *   {key}:relay:token    list of what the holder with this token has relayed; with a TTL
   *   {key}:wire:token     channel of the frames of that holder
   *   {key}:entry:form     the recording in that form
   *   node:name            channel on which the process of that name is hailed
   */

  /** Takes the lease of a key, if it is free: {@code SET lease holder NX PX}. */
  Claim claim(Key key, Holder holder, Duration lease) throws IOException, InterruptedException;

  /** What comes of asking for a lease. */
  sealed interface Claim {
    /** It is the asker's now. */
    record Taken() implements Claim {}

    /** Somebody else has it. */
    record Held(Holder holder) implements Claim {}

    /** Nobody shall have it for a while: the last reply was turned down. */
    record TurnedDown() implements Claim {}
  }

  /** Prolongs the lease, if this holder has it still; returns whether he has. */
  boolean renew(Key key, Holder holder, Duration lease) throws IOException, InterruptedException;

  /** Frees the lease, if this holder has it still. */
  void release(Key key, Holder holder) throws IOException, InterruptedException;

  /** Marks the key as turned down in place of the lease, if this holder has it still. */
  void turnDown(Key key, Holder holder, Duration remembered)
      throws IOException, InterruptedException;

  /** Stores a recording, if this holder still has the lease of its key; returns whether he has. */
  boolean publish(Holder holder, Recording recording) throws IOException, InterruptedException;

  /**
   * Stores a recording, if its place is empty, and nobody has the lease of its key, nor is that
   * turned down: so it never takes the place of a newer one. Returns whether it was stored.
   */
  boolean offer(Recording recording) throws IOException, InterruptedException;

  /**
   * Appends a frame to the holder's relay, has that kept for a while from now, and passes the frame
   * to all who listen, in this order: {@code RPUSH, PEXPIRE, PUBLISH}. This need not be one step,
   * if only the frames of one thread stay in their order.
   */
  void append(Key key, Holder holder, byte[] frame, Duration kept)
      throws IOException, InterruptedException;

  /** Passes a frame to all who listen, without appending it: {@code PEXPIRE, PUBLISH}. */
  void tell(Key key, Holder holder, byte[] frame, Duration kept)
      throws IOException, InterruptedException;

  /** Returns the frames of the holder's relay from an index on: {@code GET lease, LRANGE}. */
  Backlog read(Key key, Holder holder, int from) throws IOException, InterruptedException;

  /**
   * What a holder has relayed.
   *
   * @param held whether he still has the lease
   */
  record Backlog(boolean held, List<byte[]> frames) {
    public Backlog {
      frames = List.copyOf(frames);
    }
  }

  /**
   * Has a listener given all frames of a holder that are passed from now on. He makes nobody wait.
   * Frames may be lost, or come twice.
   */
  Wire listen(Key key, Holder holder, Consumer<byte[]> listener)
      throws IOException, InterruptedException;

  /** The right to be given frames. Closing it waits for nothing. */
  interface Wire extends AutoCloseable {
    @Override
    void close();
  }

  /** Says something to the process of a holder: {@code PUBLISH node:name}. It may be lost. */
  void hail(Key key, Holder holder, byte[] message) throws IOException, InterruptedException;

  /**
   * Has a listener given all that is said to a process, from now on and for as long as this is
   * open, through all losses of connection. Where the store cannot be reached yet, this goes on
   * trying. The listener makes nobody wait.
   */
  void answer(String node, BiConsumer<Hailed, byte[]> listener);

  /** To whom in the process something is said. */
  record Hailed(Key key, Holder holder) {}

  /** Hangs up. */
  @Override
  void close();
}
