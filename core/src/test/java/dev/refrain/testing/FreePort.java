package dev.refrain.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for processes that have to be told theirs, and for addresses where nobody answers. */
public final class FreePort {
  /*
   * A port that the system gave, and took back, it soon gives to somebody else. These lie below
   * all that systems give by themselves, so nobody has one unless he asks for it.
   */

  private static final int FIRST = 10_000;
  private static final int END = 32_768;
  private static final int TRIES_MAX = 1_000;

  private FreePort() {}

  /** Returns a port of the loopback on which nobody listens. */
  public static int any() throws IOException {
    for (int i = 0; i < TRIES_MAX; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // it is taken; the next try has another
      }
    }
    throw new IOException("no free port was found");
  }
}
