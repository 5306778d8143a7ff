package dev.refrain.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;

/** The body of a response, for a virtual thread that writes it as fast as it is read. */
final class Outflow extends OutputStream {
  /** So much is sent at once; the next waits until the system has taken it. */
  private static final int BUFFER_BYTES = 64 << 10;

  private final HttpServerRequest request;
  private final Runnable head;
  private final Duration writeTimeMax;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int size;
  private boolean begun;

  /** Takes what writes the head, which is done before the first byte. */
  Outflow(HttpServerRequest request, Runnable head, Duration writeTimeMax) {
    this.request = request;
    this.head = head;
    this.writeTimeMax = writeTimeMax;
  }

  @Override
  public void write(int single) throws IOException {
    write(new byte[] {(byte) single}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int written = 0;
    while (written < length) {
      if (size == BUFFER_BYTES) {
        flush();
      }
      int count = Math.min(length - written, BUFFER_BYTES - size);
      System.arraycopy(bytes, offset + written, buffer, size, count);
      size += count;
      written += count;
    }
  }

  @Override
  public void flush() throws IOException {
    begin();
    if (size > 0) {
      var bytes = Buffer.buffer(Arrays.copyOf(buffer, size));
      size = 0;
      try {
        Await.result(request.response().write(bytes), writeTimeMax);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw (IOException) new InterruptedIOException("interrupted").initCause(e);
      }
    }
  }

  private void begin() {
    if (!begun) {
      begun = true;
      head.run();
      Framing.begin(request);
    }
  }

  /** Ends the body properly. Without this, it is found to have broken off. */
  @Override
  public void close() throws IOException {
    flush();
    Framing.end(request, request.response().end());
  }
}
