package dev.refrain.testing;

import dev.refrain.Headers;
import dev.refrain.Reply;
import dev.refrain.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ScriptedUpstream} does on one call, step by step. The call waits for each step
 * until it is written here, so a test may write it beforehand, or as it goes.
 */
public final class Script {
  private final ScriptedUpstream upstream;
  private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
  private final CountDownLatch called = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable Request request;

  private sealed interface Step {
    record Head(int status, Headers headers) implements Step {}

    final class Chunk implements Step {
      private final byte[] bytes;

      private Chunk(byte[] bytes) {
        this.bytes = bytes;
      }
    }

    record End() implements Step {}

    record Hold(Gate gate) implements Step {}

    record Break(IOException how) implements Step {}

    record Panic(Throwable how) implements Step {}
  }

  Script(ScriptedUpstream upstream) {
    this.upstream = upstream;
  }

  /** Answers with status 200 and the media type of {@link PlainDialect}. */
  public Script head() {
    return head(200, "content-type", PlainDialect.MEDIA_TYPE);
  }

  /** Answers with this head. */
  public Script head(int status, String... namesAndValues) {
    return write(new Step.Head(status, Headers.of(namesAndValues)));
  }

  /** Sends one more chunk. */
  public Script chunk(byte[] bytes) {
    return write(new Step.Chunk(bytes.clone()));
  }

  /** Sends one more chunk. */
  public Script chunk(String text) {
    return chunk(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends chunks, one for each text. */
  public Script chunks(String... texts) {
    for (var text : texts) {
      chunk(text);
    }
    return this;
  }

  /** Sends the first bytes of a body in chunks of this size, the last of which may be smaller. */
  public Script upTo(int offset, byte[] body, int chunkBytes) {
    for (int from = 0; from < offset; from += chunkBytes) {
      chunk(Arrays.copyOfRange(body, from, Math.min(offset, from + chunkBytes)));
    }
    return this;
  }

  /** Ends the reply as it should be. */
  public Script end() {
    return write(new Step.End());
  }

  /** Breaks the connection, before the head or after it. */
  public Script cut() {
    return write(new Step.Break(new IOException("connection reset")));
  }

  /** Panics, before the head or after it. */
  public Script panic(RuntimeException how) {
    return write(new Step.Panic(how));
  }

  /** Panics, before the head or after it. */
  public Script panic(Error how) {
    return write(new Step.Panic(how));
  }

  /** Stalls until a gate is open. */
  public Script hold(Gate gate) {
    return write(new Step.Hold(gate));
  }

  /** Answers at once, in these chunks. */
  public Script reply(String... chunks) {
    return head().chunks(chunks).end();
  }

  /** Answers at once, with a status and a body. */
  public Script status(int status, String body) {
    return head(status, "content-type", PlainDialect.MEDIA_TYPE).chunk(body).end();
  }

  private Script write(Step step) {
    steps.add(step);
    return this;
  }

  /** Waits until the call is made. */
  public void awaitCalled() throws InterruptedException {
    Gate.await(called, "this call was not made");
  }

  /** Waits until the call notices that it was interrupted. */
  public void awaitInterrupted() throws InterruptedException {
    Gate.await(interrupted, "this call was not interrupted");
  }

  /** Waits until the reply is closed. */
  public void awaitClosed() throws InterruptedException {
    Gate.await(closed, "this reply was not closed");
  }

  /** Returns whether the call was interrupted while it waited. */
  public boolean wasInterrupted() {
    return interrupted.getCount() == 0;
  }

  /** Returns the request of the call, or null before it was made. */
  public @Nullable Request request() {
    return request;
  }

  void called(Request by) {
    request = by;
    called.countDown();
  }

  Reply answer() throws IOException, InterruptedException {
    boolean answered = false;
    try {
      if (take() instanceof Step.Head head) {
        answered = true;
        return new ScriptedReply(head);
      }
      throw new AssertionError("a script must begin with a head, or fail");
    } finally {
      if (!answered) {
        upstream.ended();
      }
    }
  }

  private Step take() throws IOException, InterruptedException {
    try {
      while (true) {
        switch (steps.take()) {
          case Step.Hold(var gate) -> gate.pass();
          case Step.Break(var how) -> throw how;
          case Step.Panic(RuntimeException how) -> throw how;
          case Step.Panic(Error how) -> throw how;
          case Step step -> {
            return step;
          }
        }
      }
    } catch (InterruptedException e) {
      interrupted.countDown();
      throw e;
    }
  }

  /** A reply that minds how it is read. */
  private final class ScriptedReply implements Reply {
    private final Step.Head head;
    private final AtomicBoolean isRead = new AtomicBoolean();
    private volatile boolean isOver;

    ScriptedReply(Step.Head head) {
      this.head = head;
    }

    @Override
    public int status() {
      return head.status;
    }

    @Override
    public Headers headers() {
      return head.headers;
    }

    @Override
    public byte @Nullable [] next() throws IOException, InterruptedException {
      check(closed.getCount() > 0, "a reply was read after it was closed");
      check(!isOver, "a reply was read after its end");
      check(!isRead.getAndSet(true), "a reply was read by two at once");
      boolean goesOn = false;
      try {
        var step = take();
        goesOn = (step instanceof Step.Chunk);
        return (step instanceof Step.Chunk chunk) ? chunk.bytes : null;
      } finally {
        isOver = !goesOn;
        isRead.set(false);
      }
    }

    private void check(boolean holds, String complaint) {
      if (!holds) {
        upstream.fault(complaint);
        throw new AssertionError(complaint);
      }
    }

    @Override
    public synchronized void close() {
      if (closed.getCount() > 0) {
        closed.countDown();
        upstream.ended();
      }
    }
  }
}
