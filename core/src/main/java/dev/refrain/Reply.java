package dev.refrain;

import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an upstream says: a head, and chunks as they come. Closing it early ends the call. */
public interface Reply extends AutoCloseable {
  /** Returns the HTTP status. */
  int status();

  /** Returns the headers. */
  Headers headers();

  /**
   * Waits for the next chunk, to which nobody writes from now on. Returns null at the end, if it is
   * clean.
   *
   * @throws IOException if the reply broke off
   */
  byte @Nullable [] next() throws IOException, InterruptedException;

  @Override
  void close();

  /** Returns a reply that is all there already. */
  static Reply of(int status, Headers headers, byte[]... chunks) {
    return new ReadyReply(status, headers, Arrays.asList(chunks).iterator());
  }

  /** Returns a reply that is all there already. */
  static Reply of(int status, Headers headers, List<byte[]> chunks) {
    return new ReadyReply(status, headers, chunks.iterator());
  }

  /** A reply whose chunks wait in a list. */
  record ReadyReply(int status, Headers headers, Iterator<byte[]> chunks) implements Reply {
    @Override
    public byte @Nullable [] next() {
      return chunks.hasNext() ? chunks.next() : null;
    }

    @Override
    public void close() {} // there is nothing to hang up
  }
}
