package dev.refrain.gateway.controls;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Headers;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;

/** The headers {@code x-portkey-cache-…}, and what the one for all of Portkey says of its cache. */
final class Portkey {
  static final String NAMESPACE = "x-portkey-cache-namespace";

  private Portkey() {}

  static void tell(Headers headers, Said said) {
    if (Words.isTrue(headers, "x-portkey-cache-force-refresh")) {
      said.directive("no-cache");
    }
    headers.all(NAMESPACE).forEach(said::namespace);
    headers.all("x-portkey-config").forEach(config -> tell(config, said));
  }

  /** Most configurations are known by name; these lie at Portkey. */
  private static void tell(String config, Said said) {
    if (!config.startsWith("{")) {
      return;
    }
    try {
      var cache = Json.parse(config.getBytes(UTF_8)).get("cache");
      var time = (cache == null) ? null : cache.get("max_age");
      if (time != null && time.is(Kind.NUMBER)) {
        said.directive("ttl=" + Math.max(0, (long) time.asDouble(0)));
      }
    } catch (JsonRejected e) {
      // it says nothing, then
    }
  }
}
