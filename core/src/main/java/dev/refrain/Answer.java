package dev.refrain;

import dev.refrain.AnswerBody.Passed;
import dev.refrain.AnswerBody.Recorded;
import dev.refrain.AnswerBody.Relayed;
import dev.refrain.Shelf.Sighting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reply to a call, and how it was come by. Its bytes are read-only: nobody can change what is
 * cached. For one thread but where it says so; closing it early disturbs nobody else.
 */
public final class Answer implements AutoCloseable {
  private static final int OK = 200;
  private static final int GATEWAY_TIMEOUT = 504;

  private final Manner manner;
  private final int status;
  private final Headers headers;
  private final AnswerBody body;
  private final @Nullable Age age;
  private volatile @Nullable Pull pull; // while one is poured that must be asked for each chunk

  private Answer(Manner manner, Head head, AnswerBody body, @Nullable Age age) {
    this.manner = manner;
    this.status = head.status;
    this.headers = head.headers;
    this.body = body;
    this.age = age;
  }

  private record Manner(Outcome outcome, @Nullable Reason reason, @Nullable Share share) {}

  private record Head(int status, Headers headers) {}

  /**
   * How much of a batch lay in the cache.
   *
   * @param known so many items of {@code all}
   */
  public record Share(int known, int all) {
    /** As {@code Cache-Status} tells it. */
    @Override
    public String toString() {
      return known + " of " + all;
    }
  }

  /**
   * How old a recorded answer is.
   *
   * @param ageMillis since its call departed
   * @param leftMillis for how long it is still fresh; negative if it is stale
   * @param etag its entity tag, with quotes
   */
  public record Age(long ageMillis, long leftMillis, String etag) {}

  /** Takes chunks, and makes nobody wait. */
  @FunctionalInterface
  public interface Outlet {
    /** Takes a chunk. Returns false if that was enough until {@link Answer#resume} is called. */
    boolean take(ByteBuffer chunk);
  }

  /** Counts as a hit on what was found. */
  static Answer recorded(Outcome outcome, @Nullable Reason reason, Sighting sighting) {
    var recording = sighting.recording();
    sighting.countHit();
    var age = new Age(sighting.ageMillis(), sighting.leftMillis(), recording.etag());
    var head = new Head(recording.status(), recording.headers());
    return new Answer(
        manner(outcome, reason),
        head,
        new Recorded(recording.chunks(), Cost.of(recording), List.of()),
        age);
  }

  static Answer relayed(Outcome outcome, @Nullable Reason reason, Landing.Live live, Relayed body) {
    var head = new Head(live.status(), live.headers());
    return new Answer(manner(outcome, reason), head, body, null);
  }

  static Answer passed(Outcome outcome, @Nullable Reason reason, Reply reply) {
    var head = new Head(reply.status(), reply.headers());
    return new Answer(manner(outcome, reason), head, new Passed(reply), null);
  }

  /** What was put together from several replies. */
  static Answer joined(
      Outcome outcome, @Nullable Reason reason, Headers headers, Recorded body, @Nullable Age age) {
    return new Answer(manner(outcome, reason), new Head(OK, headers), body, age);
  }

  private static Manner manner(Outcome outcome, @Nullable Reason reason) {
    return new Manner(outcome, reason, null);
  }

  /** Returns this as the answer to a batch, in whose place it is to be used. */
  Answer of(Share share) {
    var told = new Manner(manner.outcome, manner.reason, share);
    return new Answer(told, new Head(status, headers), body, age);
  }

  /** The caller wanted it from the cache only, which has none: RFC 9111, 5.2.1.7. */
  static Answer refused(@Nullable Dialect dialect) {
    var message = "The cache has no answer to this, and only-if-cached forbids to fetch one.";
    var body =
        (dialect == null)
            ? message.getBytes(StandardCharsets.UTF_8)
            : dialect.error(GATEWAY_TIMEOUT, Reason.ONLY_IF_CACHED.toString(), message);
    var type = (dialect == null) ? "text/plain; charset=utf-8" : "application/json";
    var reply = Reply.of(GATEWAY_TIMEOUT, Headers.of("content-type", type), body);
    return passed(Outcome.REFUSED, Reason.ONLY_IF_CACHED, reply);
  }

  /** Returns how it was come by. */
  public Outcome outcome() {
    return manner.outcome;
  }

  /** Returns why it was not answered from the cache, if there was a reason besides its absence. */
  public @Nullable Reason reason() {
    return manner.reason;
  }

  /** Returns how much of a batch lay in the cache, or null if the call was none. */
  public @Nullable Share share() {
    return manner.share;
  }

  /** Returns the HTTP status. */
  public int status() {
    return status;
  }

  /** Returns the headers: upstream's own, or of a recording those that are still true. */
  public Headers headers() {
    return headers;
  }

  /** Returns the age of a recorded answer, or null if it comes from upstream. */
  public @Nullable Age age() {
    return age;
  }

  /**
   * Returns what upstream's reply has cost, be it for another caller. Of one that is under way that
   * is known at its end.
   */
  public Cost cost() {
    return body.cost();
  }

  /**
   * Returns the upstreams that were asked for this on a flight, as those callers have handed them
   * in who led; none if it lay in the cache, or no flight was needed.
   */
  public List<Upstream> payers() {
    return body.payers();
  }

  /** Waits for the next chunk. Returns null at the end, if it is clean. */
  public @Nullable ByteBuffer next() throws IOException, InterruptedException {
    return body.next();
  }

  /** Returns all that {@link #next} would give, if it is there already. */
  public @Nullable ByteBuffer whole() {
    return (body instanceof Recorded recorded) ? recorded.chunks().all() : null;
  }

  /**
   * Has an outlet take all chunks, as they come and on whatever threads bring them: one at a time,
   * and in their order. Returns at the end, if it is clean; the outlet is not used any more
   * afterwards.
   *
   * @param stallMax about how long the outlet may be unable to take anything
   * @throws IOException if the answer broke off, or the outlet stalled or failed
   */
  public void pour(Outlet outlet, Duration stallMax) throws IOException, InterruptedException {
    if (body instanceof Relayed relayed) {
      relayed.reader().pour(outlet::take, stallMax);
    } else {
      var pulled = new Pull(body);
      pull = pulled;
      pulled.pour(outlet, stallMax);
    }
  }

  /** Tells that the outlet can take more. For any thread. */
  public void resume() {
    var pulled = pull;
    if (body instanceof Relayed relayed) {
      relayed.reader().resume();
    } else if (pulled != null) {
      pulled.resume();
    }
  }

  /** Waits for the rest, and returns it as one. */
  public byte[] readAll() throws IOException, InterruptedException {
    var all = new ByteArrayOutputStream();
    for (var chunk = next(); chunk != null; chunk = next()) {
      var bytes = new byte[chunk.remaining()];
      chunk.get(bytes);
      all.writeBytes(bytes);
    }
    return all.toByteArray();
  }

  /** Leaves. What is under way may go on for others, or until it can be kept. */
  @Override
  public void close() {
    body.close();
  }
}
