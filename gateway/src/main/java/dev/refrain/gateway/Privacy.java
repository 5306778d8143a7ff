package dev.refrain.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** Tells caches between here and the client what is whose. */
final class Privacy {
  /*
   * What Cache-Control forbids, fields for some caches alone could allow again (RFC 9213), so what
   * upstream says in them ends here. Vary is for caches that keep what they should not, and for the
   * operator who opens answers.
   */

  private static final String CACHE_CONTROL = "cache-control";

  private final CharSequence cacheControl;
  private final CharSequence vary;
  private final Set<String> deciding;

  /**
   * For answers that are as public as their {@code Cache-Control} says.
   *
   * @param deciding the headers that decide which answer a request gets, in lower case
   */
  Privacy(String cacheControl, List<String> deciding) {
    this.cacheControl = HttpHeaders.createOptimized(cacheControl);
    this.vary = HttpHeaders.createOptimized(String.join(", ", deciding));
    this.deciding = Set.copyOf(deciding);
  }

  /** Returns whether a header, in lower case, decides which answer a request gets. */
  boolean isDeciding(String name) {
    return deciding.contains(name);
  }

  /** Marks an answer, to which nothing was added for which {@link #isForCaches} holds. */
  void mark(BiConsumer<CharSequence, CharSequence> answer) {
    answer.accept(HttpHeaders.CACHE_CONTROL, cacheControl);
    answer.accept(HttpHeaders.VARY, vary);
  }

  /** Marks a relayed reply, which says itself whether it may be kept. */
  void markRelayed(MultiMap reply) {
    reply.add(HttpHeaders.VARY, vary);
  }

  /** Returns whether a header tells caches, or some of them, what they may keep. */
  static boolean isForCaches(String name) {
    int beginning = name.length() - CACHE_CONTROL.length();
    return name.regionMatches(true, beginning, CACHE_CONTROL, 0, CACHE_CONTROL.length())
        || name.equalsIgnoreCase("expires")
        || name.equalsIgnoreCase("surrogate-control");
  }
}
