package dev.refrain.gateway;

import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map.Entry;
import java.util.Set;
import java.util.function.BiConsumer;

/** Headers that are about one connection only, and so never passed on (RFC 9110, 7.6.1). */
final class HopByHop {
  private static final String CONNECTION = "connection";

  private static final Set<String> ALWAYS =
      Set.of(
          CONNECTION,
          "http2-settings", // RFC 9113, 3.1
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection", // never standard, often sent
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** What is said to us; no sender can have that forgotten. */
  private static final Set<String> OURS = Set.of("close", "content-length", "expect", "host");

  private HopByHop() {}

  /**
   * Leaves out of a request what its sender declared to be about the connection. Else it would
   * decide here who asks and for what, and then not be passed on; and neither would what the
   * gateway itself puts in its place.
   */
  static void dropNamed(MultiMap headers) {
    if (!headers.contains(CONNECTION)) {
      return;
    }
    var named = named(headers);
    var ours = named.stream().filter(name -> ALWAYS.contains(name) || OURS.contains(name)).toList();
    if (ours.size() < named.size()) {
      named.forEach(name -> {
        if (!ours.contains(name)) {
          headers.remove(name);
        }
      });
      headers.set(CONNECTION, String.join(", ", ours));
    }
  }

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
    var named = Set.<String>of(); // nearly always
    for (var header : headers) {
      if (header.getKey().equalsIgnoreCase(CONNECTION)) {
        named = named.isEmpty() ? new HashSet<>() : named;
        Arrays.stream(header.getValue().split(",", -1))
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .forEach(named::add);
      }
    }
    return named;
  }
}
