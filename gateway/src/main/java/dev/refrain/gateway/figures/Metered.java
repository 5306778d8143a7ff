package dev.refrain.gateway.figures;

import dev.refrain.Headers;
import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Upstream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An upstream whose calls are timed, and whose replies are counted. */
final class Metered implements Upstream {
  private static final int OK = 200;
  private static final int CLASS = 100;
  private static final int COLLECTED_BYTES_MAX = 256 << 10;

  private final Upstream upstream;
  private final Visit visit;
  private final boolean collects;
  private final Meters meters;

  /** Whoever is told. */
  interface Meters {
    /** A call was replied to with a status of this class, or was not: 0. */
    void called(int statusClass);

    /** A reply has begun: so long after its call was sent. */
    void begun(long nanos);

    /** A reply is over, and what it says of its cost. */
    void spent(Spent spent);
  }

  /**
   * What a reply says of its cost.
   *
   * @param chunks of the reply, if it may have to be counted; null if it was too long for that
   */
  record Spent(TokenCount count, @Nullable List<byte[]> chunks) {}

  /**
   * Meters an upstream.
   *
   * @param collects whether its replies are not likely to tell what they cost
   */
  Metered(Upstream upstream, Visit visit, boolean collects, Meters meters) {
    this.upstream = upstream;
    this.visit = visit;
    this.collects = collects;
    this.meters = meters;
  }

  @Override
  public Reply send(Request request) throws IOException, InterruptedException {
    visit.isSent();
    long sent = System.nanoTime();
    int statusClass = 0;
    try {
      var reply = upstream.send(request);
      visit.isRepliedTo();
      statusClass = reply.status() / CLASS;
      return new MeteredReply(reply, sent);
    } finally {
      meters.called(statusClass);
    }
  }

  /** Told at its end, or when it is closed. */
  private final class MeteredReply implements Reply {
    private final Reply reply;
    private final long sentNanos;
    private final AtomicBoolean told = new AtomicBoolean();
    private final TokenCount count = new TokenCount(); // guarded by itself, as is the next
    private boolean begun;
    private @Nullable List<byte[]> chunks = collects ? new ArrayList<>() : null;
    private int collectedBytes;

    MeteredReply(Reply reply, long sentNanos) {
      this.reply = reply;
      this.sentNanos = sentNanos;
    }

    @Override
    public int status() {
      return reply.status();
    }

    @Override
    public Headers headers() {
      return reply.headers();
    }

    @Override
    public byte @Nullable [] next() throws IOException, InterruptedException {
      var chunk = reply.next();
      if (chunk == null) {
        tell();
      } else {
        add(chunk);
      }
      return chunk;
    }

    @Override
    public boolean forward(Sink sink) throws IOException, InterruptedException {
      boolean whole = reply.forward(new MeteringSink(sink));
      tell(); // before the readers learn of the end
      return whole;
    }

    private void add(byte[] chunk) {
      synchronized (count) {
        if (!begun) {
          begun = true;
          visit.hasFirstChunk();
          meters.begun(System.nanoTime() - sentNanos);
        }
        count.add(chunk);
        collect(chunk);
      }
    }

    private void collect(byte[] chunk) {
      collectedBytes += chunk.length;
      if (collectedBytes > COLLECTED_BYTES_MAX) {
        chunks = null;
      } else if (chunks != null) {
        chunks.add(chunk); // nobody writes to it from now on
      }
    }

    @Override
    public void close() {
      tell();
      reply.close();
    }

    /** An error costs nothing. */
    private void tell() {
      if (!told.getAndSet(true) && reply.status() == OK) {
        synchronized (count) {
          meters.spent(new Spent(count, chunks));
        }
      }
    }

    /** Counts what is taken; what was not is given once more. */
    private final class MeteringSink implements Sink {
      private final Sink sink;

      MeteringSink(Sink sink) {
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
}
