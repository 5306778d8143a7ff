package dev.refrain.gateway;

import dev.refrain.flight.FlightsFullException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;

/**
 * An error that the gateway itself tells a client. Never 409, which the vendors' clients take for
 * an invitation to try again.
 */
enum Failure {
  BAD_REQUEST(400, "bad_request"),
  NOT_FOUND(404, "not_found"),
  METHOD_NOT_ALLOWED(405, "method_not_allowed"),
  TOO_SLOW(408, "request_timeout"),
  TOO_LARGE(413, "body_too_large"),
  TARGET_TOO_LONG(414, "target_too_long"),
  HEADERS_TOO_LARGE(431, "headers_too_large"),
  UPGRADE_UNSUPPORTED(501, "upgrade_unsupported"),
  UPSTREAM_UNREACHABLE(502, "upstream_unreachable"),
  OVERLOADED(503, "overloaded"),
  UPSTREAM_TIMEOUT(504, "upstream_timeout"),
  INTERNAL(500, "internal_error");

  private final int status;
  private final String code;

  Failure(int status, String code) {
    this.status = status;
    this.code = code;
  }

  /** Returns what to tell a client of a failed call. */
  static Failure of(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof FlightsFullException) {
        return OVERLOADED;
      }
      if (cause instanceof UpstreamTimeoutException) {
        return UPSTREAM_TIMEOUT;
      }
    }
    return (failure instanceof IOException) ? UPSTREAM_UNREACHABLE : INTERNAL;
  }

  /** Returns what to say of it: what upstream did, and nothing of what lies within. */
  static String message(IOException failure) {
    return switch (of(failure)) {
      case OVERLOADED -> "Too many calls are under way; try again in a moment.";
      case UPSTREAM_TIMEOUT -> "The upstream did not reply in time.";
      default -> "The upstream could not be reached, or its reply broke off.";
    };
  }

  /** Answers a request with this, in the style of the vendor whose path it is. */
  void answer(HttpServerRequest request, String message) {
    var response = request.response();
    if (response.headWritten() || response.closed()) {
      return;
    }
    response.setStatusCode(status).putHeader("content-type", "application/json");
    if (this == OVERLOADED) {
      response.putHeader("retry-after", "1");
    }
    if (!request.isEnded()) {
      response.putHeader(
          "connection", "close"); // the rest of its body would be taken for a request
    }
    var path = (request.path() == null) ? "" : request.path();
    response.end(Buffer.buffer(ErrorStyle.of(path).write(status, code, message)));
  }
}
