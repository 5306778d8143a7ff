package dev.refrain;

/**
 * What a caller wishes of the cache.
 *
 * @param namespace the prompt version or the like to which he assigns the call
 * @param variants how many different answers to the same call he wants kept, and given in turn; 1
 *     for one that is always the same
 */
public record Wishes(Directives directives, String namespace, int variants) {
  public Wishes {
    if (variants < 1) {
      throw new IllegalArgumentException(variants + " variants");
    }
  }

  /** Reads them from {@code Cache-Control} and {@link Header#NAMESPACE}. */
  public static Wishes of(Headers headers) {
    var namespace = headers.get(Header.NAMESPACE);
    return new Wishes(Directives.of(headers), (namespace == null) ? "" : namespace, 1);
  }
}
