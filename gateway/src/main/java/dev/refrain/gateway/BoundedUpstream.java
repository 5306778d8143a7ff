package dev.refrain.gateway;

import dev.refrain.Headers;
import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Upstream;
import dev.refrain.flight.Capacity;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An upstream that is asked no more while too many calls are under way. */
final class BoundedUpstream implements Upstream {
  private final Upstream upstream;
  private final Capacity calls;

  BoundedUpstream(Upstream upstream, Capacity calls) {
    this.upstream = upstream;
    this.calls = calls;
  }

  @Override
  public Reply send(Request request) throws IOException, InterruptedException {
    if (!calls.tryTake(1)) {
      throw new OverloadedException();
    }
    boolean begun = false;
    try {
      var reply = new Counted(upstream.send(request), calls);
      begun = true;
      return reply;
    } finally {
      if (!begun) {
        calls.giveBack(1);
      }
    }
  }

  /** A reply that counts as a call under way until it is closed. */
  private static final class Counted implements Reply {
    private final Reply reply;
    private final Capacity calls;
    private final AtomicBoolean closed = new AtomicBoolean();

    Counted(Reply reply, Capacity calls) {
      this.reply = reply;
      this.calls = calls;
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
      return reply.next();
    }

    @Override
    public boolean forward(Sink sink) throws IOException, InterruptedException {
      return reply.forward(sink);
    }

    @Override
    public void close() {
      if (!closed.getAndSet(true)) {
        calls.giveBack(1);
      }
      reply.close();
    }
  }
}
