package dev.refrain.gateway;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The body of a request, for a virtual thread that reads it as it comes. */
final class Inflow extends InputStream {
  /*
   * The event loop delivers no more chunks than were asked for, so the inbox is bounded by the
   * window: so many of at most a socket's read each, and the end.
   */

  private static final int WINDOW_CHUNKS = 16;

  /** What the event loop puts in. */
  private sealed interface Arrival {
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Chunk(byte[] bytes) implements Arrival {}

    record End() implements Arrival {}

    record Broken() implements Arrival {}
  }

  private final HttpServerRequest request;
  private final Context context = Objects.requireNonNull(Vertx.currentContext());
  private final Duration silenceMax;
  private final BlockingQueue<Arrival> inbox = new LinkedBlockingQueue<>();
  private byte[] chunk = {};
  private int position;
  private boolean ended;

  /** To be made by the event loop of the request, before anything of its body was delivered. */
  Inflow(HttpServerRequest request, Duration silenceMax) {
    this.request = request;
    this.silenceMax = silenceMax;
    request.pause();
    request.handler(this::receive);
    request.endHandler(end -> inbox.add(new Arrival.End()));
    request.exceptionHandler(cause -> inbox.add(new Arrival.Broken()));
    request.fetch(WINDOW_CHUNKS);
    Expectation.meet(request);
  }

  private void receive(Buffer buffer) {
    if (buffer.length() > 0) {
      inbox.add(new Arrival.Chunk(buffer.getBytes()));
    } else {
      request.fetch(1);
    }
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return (read(one, 0, 1) < 0) ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (position == chunk.length && !fill()) {
      return -1;
    }
    int count = Math.min(length, chunk.length - position);
    System.arraycopy(chunk, position, bytes, offset, count);
    position += count;
    return count;
  }

  /** Returns whether there is another chunk. */
  private boolean fill() throws IOException {
    if (ended) {
      return false;
    }
    switch (next()) {
      case Arrival.Chunk(var bytes) -> {
        chunk = bytes;
        position = 0;
        context.runOnContext(now -> request.fetch(1));
      }
      case Arrival.End end -> ended = true;
      case Arrival.Broken broken -> throw new IOException("the body of the request broke off");
    }
    return !ended;
  }

  private Arrival next() throws IOException {
    try {
      var next = inbox.poll(silenceMax.toNanos(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new IOException("nothing came for " + silenceMax.toSeconds() + " s");
      }
      return next;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    }
  }
}
