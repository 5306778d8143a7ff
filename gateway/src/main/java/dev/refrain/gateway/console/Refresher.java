package dev.refrain.gateway.console;

import dev.refrain.Outcome;
import dev.refrain.Reason;
import dev.refrain.Recording;
import dev.refrain.gateway.admin.AdminRefusal;
import org.jspecify.annotations.Nullable;

/** Asks upstream once more for what is kept. */
@FunctionalInterface
public interface Refresher {
  /**
   * Asks again what was asked for a recording, and has the answer kept in its place.
   *
   * @throws AdminRefusal if that cannot be done, and why
   */
  Told again(Recording recording) throws AdminRefusal, InterruptedException;

  /** What upstream has answered. */
  record Told(int status, Outcome outcome, @Nullable Reason reason) {}
}
