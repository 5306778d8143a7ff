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

  /**
   * Gives all chunks that are left to a sink, and returns at the end, if it is clean. A reply whose
   * chunks arrive on a thread of their own may offer them there; this waits for the end all the
   * same.
   *
   * @return false if the sink wanted no more
   * @throws IOException if the reply broke off
   */
  default boolean forward(Sink sink) throws IOException, InterruptedException {
    for (var chunk = next(); chunk != null; chunk = next()) {
      if (!sink.put(chunk)) {
        return false;
      }
    }
    return true;
  }

  /** Where a reply's chunks go. It is given one at a time. */
  interface Sink {
    /** Takes a chunk if that needs no waiting; otherwise returns false. */
    boolean offer(byte[] chunk);

    /** Takes a chunk. Returns false if no more are wanted. */
    boolean put(byte[] chunk) throws InterruptedException;
  }

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
