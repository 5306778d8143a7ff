package dev.refrain;

import dev.refrain.flight.Relay;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the bytes of an answer come from. */
sealed interface AnswerBody extends AutoCloseable {
  /** Waits for the next chunk; null at the end, if it is clean. */
  @Nullable ByteBuffer next() throws IOException, InterruptedException;

  /** Returns what it has cost, as far as that is known by now. */
  Cost cost();

  /** Returns the upstreams that were asked on a flight, as the leaders have handed them in. */
  List<Upstream> payers();

  @Override
  void close();

  /** A recording. */
  final class Recorded implements AnswerBody {
    private final Chunks chunks;
    private final Cost cost;
    private final List<Upstream> payers;
    private int given;

    Recorded(Chunks chunks, Cost cost, List<Upstream> payers) {
      this.chunks = chunks;
      this.cost = cost;
      this.payers = payers;
    }

    Chunks chunks() {
      return chunks;
    }

    @Override
    public @Nullable ByteBuffer next() {
      return (given < chunks.count()) ? chunks.chunk(given++) : null;
    }

    @Override
    public Cost cost() {
      return cost;
    }

    @Override
    public List<Upstream> payers() {
      return payers;
    }

    @Override
    public void close() {} // nothing is open
  }

  /** A flight, of which this is one reader. */
  record Relayed(Relay<Landing, ByteBuffer>.Reader reader, Bill bill) implements AnswerBody {
    @Override
    public @Nullable ByteBuffer next() throws IOException, InterruptedException {
      var chunk = reader.next();
      return (chunk == null) ? null : chunk.asReadOnlyBuffer();
    }

    @Override
    public Cost cost() {
      return bill.cost();
    }

    @Override
    public List<Upstream> payers() {
      return List.of(bill.payer());
    }

    @Override
    public void close() {
      reader.close();
    }
  }

  /** Upstream itself. */
  final class Passed implements AnswerBody {
    private final Reply reply;
    private boolean ended;

    Passed(Reply reply) {
      this.reply = reply;
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException, InterruptedException {
      var chunk = ended ? null : reply.next(); // which need not bear to be asked again
      ended = (chunk == null);
      return (chunk == null) ? null : ByteBuffer.wrap(chunk).asReadOnlyBuffer();
    }

    @Override
    public Cost cost() {
      return Cost.UNKNOWN; // nobody reads what is only passed on
    }

    @Override
    public List<Upstream> payers() {
      return List.of();
    }

    @Override
    public void close() {
      reply.close();
    }
  }
}
