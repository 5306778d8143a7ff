package dev.refrain.gateway;

import dev.refrain.gateway.keys.KeyText;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The gateway keys that a request shows.
 *
 * @param texts none, or one, or different ones
 * @param query of the request, without any credential
 */
record ShownKeys(Set<String> texts, @Nullable String query) {
  private static final String BEARER = "bearer ";

  /** Where browsers, which can set no header, show OpenAI's Realtime API a key. */
  private static final String PROTOCOLS = "sec-websocket-protocol";

  private static final String KEY_PROTOCOL = "openai-insecure-api-key.";

  ShownKeys {
    texts = Set.copyOf(texts);
  }

  /**
   * Finds the keys, and takes whatever could be a credential out of the request, so that nothing
   * which is done with it later can pass it on.
   */
  static ShownKeys take(MultiMap headers, @Nullable String query) {
    var found = new LinkedHashSet<String>();
    for (var name : Credentials.KNOWN) {
      for (var value : headers.getAll(name)) {
        boolean bearer = value.regionMatches(true, 0, BEARER, 0, BEARER.length());
        add(bearer ? value.substring(BEARER.length()) : value, found);
      }
      headers.remove(name);
    }
    takeProtocols(headers, found);
    return new ShownKeys(found, (query == null) ? null : takeParameters(query, found));
  }

  private static void add(String text, Set<String> found) {
    if (KeyText.looksLikeOne(text.strip())) {
      found.add(text.strip());
    }
  }

  private static void takeProtocols(MultiMap headers, Set<String> found) {
    var lines = headers.getAll(PROTOCOLS);
    if (lines.isEmpty()) {
      return;
    }
    var others = new ArrayList<String>();
    for (var protocol : List.of(String.join(",", lines).split(",", -1))) {
      if (protocol.strip().startsWith(KEY_PROTOCOL)) {
        add(protocol.strip().substring(KEY_PROTOCOL.length()), found);
      } else {
        others.add(protocol.strip());
      }
    }
    headers.remove(PROTOCOLS);
    if (!others.isEmpty()) {
      headers.add(PROTOCOLS, String.join(", ", others));
    }
  }

  private static @Nullable String takeParameters(String query, Set<String> found) {
    var others = new ArrayList<String>();
    for (var parameter : List.of(query.split("&", -1))) {
      var nameAndValue = parameter.split("=", 2);
      if (!Credentials.PARAMETERS.containsKey(decoded(nameAndValue[0]))) {
        others.add(parameter);
      } else if (nameAndValue.length > 1) {
        add(nameAndValue[1], found);
      }
    }
    return others.isEmpty() ? null : String.join("&", others);
  }

  /** Upstream may decode a name before it looks at it. */
  private static String decoded(String name) {
    try {
      return QueryStringDecoder.decodeComponent(name);
    } catch (IllegalArgumentException e) { // a percent sign before what is no number
      return name;
    }
  }
}
