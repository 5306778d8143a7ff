package dev.refrain.gateway.figures;

import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Upstream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An upstream whose calls are timed, and whose replies are counted. */
final class Metered implements Upstream {
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

  private final class MeteredReply extends WatchedReply {
    private final long sentNanos;
    private final TokenCount count = new TokenCount();
    private boolean begun;
    private @Nullable List<byte[]> chunks = collects ? new ArrayList<>() : null;
    private int collectedBytes;

    MeteredReply(Reply reply, long sentNanos) {
      super(reply);
      this.sentNanos = sentNanos;
    }

    @Override
    protected void take(byte[] chunk) {
      if (!begun) {
        begun = true;
        visit.hasFirstChunk();
        meters.begun(System.nanoTime() - sentNanos);
      }
      count.add(chunk);
      collect(chunk);
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
    protected void tell() {
      meters.spent(new Spent(count, chunks));
    }
  }
}
