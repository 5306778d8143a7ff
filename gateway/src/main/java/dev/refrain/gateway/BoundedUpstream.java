package dev.refrain.gateway;

import dev.refrain.Headers;
import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Upstream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An upstream that is asked no more while too many calls are under way. */
final class BoundedUpstream implements Upstream {
  private final Upstream upstream;
  private final Room room;

  BoundedUpstream(Upstream upstream, Room room) {
    this.upstream = upstream;
    this.room = room;
  }

  /** Returns this upstream, reached in some way within the same bounds. */
  BoundedUpstream reached(UnaryOperator<Upstream> way) {
    return new BoundedUpstream(way.apply(upstream), room);
  }

  @Override
  public Reply send(Request request) throws IOException, InterruptedException {
    if (!room.tryTake()) {
      throw new OverloadedException();
    }
    boolean begun = false;
    try {
      var reply = new Counted(upstream.send(request), room);
      begun = true;
      return reply;
    } finally {
      if (!begun) {
        room.giveBack();
      }
    }
  }

  /** A reply that counts as a call under way until it is closed. */
  private static final class Counted implements Reply {
    private final Reply reply;
    private final Room room;
    private final AtomicBoolean closed = new AtomicBoolean();

    Counted(Reply reply, Room room) {
      this.reply = reply;
      this.room = room;
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
        room.giveBack();
      }
      reply.close();
    }
  }
}
