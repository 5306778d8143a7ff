package dev.refrain;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a caller says by {@code Cache-Control} (RFC 9111, section 5.2.1, {@code stale-if-error} of
 * RFC 5861, and {@code ttl}, which is Refrain's own). Absent limits are null.
 *
 * @param maxStale how stale an answer may be; without a value in the header, as stale as it likes
 * @param ttl how long an answer is fresh, instead of what the operator says: both the one that is
 *     fetched for this call, for whomever it is given to, and the one that this caller takes
 */
public record Directives(
    boolean noCache,
    boolean noStore,
    boolean onlyIfCached,
    @Nullable Duration maxAge,
    @Nullable Duration maxStale,
    @Nullable Duration minFresh,
    @Nullable Duration staleIfError,
    @Nullable Duration ttl) {

  /** Nothing said. */
  public static final Directives NONE =
      new Directives(false, false, false, null, null, null, null, null);

  private static final Directives PRAGMA =
      new Directives(true, false, false, null, null, null, null, null);

  private static final long SECONDS_MAX = Integer.MAX_VALUE; // RFC 9111, 1.2.2
  private static final Duration FOREVER = Duration.ofSeconds(SECONDS_MAX);

  /** Reads {@code Cache-Control}, or {@code Pragma} where that is all there is. */
  public static Directives of(Headers headers) {
    var fields = headers.all("cache-control");
    if (fields.isEmpty()) {
      var pragma = headers.get("pragma");
      boolean noCache = (pragma != null) && pragma.toLowerCase(Locale.ROOT).contains("no-cache");
      return noCache ? PRAGMA : NONE;
    }
    return of(fields);
  }

  /** Reads the fields of {@code Cache-Control}. */
  public static Directives of(List<String> fields) {
    var parsed = new Parsed();
    for (var field : fields) {
      for (var directive : field.split(",", -1)) {
        parsed.add(directive.strip());
      }
    }
    return parsed.directives();
  }

  /** Returns what these and others say together: of each limit the stricter one. */
  public Directives and(Directives other) {
    if (other.equals(NONE)) {
      return this;
    }
    return new Directives(
        noCache || other.noCache,
        noStore || other.noStore,
        onlyIfCached || other.onlyIfCached,
        shorter(maxAge, other.maxAge),
        shorter(maxStale, other.maxStale),
        longer(minFresh, other.minFresh),
        shorter(staleIfError, other.staleIfError),
        shorter(ttl, other.ttl));
  }

  /** Returns whether the caller limits the age of what he wants. */
  boolean limitsAge() {
    return (maxAge != null) || (minFresh != null) || (ttl != null);
  }

  /** Returns how old at most an answer may be that others have asked for, or null. */
  @Nullable Duration ageMax() {
    return shorter(maxAge, ttl);
  }

  private static @Nullable Duration shorter(@Nullable Duration one, @Nullable Duration other) {
    return (one == null || (other != null && other.compareTo(one) < 0)) ? other : one;
  }

  private static @Nullable Duration longer(@Nullable Duration one, @Nullable Duration other) {
    return (one == null || (other != null && other.compareTo(one) > 0)) ? other : one;
  }

  private static final class Parsed {
    boolean noCache;
    boolean noStore;
    boolean onlyIfCached;
    @Nullable Duration maxAge;
    @Nullable Duration maxStale;
    @Nullable Duration minFresh;
    @Nullable Duration staleIfError;
    @Nullable Duration ttl;

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
        case "ttl" -> ttl = shorter(ttl, seconds(value, Duration.ZERO));
        default -> {} // RFC 9111: unknown directives are ignored, and no-transform is always kept
      }
    }

    Directives directives() {
      return new Directives(
          noCache, noStore, onlyIfCached, maxAge, maxStale, minFresh, staleIfError, ttl);
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
  }
}
