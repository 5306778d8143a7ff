package dev.refrain;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for a recording, as far as it decides the answer, and never who asked: no
 * credential is in it. Immutable.
 */
public final class KeptRequest {
  /*
   * Of the headers there are those that the dialect knows to change answers, and the type of the
   * body, without which some bodies cannot be read. Of the query there are the parameters that are
   * known to be harmless: in any other there may be a credential. So a request with others is kept
   * without them, and whoever would ask it again notices by its key that it is not the same.
   */

  /** What is larger is not kept. */
  public static final int BODY_BYTES_MAX = 1 << 20;

  private static final Set<String> PARAMETERS = Set.of("alt", "$alt", "api-version");
  private static final int OVERHEAD_BYTES = 200;

  private final Request request;

  private KeptRequest(Request request) {
    this.request = request;
  }

  /** Returns what is kept of a request, or null if it is too large for that. */
  static @Nullable KeptRequest of(Dialect dialect, Request request) {
    if (request.body().length > BODY_BYTES_MAX) {
      return null;
    }
    var names = dialect.decidingHeaders();
    var headers =
        request
            .headers()
            .only(name ->
                name.equals("content-type")
                    || names.stream().anyMatch(deciding -> deciding.equalsIgnoreCase(name)));
    return restored(
        Request.of(
            request.upstream(),
            request.method(),
            harmless(request.target()),
            headers,
            request.body()));
  }

  private static String harmless(String target) {
    int mark = target.indexOf('?');
    if (mark < 0) {
      return target;
    }
    var kept = new StringBuilder(target.substring(0, mark));
    char separator = '?';
    for (var parameter : target.substring(mark + 1).split("&", -1)) {
      if (PARAMETERS.contains(parameter.split("=", 2)[0].toLowerCase(Locale.ROOT))) {
        kept.append(separator).append(parameter);
        separator = '&';
      }
    }
    return kept.toString();
  }

  /** Returns one as it was kept. For tiers. */
  public static KeptRequest restored(Request request) {
    return new KeptRequest(request);
  }

  /** Returns it as a request of nobody. */
  public Request request() {
    return request;
  }

  /** Returns about how many bytes of memory this takes. */
  int weight() {
    return OVERHEAD_BYTES
        + request.target().length()
        + request.headers().length()
        + request.body().length;
  }

  @Override
  public boolean equals(Object other) {
    return (other instanceof KeptRequest that)
        && request.upstream().equals(that.request.upstream())
        && request.method().equals(that.request.method())
        && request.target().equals(that.request.target())
        && request.headers().equals(that.request.headers())
        && Arrays.equals(request.body(), that.request.body());
  }

  @Override
  public int hashCode() {
    return Objects.hash(request.target(), Arrays.hashCode(request.body()));
  }

  @Override
  public String toString() {
    return request.toString();
  }
}
