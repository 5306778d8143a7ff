package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/**
 * Watches whether buffers are forgotten: each one that is made meanwhile is tracked by Netty, which
 * complains in the log of those that are collected without having been released. All else that is
 * logged meanwhile is left out.
 */
public final class Leaks implements AutoCloseable {
  private static final String COMPLAINT = "LEAK:";
  private static final int COLLECTIONS = 5;
  private static final int BUFFERS = 200;

  private final Level levelBefore = ResourceLeakDetector.getLevel();
  private final PrintStream errorsBefore = System.err;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private Leaks() {
    ResourceLeakDetector.setLevel(Level.PARANOID);
    System.setErr(new PrintStream(said, true, UTF_8));
  }

  /** Begins to watch. */
  public static Leaks watch() {
    return new Leaks();
  }

  /** Returns what is complained of, once all has been collected that is not used. */
  public String found() {
    for (int i = 0; i < COLLECTIONS; i++) {
      System.gc();
      for (int j = 0; j < BUFFERS; j++) {
        ByteBufAllocator.DEFAULT.buffer(1).release(); // complaints are made when one is tracked
      }
    }
    var text = said.toString(UTF_8);
    int from = text.indexOf(COMPLAINT);
    return (from < 0) ? "" : text.substring(from);
  }

  @Override
  public void close() {
    System.setErr(errorsBefore);
    ResourceLeakDetector.setLevel(levelBefore);
  }
}
