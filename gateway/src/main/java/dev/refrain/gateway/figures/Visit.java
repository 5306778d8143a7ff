package dev.refrain.gateway.figures;

import dev.refrain.Answer;
import dev.refrain.Call;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one request, noted on its way by whoever knows, and counted in the end by {@link
 * #end}.
 */
public final class Visit {
  /*
   * Notes are taken by one thread after the other, except those of the call upstream, which the
   * flight's own thread takes: these are volatile.
   */

  /** One of which nothing is noted. */
  public static final Visit UNCOUNTED = new Visit(null, "", "", Trace.NONE);

  private static final long NEVER = 0;

  private final @Nullable Figures figures; // null where nobody counts
  private final Trace trace;
  private final boolean noted;
  private final String method;
  private final String path;
  private final long beganNanos;
  private String id = "";
  private @Nullable Call call;
  private @Nullable Answer answer;
  private String relayed = "";
  private long answeredNanos = NEVER;
  private volatile long sentNanos = NEVER;
  private volatile long repliedNanos = NEVER;
  private volatile long firstChunkNanos = NEVER;

  Visit(@Nullable Figures figures, String method, String path, Trace trace) {
    this.figures = figures;
    this.trace = trace;
    this.noted = figures != null || !trace.equals(Trace.NONE);
    this.method = method;
    this.path = path;
    this.beganNanos = noted ? System.nanoTime() : NEVER;
  }

  /** Notes under which id the request can be found. */
  public void isCalled(String requestId) {
    if (noted) {
      id = requestId;
    }
  }

  /** Notes what is asked. */
  public void asks(Call asked) {
    if (noted) {
      call = asked;
    }
  }

  /** Notes how it is answered, before anything of that is written. */
  public void isAnswered(Answer given) {
    if (noted) {
      answer = given;
      answeredNanos = (sentNanos == NEVER) ? NEVER : System.nanoTime();
    }
  }

  /** Notes that it is passed on without having been understood, and why. */
  public void isRelayed(String reason) {
    if (noted) {
      relayed = reason;
    }
  }

  void isSent() {
    if (sentNanos == NEVER) { // a refresh behind the answer's back is another matter
      sentNanos = System.nanoTime();
    }
  }

  void isRepliedTo() {
    repliedNanos = (repliedNanos == NEVER) ? System.nanoTime() : repliedNanos;
  }

  void hasFirstChunk() {
    firstChunkNanos = (firstChunkNanos == NEVER) ? System.nanoTime() : firstChunkNanos;
  }

  /** Counts it, now that its answer is over, whose body had so many bytes. */
  public void end(int status, long bytes) {
    if (figures != null) {
      figures.end(this, status, bytes);
    }
    trace.end(this, status);
  }

  /** Ends it, where it was turned away at the door and is not counted. */
  public void isTurnedAway(int status) {
    trace.end(this, status);
  }

  boolean counted() {
    return figures != null;
  }

  /** Returns who follows it. */
  public Trace trace() {
    return trace;
  }

  /** Returns the method. */
  public String method() {
    return method;
  }

  /** Returns the path. */
  public String path() {
    return path;
  }

  /** Returns the id of the request; "" if it has none. */
  public String id() {
    return id;
  }

  /** Returns what was asked, once that is known. */
  public @Nullable Call call() {
    return call;
  }

  /** Returns how it was answered, once that is known. */
  public @Nullable Answer answer() {
    return answer;
  }

  /** Returns the reason why it was passed on, or nothing if it was not. */
  String relayed() {
    return relayed;
  }

  /** Returns why it was not answered from the cache; "" if there is no reason. */
  public String reason(int status) {
    var reason = Answers.reason(this, status);
    return reason.equals(Series.NONE) ? "" : reason;
  }

  /** Returns what became of it. */
  public Result result() {
    if (answer != null) {
      return Result.of(answer.outcome());
    }
    return relayed.isEmpty() ? Result.FAILED : Result.BYPASSED;
  }

  /** Returns how long it has taken. */
  public long nanosUntil(long nowNanos) {
    return nowNanos - beganNanos;
  }

  /** Returns how long upstream took until its reply began, or -1 if it was not asked. */
  long upstreamNanos() {
    return (repliedNanos == NEVER) ? -1 : repliedNanos - sentNanos;
  }

  /** Returns how long upstream took until the first chunk of its reply, or -1. */
  long firstChunkNanos() {
    return (firstChunkNanos == NEVER) ? -1 : firstChunkNanos - sentNanos;
  }

  /** Returns how much later than upstream's reply its own answer began, or -1. */
  long addedNanos() {
    return (repliedNanos == NEVER || answeredNanos == NEVER)
        ? -1
        : Math.max(0, answeredNanos - beganNanos - upstreamNanos());
  }
}
