package dev.refrain;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recordings in other forms than they were made in. Each lives no longer than the recording from
 * which it was made: keys are weak, and so compared by identity.
 */
final class Conversions {
  private static final Logger log = LoggerFactory.getLogger(Conversions.class);

  private final Cache<Recording, Map<Form, Recording>> converted;

  Conversions(long bytesMax) {
    converted =
        Caffeine.newBuilder()
            .weakKeys()
            .maximumWeight(bytesMax)
            .weigher((Recording recording, Map<Form, Recording> forms) ->
                forms.values().stream().mapToInt(Recording::weight).sum())
            .build();
  }

  /** Returns the other form if it was made before. */
  @Nullable Recording peek(Recording recording, Form form) {
    var forms = converted.getIfPresent(recording);
    return (forms == null) ? null : forms.get(form);
  }

  /** Returns the other form, or null if there is none without loss. */
  @Nullable Recording convert(Dialect dialect, Recording recording, Form form) {
    var known = peek(recording, form);
    if (known != null) {
      return known;
    }
    var made = make(dialect, recording, form);
    if (made != null) {
      converted.asMap().merge(recording, Map.of(form, made), Conversions::union);
    }
    return made;
  }

  private static @Nullable Recording make(Dialect dialect, Recording recording, Form form) {
    try {
      return dialect.convert(recording, form);
    } catch (RuntimeException e) {
      log.warn("Dialect {} failed to convert a recording", dialect.name(), e);
      return null;
    }
  }

  private static Map<Form, Recording> union(Map<Form, Recording> one, Map<Form, Recording> other) {
    var both = new HashMap<>(one);
    both.putAll(other);
    return Map.copyOf(both);
  }
}
