package dev.refrain;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The processes that share flights: before one calls upstream, it learns here whether another does
 * already. Thread-safe. Its trouble is a flight of one's own, never an error.
 */
public interface Fleet extends AutoCloseable {
  /** A process on its own. */
  Fleet ALONE = new Solitude();

  /**
   * Takes the lead for a slot, or waits for whoever has it, until his reply begins or his flight
   * has landed.
   */
  Boarding board(Errand errand) throws InterruptedException;

  /** Returns how to keep what a flight brings that does not board. */
  Publisher publisher();

  @Override
  void close();

  /**
   * What a flight departs for.
   *
   * @param sources other forms from which that of the slot can be made, the best first
   */
  record Errand(Slot slot, List<Form> sources, Purpose purpose) {
    public Errand {
      sources = List.copyOf(sources);
    }
  }

  /** What a flight wants of the fleet. */
  enum Purpose {
    /** To lead, or else to follow. */
    SHARE,
    /** To lead, or else to learn when whoever leads has landed. */
    AWAIT,
    /** To lead if nobody does, and never to follow. */
    LEAD
  }

  /** What comes of boarding. */
  sealed interface Boarding {
    /** There is nobody to be followed, or he cannot be asked. */
    record Alone(Publisher publisher) implements Boarding {}

    /** Nobody else flies. Whoever leads looks again, and then calls upstream. */
    record Led(Lease lease) implements Boarding {}

    /** Another process leads, and its reply has begun. */
    record Joined(Passage passage) implements Boarding {}

    /** Another process led, and has landed: its recording may lie in the tiers. */
    record Landed() implements Boarding {}

    /** Another process leads, and this flight is not to follow. */
    record Busy(Publisher publisher) implements Boarding {}

    /** The reply to another process is not to be given again, and nor would be the next. */
    record TurnedDown(Publisher publisher) implements Boarding {}

    /** Another process led, and its call failed. */
    record Failed(IOException failure) implements Boarding {}
  }

  /** A reply to another flight, as it is told to those who follow. */
  interface Passage extends Reply {
    /** Returns whether others than the leader may have it. */
    boolean shared();

    /** Returns the epochs of its tags as they were when its flight departed. */
    Stamp stamp();

    /** Returns when its flight departed, since the epoch. */
    long departedMillis();

    /** Returns whether {@link #next} would give a chunk without waiting. */
    boolean ready();
  }

  /** Where recordings come to lie for the whole fleet. */
  @FunctionalInterface
  interface Publisher {
    /** Stores in the tier itself, as who is alone does. */
    Publisher DIRECT =
        (tier, recording) -> {
          tier.store(recording);
          return true;
        };

    /**
     * Stores a recording for all, if this flight has the right to.
     *
     * @return false if another has the lead by now, so that nobody is to have this
     */
    boolean publish(Tier shared, Recording recording) throws IOException, InterruptedException;
  }

  /** The right to lead. Closing it gives it back. */
  interface Lease extends Publisher, AutoCloseable {
    /** Lets others follow, from now on. */
    void lead(Source source);

    /** Returns whether this still leads, as far as it can know. */
    boolean holds();

    /** Has all who follow depart side by side, and those who come soon after. */
    void turnDown();

    @Override
    void close();
  }

  /** A flight whose reply others may follow. */
  @FunctionalInterface
  interface Source {
    /**
     * Waits for the head of the reply. Returns null if there is none, since a recording was found,
     * or none of which all can be had any more.
     *
     * @throws IOException if the flight failed
     */
    @Nullable Passage follow() throws IOException, InterruptedException;
  }
}
