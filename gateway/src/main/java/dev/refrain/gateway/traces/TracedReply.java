package dev.refrain.gateway.traces;

import dev.refrain.Headers;
import dev.refrain.Reply;
import dev.refrain.Usage;
import dev.refrain.gateway.figures.TokenCount;
import dev.refrain.gateway.figures.WatchedReply;
import io.opentelemetry.api.trace.Span;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A reply that is passed on untouched; its span ends with it. */
final class TracedReply implements Reply {
  private final Reply reply;
  private final Span span;
  private final AtomicBoolean over = new AtomicBoolean();

  TracedReply(Reply reply, Span span) {
    this.reply = new Read(reply, span);
    this.span = span;
    Spans.replied(span, reply.status());
  }

  /** What of the reply is told. */
  private static final class Read extends WatchedReply {
    private final Span span;
    private final TokenCount count = new TokenCount();
    private final ReplyModel model = new ReplyModel();

    Read(Reply reply, Span span) {
      super(reply);
      this.span = span;
    }

    @Override
    protected void take(byte[] chunk) {
      count.add(chunk);
      model.add(chunk);
    }

    @Override
    protected void tell() {
      var usage = count.usage();
      if (!usage.equals(Usage.UNKNOWN)) {
        span.setAttribute(Names.INPUT, usage.inputTokens());
        span.setAttribute(Names.OUTPUT, usage.outputTokens());
      }
      var name = model.name();
      if (!name.isEmpty()) {
        span.setAttribute(Names.REPLY_MODEL, name);
      }
    }
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
    try {
      var chunk = reply.next();
      if (chunk == null) {
        end();
      }
      return chunk;
    } catch (IOException e) {
      fail(e);
      throw e;
    }
  }

  @Override
  public boolean forward(Sink sink) throws IOException, InterruptedException {
    try {
      boolean whole = reply.forward(sink);
      if (whole) {
        end();
      }
      return whole;
    } catch (IOException e) {
      fail(e);
      throw e;
    }
  }

  @Override
  public void close() {
    reply.close(); // which tells of it as far as it came
    if (!over.getAndSet(true)) {
      span.setAttribute(Names.ABANDONED, true);
      span.end();
    }
  }

  private void fail(IOException failure) {
    Spans.failed(span, failure);
    if (!over.getAndSet(true)) {
      span.end();
    }
  }

  private void end() {
    if (!over.getAndSet(true)) {
      span.end();
    }
  }
}
