package dev.refrain.gateway;

import dev.refrain.Headers;
import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Upstream;
import dev.refrain.gateway.settings.Retry;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** An upstream that is asked once more if it said: not now, but in a moment. */
final class RetryingUpstream implements Upstream {
  /*
   * Only two answers say that a call was not begun with: 429 and 503 with a Retry-After. After
   * anything else it may have been, and who repeats it pays twice. A call that never got a
   * connection is repeated where connections are made (HttpUpstream).
   *
   * Who is told to wait for longer than we may is told so himself: he knows better whether it is
   * worth while.
   */

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  private final Upstream upstream;
  private final Retry retry;
  private final RetryBudget budget;
  private final Pause pause;

  /** Lets time pass. */
  @FunctionalInterface
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  RetryingUpstream(Upstream upstream, Retry retry, RetryBudget budget, Pause pause) {
    this.upstream = upstream;
    this.retry = retry;
    this.budget = budget;
    this.pause = pause;
  }

  @Override
  public Reply send(Request request) throws IOException, InterruptedException {
    budget.call();
    var waitLeft = retry.waitTimeMax();
    for (int i = 0; ; i++) {
      var reply = upstream.send(request);
      var wait = (i < retry.max()) ? wait(reply) : null;
      if (wait == null || wait.compareTo(waitLeft) > 0 || !budget.tryRetry()) {
        return reply;
      }
      reply.close();
      waitLeft = waitLeft.minus(wait);
      pause.of(wait);
    }
  }

  /** Returns for how long upstream wants to be left alone, or null if it does not say. */
  private static @Nullable Duration wait(Reply reply) {
    if (reply.status() != TOO_MANY_REQUESTS && reply.status() != UNAVAILABLE) {
      return null;
    }
    long millis = reply.headers().number("retry-after-ms"); // OpenAI's, the more exact one
    if (millis >= 0) {
      return Duration.ofMillis(millis);
    }
    long seconds = reply.headers().number("retry-after");
    return (seconds < 0) ? untilDate(reply.headers()) : Duration.ofSeconds(seconds);
  }

  /** A date counts from upstream's own, as its clock need not be ours. */
  private static @Nullable Duration untilDate(Headers headers) {
    var now = date(headers.get("date"));
    var then = date(headers.get("retry-after"));
    if (now == null || then == null) {
      return null;
    }
    return then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
  }

  private static @Nullable Instant date(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
    } catch (DateTimeException e) {
      return null; // as good as none
    }
  }
}
