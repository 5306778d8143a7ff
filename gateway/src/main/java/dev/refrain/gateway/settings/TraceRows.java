package dev.refrain.gateway.settings;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where traces go. All else is said by the variables that OpenTelemetry has for all programs. */
final class TraceRows {
  private static final String PREFIX = "OTEL_";
  private static final String DISABLED = "otel.sdk.disabled";
  private static final String EXPORTER = "otel.traces.exporter";
  private static final String ALL_TO = "otel.exporter.otlp.endpoint";
  private static final String TRACES_TO = "otel.exporter.otlp.traces.endpoint";

  private static final Setting<URI> ENDPOINT =
      Setting.optional(
          "traces.endpoint",
          new BaseUrl(),
          "none: OTEL_EXPORTER_OTLP_ENDPOINT, if it is set",
          "Where traces are sent, by OTLP over HTTP, such as http://localhost:4318; see"
              + " docs/traces.md");

  static final Section SECTION =
      new Section(
          "traces",
          "What is told of each call to a collector of OpenTelemetry: never a credential, and no"
              + " prompt or answer",
          List.of(ENDPOINT));

  private TraceRows() {}

  static TraceSettings traces(Draft draft, Map<String, String> environment) {
    var properties = new HashMap<String, String>();
    environment.forEach((name, value) -> {
      if (name.startsWith(PREFIX) && !value.isBlank()) {
        properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value.strip());
      }
    });
    var endpoint = draft.values().find(ENDPOINT);
    if (endpoint != null) {
      properties.remove(TRACES_TO);
      properties.put(ALL_TO, endpoint.toString());
    }
    boolean wanted =
        properties.containsKey(ALL_TO)
            || properties.containsKey(TRACES_TO)
            || properties.containsKey(EXPORTER);
    boolean refused =
        Boolean.parseBoolean(properties.get(DISABLED)) || "none".equals(properties.get(EXPORTER));
    return (wanted && !refused) ? new TraceSettings(true, properties) : TraceSettings.OFF;
  }
}
