package dev.refrain.gateway.figures;

import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Upstream;
import dev.refrain.flight.TapeStock;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An upstream whose calls are timed, and whose replies are counted. */
final class Metered implements Upstream {
  private static final int CLASS = 100;

  private final Upstream upstream;
  private final Visit visit;
  private final @Nullable TapeStock stock;
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
   * @param transcript of the reply, if it may have to be counted; whoever is told lets it go
   */
  record Spent(TokenCount count, @Nullable Transcript transcript) {}

  /**
   * Meters an upstream.
   *
   * @param stock for transcripts of its replies, if these do not tell what they cost
   */
  Metered(Upstream upstream, Visit visit, @Nullable TapeStock stock, Meters meters) {
    this.upstream = upstream;
    this.visit = visit;
    this.stock = stock;
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
    private @Nullable Transcript transcript = (stock == null) ? null : new Transcript(stock);

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
      if (transcript != null && !transcript.offer(chunk)) {
        tearUp(transcript);
      }
    }

    private void tearUp(Transcript all) {
      all.letGo();
      transcript = null;
    }

    @Override
    protected void tell() {
      var all = transcript;
      transcript = null; // as it belongs to whoever is told
      meters.spent(new Spent(count, all));
    }

    @Override
    protected void tellOfError() {
      if (transcript != null) {
        tearUp(transcript);
      }
    }
  }
}
