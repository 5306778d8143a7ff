package dev.refrain.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.gateway.admin.AdminReply;
import dev.refrain.gateway.admin.Route;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;

/** Tells all open consoles once a second what goes on: counted once, and written down once. */
final class Pulse implements AutoCloseable {
  /*
   *   stream = past now*
   *   past   = "event: past" data {"samples": [sample, …], "now": figures}
   *   now    = "event: now" data {"samples": [sample, …], "now": figures}
   *   sample = [second in ms, replayed, stale, joined, fetched, bypassed, refused, failed,
   *             hit p50, hit p99, miss p50, miss p99 in µs, flights, followers]; -1 for unknown
   *
   * A thread of its own counts and writes down; the event loop of each connection sends. A browser
   * that does not take what was sent before gets no more of it, and reads on when it can.
   */

  private static final int LISTENERS_MAX = 100;
  private static final int SAMPLES_MAX = 300;
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int UNAVAILABLE = 503;

  private final Source source;
  private final Thread thread = Thread.ofVirtual().name("console-pulse").unstarted(this::run);
  private final ArrayDeque<long[]> past = new ArrayDeque<>(); // guarded by this, as all below is
  private final Set<Listener> listeners = new HashSet<>();
  private boolean closed;

  /** What there is to tell. */
  interface Source {
    /** Returns a sample for each second that is over since the last time. For one thread. */
    List<long[]> samples();

    /** Returns the figures of this moment: JSON, in one line. */
    String figures();
  }

  private record Listener(HttpServerResponse response, Context context) {
    void send(byte[] event, boolean always) {
      context.runOnContext(now -> {
        if (isThere() && (always || !response.writeQueueFull())) {
          response.write(Buffer.buffer(event));
        }
      });
    }

    void end() {
      context.runOnContext(now -> {
        if (isThere()) {
          response.end();
        }
      });
    }

    boolean isThere() {
      return !response.closed() && !response.ended();
    }
  }

  Pulse(Source source) {
    this.source = source;
  }

  void start() {
    thread.start();
  }

  Route route() {
    return Route.stream("/-/api/events", (http, request) -> listen(http));
  }

  /** Begins to tell one browser. For the event loop. */
  private void listen(HttpServerRequest http) {
    var response = http.response();
    response.putHeader("content-type", "text/event-stream");
    response.putHeader("cache-control", "no-store");
    response.putHeader("x-content-type-options", "nosniff");
    response.putHeader("cross-origin-resource-policy", "same-origin");
    if (http.method().equals(HttpMethod.HEAD)) {
      response.end();
      return;
    }
    if (isFull()) {
      var refusal = AdminReply.error(UNAVAILABLE, "overloaded", "Too many consoles are open.");
      response.setStatusCode(UNAVAILABLE).putHeader("content-type", refusal.type());
      response.end(Buffer.buffer(refusal.body()));
      return;
    }
    var listener = new Listener(response, Objects.requireNonNull(Vertx.currentContext()));
    response.setChunked(true);
    response.closeHandler(gone -> leave(listener));
    Thread.ofVirtual().name("console-past").start(() -> join(listener));
  }

  private synchronized boolean isFull() {
    return listeners.size() >= LISTENERS_MAX;
  }

  private synchronized void join(Listener listener) {
    if (closed) {
      listener.end();
    } else {
      listeners.add(listener);
      listener.send(event("past", past), true);
    }
  }

  private synchronized void leave(Listener listener) {
    listeners.remove(listener);
  }

  /** Returns how many consoles listen; for tests. */
  synchronized int listeners() {
    return listeners.size();
  }

  private void run() {
    try {
      while (true) {
        beat();
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  /** Tells what has come, once to each. */
  void beat() {
    tell(source.samples());
  }

  private synchronized void tell(List<long[]> samples) {
    past.addAll(samples);
    while (past.size() > SAMPLES_MAX) {
      past.removeFirst();
    }
    listeners.removeIf(listener -> !listener.isThere());
    if (!listeners.isEmpty()) {
      var event = event("now", samples);
      listeners.forEach(listener -> listener.send(event, false));
    }
  }

  private byte[] event(String name, Iterable<long[]> samples) {
    var rows = new StringJoiner(",", "[", "]");
    for (var sample : samples) {
      var row = new StringJoiner(",", "[", "]");
      for (long number : sample) {
        row.add(Long.toString(number));
      }
      rows.add(row.toString());
    }
    var data = "{\"samples\":" + rows + ",\"now\":" + source.figures() + "}";
    return ("event: " + name + "\ndata: " + data + "\n\n").getBytes(UTF_8);
  }

  @Override
  public void close() {
    thread.interrupt();
    synchronized (this) {
      closed = true;
      listeners.forEach(Listener::end);
      listeners.clear();
    }
  }
}
