package dev.refrain.fleet;

import dev.refrain.Outcome;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What somebody has asked of one process, and what became of it. */
final class Asked {
  final Crew crew;
  final String ask;
  final String control;
  final String tag;
  final long atNanos;
  final long heardNanos; // what was invalidated before then was known to the process
  private final StringBuilder text = new StringBuilder();
  private @Nullable Outcome outcome;
  private @Nullable IOException failure;
  private long endNanos = Long.MAX_VALUE;
  private Ending ending = Ending.NONE;

  /** How the answer ended. */
  enum Ending {
    NONE,
    FAILED,
    LEFT,
    BROKEN,
    WHOLE
  }

  Asked(Crew crew, String ask, String control, String tag, long atNanos) {
    this.crew = crew;
    this.ask = ask;
    this.control = control;
    this.tag = tag;
    this.atNanos = atNanos;
    this.heardNanos = crew.epochs.heardNanos();
  }

  void answered(Outcome outcome) {
    this.outcome = outcome;
  }

  void heard(String chunk) {
    text.append(chunk.replace("[", "").replace("]", ""));
  }

  void whole() {
    end(Ending.WHOLE);
  }

  void left() {
    end(Ending.LEFT);
  }

  void broken(IOException cause) {
    failure = cause;
    end(Ending.BROKEN);
  }

  void failed(IOException cause) {
    failure = cause;
    end(Ending.FAILED);
  }

  private void end(Ending how) {
    ending = how;
    endNanos = crew.node.world.nanos();
  }

  String text() {
    return text.toString();
  }

  @Nullable Outcome outcome() {
    return outcome;
  }

  Ending ending() {
    return ending;
  }

  @Nullable IOException failure() {
    return failure;
  }

  long endNanos() {
    return endNanos;
  }

  @Override
  public String toString() {
    return "%s %s, %s, %s \"%s\" %s"
        .formatted(ask, control, outcome, ending, text, (failure == null) ? "" : failure);
  }
}
