package dev.refrain.gateway.cli;

import dev.refrain.gateway.admin.AdminReply;
import dev.refrain.gateway.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

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

    /** Writes what a gateway would write its operator; returns why not, if it does not. */
    @Nullable AdminReply give(String target, OutputStream out)
        throws IOException, InterruptedException;

    /** Returns what a gateway would answer its operator who sends it something long. */
    AdminReply take(String target, InputStream body) throws InterruptedException;

    @Override
    void close();
  }
}
