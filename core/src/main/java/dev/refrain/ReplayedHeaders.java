package dev.refrain;

import static java.util.stream.Collectors.toSet;

import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Which headers of a reply are true again when it is replayed. */
final class ReplayedHeaders {
  /** About the connection (RFC 9110, 7.6.1), or about the framing of the message. */
  private static final Set<String> CONNECTION =
      Set.of(
          "connection",
          "content-length",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authentication-info",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "via");

  /** About the one exchange in which the reply came, its caller, or the time of it. */
  private static final Set<String> EXCHANGE =
      Set.of(
          "age",
          "alt-svc",
          "authentication-info",
          "cache-control",
          "cache-status",
          "date",
          "etag",
          "expires",
          "last-modified",
          "nel",
          "openai-processing-ms",
          "pragma",
          "refrain-request-id",
          "report-to",
          "retry-after",
          "retry-after-ms",
          "server",
          "server-timing",
          "set-cookie",
          "set-cookie2",
          "strict-transport-security",
          "vary",
          "www-authenticate",
          "x-envoy-upstream-service-time");

  private ReplayedHeaders() {}

  static Headers of(Headers headers) {
    var named = namedByConnection(headers);
    return headers.only(name -> isReplayed(name) && !named.contains(name));
  }

  /** RFC 9111, 3.1: what the sender names in Connection is about the connection, too. */
  private static Set<String> namedByConnection(Headers headers) {
    var fields = headers.all("connection");
    if (fields.isEmpty()) {
      return Set.of(); // as nearly always
    }
    return fields.stream()
        .flatMap(field -> Stream.of(field.toLowerCase(Locale.ROOT).split(",", -1)))
        .map(String::strip)
        .collect(toSet());
  }

  private static boolean isReplayed(String name) {
    return !CONNECTION.contains(name)
        && !EXCHANGE.contains(name)
        && !name.startsWith("cf-")
        && !name.startsWith("anthropic-fast-") // rate limits by another name, as the next ones
        && !name.startsWith("anthropic-priority-")
        && !name.contains("ratelimit")
        && !name.contains("rate-limit");
  }
}
