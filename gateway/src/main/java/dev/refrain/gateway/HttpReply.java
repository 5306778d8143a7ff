package dev.refrain.gateway;

import dev.refrain.Headers;
import dev.refrain.Reply;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A provider's reply: filled by an event loop, read by the flight's thread. */
final class HttpReply implements Reply {
  /*
   * The event loop delivers no more chunks than were asked for, so the inbox is bounded by the
   * window: so many chunks of at most a socket's read each, and the end. The window is asked for
   * anew by halves.
   *
   * While a reply is forwarded, the event loop offers chunks to the sink itself, and no thread has
   * to wake up for them. A chunk that the sink cannot take at once goes into the inbox, and so do
   * all that follow, until the thread that forwards has put them all into the sink.
   *
   * "this" guards the sink and the count. What a sink does under it takes no other lock of ours but
   * the relay's.
   */

  private static final int WINDOW_CHUNKS = 8;

  /** What the event loop puts in. */
  private sealed interface Arrival {
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Chunk(byte[] bytes) implements Arrival {}

    record End() implements Arrival {}

    record Broken(Throwable cause) implements Arrival {}
  }

  private final HttpClientResponse response;
  private final Duration silenceMax;
  private final Headers headers;
  private final BlockingQueue<Arrival> inbox = new LinkedBlockingQueue<>();
  private volatile long lastNanos = System.nanoTime(); // when something came
  private @Nullable Sink direct; // where the event loop may offer
  private int taken;
  private boolean ended;

  /**
   * Must be called by the event loop of the response.
   *
   * @param silenceMax how long it may take from one chunk to the next
   */
  HttpReply(HttpClientResponse response, Duration silenceMax) {
    this.response = response;
    this.silenceMax = silenceMax;
    var list = new ArrayList<String>();
    HopByHop.copy(
        response.headers(),
        (name, value) -> {
          list.add(name);
          list.add(value);
        });
    headers = Headers.of(list);
    response.pause();
    response.handler(this::receive);
    response.endHandler(end -> inbox.add(new Arrival.End()));
    whenBroken(response, cause -> inbox.add(new Arrival.Broken(cause)));
    response.fetch(WINDOW_CHUNKS);
  }

  /**
   * Has a handler told that a reply broke off, after all that came of it. Vert.x tells of the break
   * at once, but of what came before it only as far as that was asked for.
   */
  static void whenBroken(HttpClientResponse response, Handler<Throwable> handler) {
    response.exceptionHandler(cause -> {
      response.resume();
      Vertx.currentContext().runOnContext(resumed -> handler.handle(cause));
    });
  }

  @Override
  public int status() {
    return response.statusCode();
  }

  @Override
  public Headers headers() {
    return headers;
  }

  @Override
  public byte @Nullable [] next() throws IOException, InterruptedException {
    if (ended) {
      return null;
    }
    return switch (await()) {
      case Arrival.Chunk chunk -> {
        count();
        yield chunk.bytes();
      }
      case Arrival.End end -> {
        ended = true;
        yield null;
      }
      case Arrival.Broken broken -> throw new IOException("upstream broke off", broken.cause());
    };
  }

  @Override
  public boolean forward(Sink sink) throws IOException, InterruptedException {
    openFor(sink);
    for (var chunk = next(); chunk != null; chunk = next()) {
      if (!sink.put(chunk)) {
        return false;
      }
      openFor(sink);
    }
    return true;
  }

  /** An unfinished call is ended, so that nobody pays for what nobody reads. */
  @Override
  public void close() {
    if (!ended) {
      response.request().reset();
    }
  }

  /** Runs on the event loop. */
  private void receive(Buffer buffer) {
    lastNanos = System.nanoTime();
    var chunk = buffer.getBytes();
    try {
      deliver(chunk);
    } catch (RuntimeException | Error e) {
      inbox.add(new Arrival.Broken(e)); // who waits for the end is told; the loop has others
    }
  }

  private synchronized void deliver(byte[] chunk) {
    if (direct != null && direct.offer(chunk)) {
      count();
    } else {
      direct = null;
      inbox.add(new Arrival.Chunk(chunk));
    }
  }

  private synchronized void openFor(Sink sink) {
    direct = inbox.isEmpty() ? sink : null;
  }

  private synchronized void count() {
    taken++;
    if (taken % (WINDOW_CHUNKS / 2) == 0) {
      response.fetch(WINDOW_CHUNKS / 2);
    }
  }

  /** Waits for what the event loop has for this thread. */
  private Arrival await() throws IOException, InterruptedException {
    long silentSince = System.nanoTime();
    while (true) {
      long leftNanos = silenceMax.toNanos() - (System.nanoTime() - silentSince);
      var arrival = inbox.poll(leftNanos, TimeUnit.NANOSECONDS);
      if (arrival != null) {
        return arrival;
      }
      long last = lastNanos;
      if (last - silentSince <= 0) {
        throw new UpstreamTimeoutException(silenceMax);
      }
      silentSince = last;
    }
  }
}
