package dev.refrain.gateway.settings;

import java.util.Map;

/**
 * Whether requests are traced, and where that is told.
 *
 * @param properties what OpenTelemetry is told, by the names that it has for it; there may be
 *     secrets among them
 */
public record TraceSettings(boolean enabled, Map<String, String> properties) {
  /** Nothing is traced. */
  public static final TraceSettings OFF = new TraceSettings(false, Map.of());

  public TraceSettings {
    properties = Map.copyOf(properties);
  }

  @Override
  public String toString() {
    return enabled ? "traces" : "no traces";
  }
}
