package dev.refrain.gateway;

import dev.refrain.Headers;
import dev.refrain.Reply;
import dev.refrain.gateway.figures.TokenCount;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A reply of which is told, once it has ended or was closed, how many tokens it cost. */
final class CountedReply implements Reply {
  private static final int OK = 200;

  private final Reply reply;
  private final int requestLength;
  private final LongConsumer told;
  private final TokenCount count = new TokenCount();
  private final AtomicBoolean done = new AtomicBoolean();

  CountedReply(Reply reply, int requestLength, LongConsumer told) {
    this.reply = reply;
    this.requestLength = requestLength;
    this.told = told;
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
    return reply.forward(new CountingSink(sink));
  }

  private void add(byte[] chunk) {
    synchronized (count) {
      count.add(chunk);
    }
  }

  @Override
  public void close() {
    tell();
    reply.close();
  }

  /** An error costs nothing. */
  private void tell() {
    if (!done.getAndSet(true) && reply.status() == OK) {
      synchronized (count) {
        told.accept(count.tokens(requestLength));
      }
    }
  }

  /** Counts what is taken; what was not is given once more. */
  private final class CountingSink implements Sink {
    private final Sink sink;

    CountingSink(Sink sink) {
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
