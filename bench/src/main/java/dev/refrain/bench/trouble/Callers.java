package dev.refrain.bench.trouble;

import dev.refrain.bench.Chat;
import dev.refrain.bench.PlainCall;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers who ask at a steady pace, each time something new. Their waits are counted from when they
 * meant to ask, so that an answer that comes late makes all those late that could not be asked for
 * meanwhile.
 */
final class Callers implements AutoCloseable {
  private static final int CALLERS = 16;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(80);
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final int BODY_BYTES = 1 << 10;

  private final int port;
  private final AtomicLong asked = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();
  private List<Long> waits = new ArrayList<>(); // guarded by this
  private int failed; // guarded by this
  private volatile boolean isOver;

  /** How long callers waited for their answers, and how many had none. */
  record Waited(List<Long> nanos, int failed) {
    /** Returns how long at most so many of a thousand waited, in milliseconds. */
    double millis(int perMille) {
      var sorted = nanos.stream().sorted().toList();
      int index = Math.clamp((long) sorted.size() * perMille / 1_000, 0, sorted.size() - 1);
      return sorted.get(index) / 1e6;
    }
  }

  private Callers(int port) {
    this.port = port;
  }

  /** Begins to ask a gateway. */
  static Callers at(int port) {
    var callers = new Callers(port);
    for (int i = 0; i < CALLERS; i++) {
      long late = PAUSE_NANOS * i / CALLERS;
      callers.threads.add(Thread.ofVirtual().start(() -> callers.askOn(late)));
    }
    return callers;
  }

  /** Returns what came of the calls since it was asked last. */
  synchronized Waited take() {
    var taken = new Waited(waits, failed);
    waits = new ArrayList<>();
    failed = 0;
    return taken;
  }

  private void askOn(long lateNanos) {
    long meant = System.nanoTime() + lateNanos;
    while (!isOver) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        var in = new BufferedInputStream(socket.getInputStream());
        while (!isOver) {
          meant += PAUSE_NANOS;
          for (long now = System.nanoTime(); now < meant; now = System.nanoTime()) {
            LockSupport.parkNanos(meant - now);
          }
          socket.getOutputStream().write(question());
          PlainCall.readAnswer(in);
          waited(System.nanoTime() - meant);
        }
      } catch (IOException e) {
        System.err.println("bench: a call was not answered: " + e);
        failed();
      }
    }
  }

  private byte[] question() {
    var body = Chat.question("Is anybody there, number " + asked.incrementAndGet(), BODY_BYTES);
    return PlainCall.of(body);
  }

  private synchronized void waited(long nanos) {
    waits.add(nanos);
  }

  private synchronized void failed() {
    failed++;
  }

  @Override
  public void close() {
    isOver = true;
    try {
      for (var thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
