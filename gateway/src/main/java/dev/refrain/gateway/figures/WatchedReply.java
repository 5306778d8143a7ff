package dev.refrain.gateway.figures;

import dev.refrain.Headers;
import dev.refrain.Reply;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A reply that is passed on untouched, while what it says of its cost is taken down. */
public abstract class WatchedReply implements Reply {
  /*
   * What was taken down is told before its reader learns of the end: who then asks again must find
   * it counted. He learns of it with the last chunk, where the length of the reply is known. A
   * reply that is closed early is told of as far as it came.
   *
   * "this" guards what is taken down: chunks are offered on one thread and put on another.
   */

  private static final int OK = 200;

  private final Reply reply;
  private final AtomicBoolean told = new AtomicBoolean();
  private long left; // of the announced length, in bytes; negative where there is none

  protected WatchedReply(Reply reply) {
    this.reply = reply;
    this.left = reply.headers().number("content-length");
  }

  /** Takes down a chunk that somebody has taken. Called with the lock on this. */
  protected abstract void take(byte[] chunk);

  /** Tells what was taken down: once, and not of an error, which costs nothing. With the lock. */
  protected abstract void tell();

  /** Tells that the reply was an error. With the lock. */
  protected void tellOfError() {}

  @Override
  public final int status() {
    return reply.status();
  }

  @Override
  public final Headers headers() {
    return reply.headers();
  }

  @Override
  public final byte @Nullable [] next() throws IOException, InterruptedException {
    var chunk = reply.next();
    if (chunk == null) {
      end();
    } else {
      add(chunk);
      left -= chunk.length;
      if (left == 0) {
        end();
      }
    }
    return chunk;
  }

  @Override
  public final boolean forward(Sink sink) throws IOException, InterruptedException {
    boolean whole = reply.forward(new Watching(sink));
    end();
    return whole;
  }

  @Override
  public final void close() {
    end();
    reply.close();
  }

  private synchronized void add(byte[] chunk) {
    take(chunk);
  }

  private void end() {
    if (!told.getAndSet(true)) {
      synchronized (this) {
        if (reply.status() == OK) {
          tell();
        } else {
          tellOfError();
        }
      }
    }
  }

  /** Passes on what is taken; what is not will be given once more. */
  private final class Watching implements Sink {
    private final Sink sink;

    Watching(Sink sink) {
      this.sink = sink;
    }

    @Override
    public boolean offer(byte[] chunk) {
      boolean taken = sink.offer(chunk);
      if (taken) {
        add(chunk);
      }
      return taken;
    }

    @Override
    public boolean put(byte[] chunk) throws InterruptedException {
      add(chunk);
      return sink.put(chunk);
    }
  }
}
