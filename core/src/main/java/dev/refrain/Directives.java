package dev.refrain;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a caller says by {@code Cache-Control} (RFC 9111, section 5.2.1, and {@code stale-if-error}
 * of RFC 5861). Absent limits are null.
 *
 * @param maxStale how stale an answer may be; without a value in the header, as stale as it likes
 */
public record Directives(
    boolean noCache,
    boolean noStore,
    boolean onlyIfCached,
    @Nullable Duration maxAge,
    @Nullable Duration maxStale,
    @Nullable Duration minFresh,
    @Nullable Duration staleIfError) {

  /** Nothing said. */
  public static final Directives NONE = new Directives(false, false, false, null, null, null, null);

  private static final long SECONDS_MAX = Integer.MAX_VALUE; // RFC 9111, 1.2.2
  private static final Duration FOREVER = Duration.ofSeconds(SECONDS_MAX);

  /** Reads {@code Cache-Control}, or {@code Pragma} where that is all there is. */
  public static Directives of(Headers headers) {
    var fields = headers.all("cache-control");
    if (fields.isEmpty()) {
      var pragma = headers.get("pragma");
      boolean noCache = (pragma != null) && pragma.toLowerCase(Locale.ROOT).contains("no-cache");
      return noCache ? new Directives(true, false, false, null, null, null, null) : NONE;
    }
    var parsed = new Parsed();
    for (var field : fields) {
      for (var directive : field.split(",", -1)) {
        parsed.add(directive.strip());
      }
    }
    return parsed.directives();
  }

  /** Returns whether the caller limits the age of what he wants. */
  boolean limitsAge() {
    return (maxAge != null) || (minFresh != null);
  }

  private static final class Parsed {
    boolean noCache;
    boolean noStore;
    boolean onlyIfCached;
    @Nullable Duration maxAge;
    @Nullable Duration maxStale;
    @Nullable Duration minFresh;
    @Nullable Duration staleIfError;

    void add(String directive) {
      int equals = directive.indexOf('=');
      var name = (equals < 0) ? directive : directive.substring(0, equals).strip();
      var value = (equals < 0) ? null : directive.substring(equals + 1).strip();
      switch (name.toLowerCase(Locale.ROOT)) {
        case "no-cache" -> noCache = true;
        case "no-store" -> noStore = true;
        case "only-if-cached" -> onlyIfCached = true;
        case "max-age" -> maxAge = shorter(maxAge, seconds(value, Duration.ZERO));
        case "min-fresh" -> minFresh = longer(minFresh, seconds(value, FOREVER));
        case "max-stale" ->
            maxStale = shorter(maxStale, (value == null) ? FOREVER : seconds(value, Duration.ZERO));
        case "stale-if-error" ->
            staleIfError = shorter(staleIfError, seconds(value, Duration.ZERO));
        default -> {} // RFC 9111: unknown directives are ignored, and no-transform is always kept
      }
    }

    Directives directives() {
      return new Directives(
          noCache, noStore, onlyIfCached, maxAge, maxStale, minFresh, staleIfError);
    }

    /** What cannot be read is taken in the sense that serves the least from the cache. */
    private static Duration seconds(@Nullable String value, Duration strictest) {
      if (value == null) {
        return strictest;
      }
      var digits =
          value.startsWith("\"") && value.endsWith("\"") && value.length() > 2
              ? value.substring(1, value.length() - 1)
              : value;
      if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return strictest;
      }
      long seconds = 0;
      for (int i = 0; i < digits.length(); i++) {
        seconds = Math.min(SECONDS_MAX, 10 * seconds + (digits.charAt(i) - '0'));
      }
      return Duration.ofSeconds(seconds);
    }

    private static Duration shorter(@Nullable Duration one, Duration other) {
      return (one == null || other.compareTo(one) < 0) ? other : one;
    }

    private static Duration longer(@Nullable Duration one, Duration other) {
      return (one == null || other.compareTo(one) > 0) ? other : one;
    }
  }
}
