package dev.refrain.bench.load;

import dev.refrain.bench.Chat;
import dev.refrain.bench.PlainCall;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * A client who asks at a steady pace on a few connections. His waits are counted from when he meant
 * to ask, so that an answer that comes late makes all those late that he could not ask meanwhile.
 * That he was woken late is another matter, and told by itself.
 */
final class Neighbour {
  private static final int CONNECTIONS = 4;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int TIMEOUT_MILLIS = 20_000;

  private final int port;
  private final byte[] request;

  Neighbour(int port) {
    this.port = port;
    request = PlainCall.of(Chat.question("Is anybody there?", 1 << 10));
  }

  /** Asks for so long, and returns how long he waited. */
  Waits measure(int seconds) throws IOException, InterruptedException {
    int asks = (int) (TimeUnit.SECONDS.toNanos(seconds) / PAUSE_NANOS);
    try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      var connections = new ArrayList<Callable<Asked>>();
      for (int i = 0; i < CONNECTIONS; i++) {
        connections.add(() -> ask(asks));
      }
      var asked = new ArrayList<Asked>();
      for (var one : threads.invokeAll(connections)) {
        asked.add(one.get());
      }
      return Waits.of(
          asked.stream().flatMapToLong(one -> one.waits().build()),
          asked.stream().flatMapToLong(one -> one.lateness().build()));
    } catch (ExecutionException e) {
      throw new IOException(e);
    }
  }

  /** How long each answer took, and how late he was woken for those for which he was. */
  private record Asked(LongStream.Builder waits, LongStream.Builder lateness) {}

  private Asked ask(int asks) throws IOException {
    var asked = new Asked(LongStream.builder(), LongStream.builder());
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      var in = new BufferedInputStream(socket.getInputStream());
      long meant = System.nanoTime();
      for (int i = 0; i < asks; i++) {
        meant += PAUSE_NANOS;
        if (System.nanoTime() < meant) {
          long due = meant;
          meant = sleepUntil(due);
          asked.lateness.add(meant - due);
        }
        socket.getOutputStream().write(request);
        PlainCall.readAnswer(in);
        asked.waits.add(System.nanoTime() - meant);
      }
    }
    return asked;
  }

  /** Returns when it was over. */
  private static long sleepUntil(long due) {
    long now = System.nanoTime();
    while (now < due) {
      LockSupport.parkNanos(due - now);
      now = System.nanoTime();
    }
    return now;
  }
}
