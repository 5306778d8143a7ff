package dev.refrain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A place where recordings are kept. It may forget and it may fail; it never gives a wrong or torn
 * recording. Thread-safe. Its trouble is a miss for the caller, never an error.
 */
public interface Tier extends AutoCloseable {
  /** Returns the name, as events and metrics tell it. */
  String name();

  /** Returns whether other processes keep their recordings here, too. */
  default boolean isShared() {
    return false;
  }

  /** Returns what lies in a slot. */
  @Nullable Found find(Slot slot) throws IOException, InterruptedException;

  /**
   * Returns what lies in a slot if that can be told at once, without waiting for anything; null
   * says no more than "ask {@link #find}".
   */
  default @Nullable Found peek(Slot slot) {
    return null;
  }

  /** Keeps a recording in its slot instead of what lay there. */
  void store(Recording recording) throws IOException, InterruptedException;

  /** Keeps a copy of what was found in a tier farther away, as hot as it is there. */
  default void copy(Found found) throws IOException, InterruptedException {
    store(found.recording());
  }

  /** Empties a slot. */
  void drop(Slot slot) throws IOException, InterruptedException;

  /** Forgets everything, for want of knowledge what of it still is as it was elsewhere. */
  default void clear() throws IOException, InterruptedException {
    var slots = new ArrayList<Slot>();
    scan(entry -> slots.add(entry.slot()));
    for (var slot : slots) {
      drop(slot);
    }
  }

  /**
   * Tells a tier that others write to, too, whom to tell of their writes: the tiers nearer than it,
   * which may have copies. Called once, before anything else.
   */
  default void attach(Near near) {}

  /**
   * The nearer copies of what lies in a tier. They make the one who tells them wait for nothing.
   */
  interface Near {
    /** Drops the copy of what was replaced or dropped. */
    void drop(Slot slot);

    /** Drops all copies: it is not known what was replaced or dropped. */
    void dropAll();
  }

  /**
   * Shows what is known of each entry, in no order, until one is not to be followed by more. What
   * is stored or dropped meanwhile may be shown or not.
   */
  default void scan(Predicate<Entry> more) throws IOException, InterruptedException {}

  /** Returns what is known of what lies in some slots. To look is no hit. */
  default List<Entry> look(List<Slot> slots) throws IOException, InterruptedException {
    var entries = new ArrayList<Entry>();
    for (var slot : slots) {
      var found = find(slot);
      if (found != null && found.recording().slot().equals(slot)) {
        entries.add(found.recording().entry(found.heat().hits()));
      }
    }
    return entries;
  }

  /** Shows the recordings themselves, as {@link #scan} shows what is known of them. */
  default void browse(Predicate<Recording> more) throws IOException, InterruptedException {
    var slots = new ArrayList<Slot>();
    scan(entry -> slots.add(entry.slot()));
    for (var slot : slots) {
      var found = find(slot);
      if (found != null && !more.test(found.recording())) {
        return;
      }
    }
  }

  /**
   * Returns when all that was stored before lies where it outlasts the process, if it does here.
   *
   * @throws IOException if something of it does not
   */
  default void flush() throws IOException, InterruptedException {}

  /** Returns what it holds. Called often, so it must be cheap, and wait for nothing. */
  default Holdings holdings() {
    return Holdings.UNKNOWN;
  }

  @Override
  void close();

  /**
   * What a tier found.
   *
   * @param heat counts the hits on this entry
   */
  record Found(Recording recording, Heat heat) {}
}
