package dev.refrain.gateway.cli;

import dev.refrain.gateway.settings.LoadedSettings;
import java.io.IOException;

/** What {@code refrain serve} starts. */
@FunctionalInterface
public interface Server {
  /**
   * Starts to serve, and returns when it does.
   *
   * @throws IOException if it cannot; nothing of it is left then
   */
  Running start(LoadedSettings loaded) throws IOException, InterruptedException;

  /** A server that was started. */
  interface Running {
    /** Returns the port on which it listens. */
    int port();

    /** Returns what is kept on disk and where, or why nothing is. */
    default String onDisk() {
      return "nothing on disk";
    }

    /** Returns how many calls are under way. */
    int callsUnderWay();

    /** Takes no new calls, finishes those under way as long as it may, and stops. */
    void stop();
  }
}
