package dev.refrain.gateway.settings;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask.
 *
 * @param keys the file of gateway keys; null if callers show the providers' own
 * @param credentials of providers, by the names under which gateway keys know them
 */
public record Access(@Nullable Path keys, Map<String, Secret> credentials) {
  /** Whoever holds a provider's key. */
  public static final Access PASS_THROUGH = new Access(null, Map.of());

  public Access {
    credentials = Map.copyOf(credentials);
  }
}
