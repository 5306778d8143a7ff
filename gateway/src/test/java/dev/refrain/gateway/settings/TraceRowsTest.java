package dev.refrain.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether and where traces go, as OpenTelemetry's own variables and ours say. */
final class TraceRowsTest {
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

  @TempDir Path directory;
  private Trial trial;

  @BeforeEach
  void prepare() {
    trial = new Trial(directory);
  }

  private TraceSettings traces() throws SettingsRefusedException {
    return trial.settings().traces();
  }

  @Test
  void nothingIsTracedUnlessSomebodySaysWhereTo() throws Exception {
    trial.variable("OTEL_SERVICE_NAME", "cache").variable(ENDPOINT, " ");
    assertThat(traces()).isEqualTo(TraceSettings.OFF);
  }

  @Test
  void theUsualVariablesAreHandedOn() throws Exception {
    trial.variable(ENDPOINT, "http://a:4318").variable("OTEL_BSP_MAX_QUEUE_SIZE", "7");
    assertThat(traces().enabled()).isTrue();
    assertThat(traces().properties())
        .containsEntry("otel.exporter.otlp.endpoint", "http://a:4318")
        .containsEntry("otel.bsp.max.queue.size", "7");
  }

  @Test
  void whoAsksForAnExporterGetsTheUsualEndpoint() throws Exception {
    trial.variable("OTEL_TRACES_EXPORTER", "otlp");
    assertThat(traces().enabled()).isTrue();
  }

  @Test
  void theSettingCountsMoreThanTheVariables() throws Exception {
    trial.variable(ENDPOINT, "http://a").variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://b");
    trial.yaml("traces: {endpoint: 'http://c:4318/'}");
    assertThat(traces().properties())
        .containsEntry("otel.exporter.otlp.endpoint", "http://c:4318")
        .doesNotContainKey("otel.exporter.otlp.traces.endpoint");
  }

  @Test
  void whatIsSwitchedOffIsOff() throws Exception {
    trial.variable(ENDPOINT, "http://a").variable("OTEL_SDK_DISABLED", "true");
    assertThat(traces()).isEqualTo(TraceSettings.OFF);
    trial.variable("OTEL_SDK_DISABLED", "false").variable("OTEL_TRACES_EXPORTER", "none");
    assertThat(traces()).isEqualTo(TraceSettings.OFF);
  }

  @Test
  void theirSecretsAreNotShown() throws Exception {
    trial.variable(ENDPOINT, "http://a").variable("OTEL_EXPORTER_OTLP_HEADERS", "key=sk-planted");
    assertThat(trial.load().toString()).doesNotContain("sk-planted");
  }
}
