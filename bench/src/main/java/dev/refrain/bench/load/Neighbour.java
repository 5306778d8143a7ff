package dev.refrain.bench.load;

import dev.refrain.bench.Chat;
import dev.refrain.bench.PlainCall;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/**
 * A client who asks at a steady pace on a few connections. His waits are counted from when he meant
 * to ask, so that an answer that comes late makes all those late that he could not ask meanwhile.
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
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<long[]>>();
      for (int i = 0; i < CONNECTIONS; i++) {
        running.add(threads.submit(() -> ask(asks)));
      }
      var all = LongStream.empty();
      for (var one : running) {
        all = LongStream.concat(all, LongStream.of(one.get()));
      }
      return Waits.of(all.toArray());
    } catch (ExecutionException e) {
      throw new IOException(e);
    }
  }

  private long[] ask(int asks) throws IOException {
    var waits = new long[asks];
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      var in = new BufferedInputStream(socket.getInputStream());
      long meant = System.nanoTime();
      for (int i = 0; i < asks; i++) {
        meant += PAUSE_NANOS;
        for (long now = System.nanoTime(); now < meant; now = System.nanoTime()) {
          LockSupport.parkNanos(meant - now);
        }
        socket.getOutputStream().write(request);
        PlainCall.readAnswer(in);
        waits[i] = System.nanoTime() - meant;
      }
    }
    return waits;
  }
}
