package dev.refrain.gateway.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** A bar with the rate and the time left, for people at a terminal and nobody else. */
final class Progress {
  private static final int BAR_WIDTH = 24;
  private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

  private final PrintWriter err;
  private final boolean shown;
  private final long began = System.nanoTime();
  private long told = began - PAUSE_NANOS;

  /** Shows itself where somebody looks, unless a program wants the outcome. */
  Progress(Surroundings surroundings, boolean json) {
    this.err = surroundings.err();
    this.shown = surroundings.coloured() && !json;
  }

  /** Shows how many bytes are done, if it is time to; of how many in all, or 0 if that is open. */
  void bytes(long done, long total) {
    long now = System.nanoTime();
    if (!shown || now - told < PAUSE_NANOS) {
      return;
    }
    told = now;
    double perSecond = done * 1e9 / Math.max(1, now - began);
    var line = Wording.bytes(done) + "   " + Wording.bytes(Math.round(perSecond)) + " a second";
    show((total == 0) ? line : bar(done, total) + "  " + line + left(done, total, perSecond));
  }

  private static String left(long done, long total, double perSecond) {
    long seconds = Math.round(Math.max(0, total - done) / Math.max(1, perSecond));
    return String.format(Locale.ROOT, "   %s left", Wording.span(Duration.ofSeconds(seconds)));
  }

  /** Returns a bar that is filled as far as things are done. */
  static String bar(long done, long total) {
    int filled = (int) (BAR_WIDTH * Math.min(done, total) / Math.max(1, total));
    return "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
  }

  private void show(String line) {
    err.print("\r\u001b[K" + line);
    err.flush();
  }

  /** Leaves nothing of it behind. */
  void end() {
    if (shown) {
      show("");
    }
  }
}
