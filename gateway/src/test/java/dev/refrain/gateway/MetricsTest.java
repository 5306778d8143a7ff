package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.figures.PrometheusText;
import dev.refrain.gateway.settings.Access;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Poll;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus is told, whatever callers send. */
@Timeout(60)
final class MetricsTest {
  private static final byte[] REPLY = Wire.json(Samples.COMPLETION);
  private static final int FLOOD = 250;
  private static final int NAMES_MAX = 100;

  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private PrometheusText metrics() {
    return PrometheusText.read(stage.gateway().figures().metrics());
  }

  /** Reads the metrics once so many calls are counted. */
  private PrometheusText after(int calls) throws InterruptedException {
    Poll.until(calls + " calls", () -> metrics().sum("refrain_answers_total") >= calls);
    return metrics();
  }

  @Test
  void everyAnswerIsCountedByWhatBecameOfIt() throws Exception {
    stage.provider().next(REPLY);
    stage.provider().next(REPLY);
    stage.chat(Samples.chat("Who?"));
    stage.chat(Samples.chat("Who?"), "refrain-namespace: tests");
    stage.chat(Samples.chat("Who?"));
    var request = "GET /-/metrics HTTP/1.1\r\nhost: localhost\r\n\r\n".getBytes(UTF_8);
    after(3);
    var reply = stage.call(request);

    assertThat(reply.header("content-type")).startsWith("text/plain; version=0.0.4");
    var metrics = PrometheusText.read(reply.text());
    assertThat(metrics.value("refrain_answers_total", series("fetched", "none", "none")))
        .isEqualTo(1);
    assertThat(metrics.value("refrain_answers_total", series("fetched", "tests", "none")))
        .isEqualTo(1);
    assertThat(metrics.value("refrain_answers_total", series("replayed", "none", "none")))
        .isEqualTo(1);
    assertThat(metrics.value("refrain_answer_duration_seconds_count", "outcome", "replayed"))
        .isEqualTo(1);
    assertThat(metrics.value("refrain_upstream_calls_total", "upstream", "openai", "status", "2xx"))
        .isEqualTo(2);
    assertThat(metrics.value("refrain_tokens_saved_total", "model", "gpt-test", "kind", "output"))
        .isEqualTo(4);
    assertThat(metrics.value("refrain_replies_kept_total")).isEqualTo(2);
    assertThat(metrics.value("refrain_tier_entries", "tier", "memory")).isEqualTo(2);
    assertThat(metrics.value("refrain_tier_breaker", "tier", "memory", "state", "closed"))
        .isEqualTo(1);
    assertThat(metrics.value("refrain_served_age_seconds_count")).isEqualTo(1);
    assertThat(metrics.value("refrain_models_unpriced")).isEqualTo(1);
    assertThat(metrics.names())
        .contains("jvm_memory_used_bytes", "process_files_open_files", "process_cpu_usage")
        .contains("jvm_threads_live_threads", "process_start_time_seconds");
  }

  private static String[] series(String outcome, String namespace, String reason) {
    return new String[] {
      "outcome",
      outcome,
      "dialect",
      "openai-chat",
      "model",
      "gpt-test",
      "namespace",
      namespace,
      "reason",
      reason
    };
  }

  @Test
  void namesThatNobodyAnswersToTakeNoPlace() throws Exception {
    stage.provider().otherwise(Acts.reply(Wire.json(404, "{\"error\":{\"message\":\"?\"}}")));
    flood("made-up-");
    stage.provider().otherwise(Acts.reply(REPLY));
    stage.chat(Samples.chat("Who?"));

    var metrics = after(FLOOD + 1);
    assertThat(metrics.series("refrain_answers_total")).isEqualTo(2);
    assertThat(metrics.value("refrain_answers_total", series("fetched", "none", "none")))
        .isEqualTo(1);
  }

  @Test
  void hostileNamesMakeNoMoreSeriesThanThereMayBe() throws Exception {
    stage.provider().otherwise(Acts.reply(REPLY));
    flood("\\\" \\\\ \\n # {} \\u2028 ");
    var metrics = after(FLOOD);
    assertThat(metrics.series("refrain_answers_total")).isEqualTo(NAMES_MAX + 1);
    assertThat(metrics.series("refrain_money_saved_dollars_total")).isEqualTo(NAMES_MAX + 1);
    assertThat(metrics.sum("refrain_answers_total")).isEqualTo(FLOOD);
  }

  private void flood(String name) throws Exception {
    try (var client = stage.client()) {
      for (int i = 0; i < FLOOD; i++) {
        var body = Samples.chat("Who?").replace("gpt-test", name + i);
        client.call(Wire.post(Samples.CHAT, body, "refrain-namespace: " + i));
      }
    }
  }

  @Test
  void whoIsTurnedAwayIsCountedByTheReason(@TempDir Path directory) throws Exception {
    stage.close();
    var access = new Access(directory.resolve("keys.json"), Map.of());
    stage = Stage.set(setup -> setup.access(access));
    assertThat(stage.chat(Samples.chat("Who?")).status()).isEqualTo(401);
    assertThat(metrics().value("refrain_turned_away_total", "code", "invalid_api_key"))
        .isEqualTo(1);
    assertThat(metrics().sum("refrain_answers_total")).isZero();
  }
}
