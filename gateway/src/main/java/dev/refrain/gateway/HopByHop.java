package dev.refrain.gateway;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map.Entry;
import java.util.Set;
import java.util.function.BiConsumer;

/** Headers that are about one connection only, and so never passed on (RFC 9110, 7.6.1). */
final class HopByHop {
  private static final Set<String> ALWAYS =
      Set.of(
          "connection",
          "http2-settings", // RFC 9113, 3.1
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection", // never standard, often sent
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private HopByHop() {}

  /** Copies what is to be passed on. */
  static void copy(Iterable<Entry<String, String>> from, BiConsumer<String, String> to) {
    var named = named(from);
    for (var header : from) {
      var name = header.getKey().toLowerCase(Locale.ROOT);
      if (!name.isEmpty() && !ALWAYS.contains(name) && !named.contains(name)) {
        to.accept(header.getKey(), header.getValue());
      }
    }
  }

  /** Those that the sender itself declared to be about the connection. */
  private static Set<String> named(Iterable<Entry<String, String>> headers) {
    var named = new HashSet<String>();
    for (var header : headers) {
      if (header.getKey().equalsIgnoreCase("connection")) {
        Arrays.stream(header.getValue().split(",", -1))
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .forEach(named::add);
      }
    }
    return named;
  }
}
