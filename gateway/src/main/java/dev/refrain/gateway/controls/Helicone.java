package dev.refrain.gateway.controls;

import dev.refrain.Headers;

/** The headers {@code Helicone-Cache-…}. */
final class Helicone {
  static final String NAMESPACE = "helicone-cache-seed";
  private static final String ENABLED = "helicone-cache-enabled";
  private static final int DIGITS_MAX = 9;

  private Helicone() {}

  static void tell(Headers headers, Said said) {
    if (Words.isTrue(headers, ENABLED)) {
      var time = said.standard().maxAge(); // which means there how long an answer lives
      if (time != null) {
        said.directive("ttl=" + time.toSeconds());
      }
    } else if (headers.get(ENABLED) != null) {
      said.directive("no-store");
    }
    headers.all(NAMESPACE).forEach(said::namespace);
    var size = headers.get("helicone-cache-bucket-max-size");
    if (size != null) {
      said.variants(count(size.strip()));
    }
  }

  /** What is no number, or none from which one could draw, is as if not said. */
  private static int count(String digits) {
    boolean isCount =
        !digits.isEmpty()
            && digits.length() <= DIGITS_MAX
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return isCount ? Math.max(1, Integer.parseInt(digits)) : 1;
  }
}
