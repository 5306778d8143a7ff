package dev.refrain.gateway;

import dev.refrain.Header;
import dev.refrain.LeaderLostException;
import dev.refrain.UpstreamTooSlowException;
import dev.refrain.flight.FlightsFullException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An error that the gateway itself tells a client. Never 409, which the vendors' clients take for
 * an invitation to try again.
 */
enum Failure {
  BAD_REQUEST(400, "bad_request"),
  UNAUTHORIZED(401, "invalid_api_key"),
  FORBIDDEN(403, "forbidden"),
  NOT_FOUND(404, "not_found"),
  METHOD_NOT_ALLOWED(405, "method_not_allowed"),
  TOO_SLOW(408, "request_timeout"),
  TOO_LARGE(413, "body_too_large"),
  TARGET_TOO_LONG(414, "target_too_long"),
  RATE_LIMITED(429, "rate_limit_exceeded"),
  BUDGET_SPENT(429, "insufficient_quota"),
  BUDGET_HELD(429, "rate_limit_exceeded"),
  HEADERS_TOO_LARGE(431, "headers_too_large"),
  ENCODING_UNSUPPORTED(501, "transfer_encoding_unsupported"),
  UPSTREAM_UNREACHABLE(502, "upstream_unreachable"),
  OVERLOADED(503, "overloaded"),
  UPSTREAM_TIMEOUT(504, "upstream_timeout"),
  INTERNAL(500, "internal_error");

  private static final Logger log = LoggerFactory.getLogger(Failure.class);
  private static final String OVERLOADED_MESSAGE =
      "Too many calls are under way; try again in a moment.";
  private static final long REFUSAL_MILLIS = 500;

  private final int status;
  private final String code;

  Failure(int status, String code) {
    this.status = status;
    this.code = code;
  }

  /** Returns the short name for programs. */
  String code() {
    return code;
  }

  /** Returns what to tell a client of a failed call. */
  static Failure of(Throwable failure) {
    var unpaid = UnpaidException.behind(failure);
    if (unpaid != null) {
      return unpaid.failure();
    }
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof FlightsFullException
          || cause instanceof OverloadedException
          || cause instanceof ConnectionPoolTooBusyException) {
        return OVERLOADED;
      }
      if (cause instanceof UpstreamTooSlowException || cause instanceof TimeoutException) {
        return UPSTREAM_TIMEOUT;
      }
    }
    return (failure instanceof IOException) ? UPSTREAM_UNREACHABLE : INTERNAL;
  }

  /** Returns what to say of it: what upstream did, and nothing of what lies within. */
  static String message(IOException failure) {
    var unpaid = UnpaidException.behind(failure);
    if (unpaid != null) {
      return unpaid.words();
    }
    return switch (of(failure)) {
      case OVERLOADED -> OVERLOADED_MESSAGE;
      case UPSTREAM_TIMEOUT -> "The upstream did not reply in time.";
      default -> "The upstream could not be reached, or its reply broke off.";
    };
  }

  /** Does what answers a request, and answers it itself if that fails as nobody foresaw. */
  static void guard(HttpServerRequest request, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      unforeseen(request, e);
    }
  }

  /** Answers a request after a failure that nobody foresaw. */
  static void unforeseen(HttpServerRequest request, Throwable cause) {
    log.error("{} {} failed", request.method(), request.path(), cause);
    INTERNAL.answer(request, "Refrain failed on this call; its log says how.");
  }

  /** Answers a request with this, in the style of the vendor whose path it is. */
  void answer(HttpServerRequest request, String message) {
    answer(request, message, Map.of());
  }

  /** Answers a request after which nothing on its connection can be trusted, and closes that. */
  void answerLast(HttpServerRequest request, String message) {
    answer(request, message, Map.of(), true);
    request.connection().close();
  }

  /** Returns what to say at the end of a stream of which the rest is lost. */
  static Buffer lostEvent(HttpServerRequest request) {
    var failure = UPSTREAM_UNREACHABLE;
    return Buffer.buffer(
        ErrorStyle.of(request).event(failure.status, failure.code, "The rest of this is lost."));
  }

  /** Returns whether an answer broke off since the process whose reply it followed is gone. */
  static boolean isLeaderLost(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LeaderLostException) {
        return true;
      }
    }
    return false;
  }

  /** Answers a request for which there is no room at the moment. */
  static void answerOverload(HttpServerRequest request) {
    OVERLOADED.answer(request, OVERLOADED_MESSAGE);
  }

  /** Answers a request for which only other methods, separated by commas, are known. */
  static void answerMethod(HttpServerRequest request, String allowed) {
    METHOD_NOT_ALLOWED.answer(
        request, "This path knows only " + allowed + ".", Map.of("allow", allowed));
  }

  /**
   * Answers what is no request at all, and hangs up: after a while, since whoever hangs up while
   * something is still being sent to him takes the answer back.
   */
  void refuse(Vertx vertx, HttpServerRequest request, String message) {
    var response = request.response();
    var body = body(request, message);
    response.setStatusCode(status).putHeader("content-type", "application/json");
    response.putHeader("connection", "close");
    response.putHeader("content-length", Integer.toString(body.length()));
    response.write(body);
    vertx.setTimer(REFUSAL_MILLIS, id -> response.end());
  }

  /** Answers a request with further headers. */
  void answer(HttpServerRequest request, String message, Map<String, String> headers) {
    answer(request, message, headers, false);
  }

  private void answer(
      HttpServerRequest request, String message, Map<String, String> headers, boolean last) {
    var response = request.response();
    if (response.headWritten()) {
      Framing.breakOff(response); // what has begun cannot be told to have failed
      return;
    }
    if (response.closed()) {
      return;
    }
    var id = response.headers().get(Header.REQUEST_ID);
    response.headers().clear(); // those of an answer that came to nothing
    if (id != null) {
      response.putHeader(Header.REQUEST_ID, id);
    }
    response.setStatusCode(status).putHeader("content-type", "application/json");
    response.putHeader("cache-control", "no-store");
    if (this == OVERLOADED || this == BUDGET_HELD) {
      response.putHeader("retry-after", "1");
    } else if (this == BUDGET_SPENT) {
      response.putHeader("x-should-retry", "false"); // it helps nobody before the month is over
    }
    headers.forEach(response::putHeader);
    boolean early = Remainder.mayFollow(request);
    if ((early || last) && request.version() != HttpVersion.HTTP_2) {
      response.putHeader("connection", "close");
    }
    response.end(body(request, message));
    if (early) {
      Remainder.discard(request);
    }
  }

  private Buffer body(HttpServerRequest request, String message) {
    return Buffer.buffer(ErrorStyle.of(request).write(status, code, message));
  }
}
