package dev.refrain.gateway.controls;

import dev.refrain.Headers;

/** The headers {@code cf-aig-…} of Cloudflare's AI Gateway. */
final class Cloudflare {
  static final String NAMESPACE = "cf-aig-cache-key";

  private Cloudflare() {}

  static void tell(Headers headers, Said said) {
    if (Words.isTrue(headers, "cf-aig-skip-cache") || Words.isTrue(headers, "cf-skip-cache")) {
      said.directive("no-store");
    }
    Words.tellTtl(headers, "cf-aig-cache-ttl", said);
    // There it stands instead of all else in the key. Here it can only part, and never mix.
    headers.all(NAMESPACE).forEach(said::namespace);
  }
}
