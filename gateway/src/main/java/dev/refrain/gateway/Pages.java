package dev.refrain.gateway;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/** The few fixed pages of the gateway. */
final class Pages {
  private Pages() {}

  static void welcome(HttpServerRequest request) {
    if (!isRead(request)) {
      return;
    }
    var authority = request.authority();
    var host = (authority == null) ? "127.0.0.1:8484" : authority.toString();
    request
        .response()
        .putHeader("content-type", "text/plain; charset=utf-8")
        .end(
            """
            This is Refrain, the response cache for language models.

            Point your client here instead of at its vendor:
              OpenAI clients      base URL  http://%1$s/v1
              any known upstream  base URL  http://%1$s/NAME/v1

            Or try it at once, with no key and no network: the second time it comes at once.
              http://%1$s/ask?q=What+is+a+refrain
            """
                .formatted(host));
  }

  static void healthy(HttpServerRequest request) {
    if (!isRead(request)) {
      return;
    }
    request
        .response()
        .putHeader("content-type", "application/json")
        .putHeader("cache-control", "no-store")
        .end("{\"status\":\"ok\"}");
  }

  /** Pages are only read: whoever wants more is told so. */
  private static boolean isRead(HttpServerRequest request) {
    boolean read =
        request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    if (!read) {
      Failure.answerMethod(request, "GET, HEAD");
    }
    return read;
  }
}
