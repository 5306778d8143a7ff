package dev.refrain.gateway.cli;

import dev.refrain.gateway.admin.AdminReply;
import dev.refrain.gateway.settings.Settings;
import java.io.IOException;

/** Opens what a gateway keeps, where none runs. */
@FunctionalInterface
public interface Offline {
  /**
   * Opens it; until it is closed, no gateway can use it.
   *
   * @throws IOException if nothing is kept, or another process has it
   */
  Kept open(Settings settings) throws IOException, InterruptedException;

  /** What is kept. */
  interface Kept extends AutoCloseable {
    /** Returns where it lies. */
    String place();

    /** Returns what a gateway would answer its operator. */
    AdminReply ask(String method, String path, byte[] json) throws InterruptedException;

    @Override
    void close();
  }
}
