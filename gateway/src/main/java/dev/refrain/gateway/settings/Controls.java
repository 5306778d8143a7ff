package dev.refrain.gateway.settings;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What callers may say about caching, and what answers tell other caches.
 *
 * @param products whose controls are understood besides HTTP's own
 * @param forbidden what is as if not said
 * @param ttlMin a shorter {@code ttl} or {@code max-age} counts as this
 * @param ttlMax a longer {@code ttl} counts as this; null for none but the greatest age of all
 * @param variantsMax how many answers to one call may be kept
 * @param answers the {@code Cache-Control} of answers
 */
public record Controls(
    Set<Product> products,
    Set<Control> forbidden,
    Duration ttlMin,
    @Nullable Duration ttlMax,
    int variantsMax,
    String answers) {

  /** All is allowed, and no cache but Refrain keeps anything. */
  public static final Controls DEFAULT =
      new Controls(
          EnumSet.allOf(Product.class), Set.of(), Duration.ZERO, null, 20, "private, no-store");

  public Controls {
    products = Set.copyOf(products);
    forbidden = Set.copyOf(forbidden);
  }

  /** Another gateway whose callers move here. */
  public enum Product {
    LITELLM,
    HELICONE,
    CLOUDFLARE,
    PORTKEY;

    /** Returns the headers that say there who asks, and whom. */
    public List<String> credentials() {
      return switch (this) {
        case LITELLM -> List.of("x-litellm-api-key");
        case HELICONE -> List.of("helicone-auth", "helicone-target-url");
        case CLOUDFLARE -> List.of("cf-aig-authorization", "cf-aig-byok-alias");
        case PORTKEY ->
            List.of(
                "x-portkey-api-key",
                "x-portkey-virtual-key",
                "x-portkey-provider",
                "x-portkey-config");
      };
    }

    @Override
    public String toString() {
      return label(this);
    }
  }

  /** Something that a caller can say about caching. */
  public enum Control {
    NO_CACHE,
    NO_STORE,
    ONLY_IF_CACHED,
    MAX_AGE,
    MAX_STALE,
    MIN_FRESH,
    STALE_IF_ERROR,
    TTL,
    NAMESPACE,
    VARIANTS;

    @Override
    public String toString() {
      return label(this);
    }
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
