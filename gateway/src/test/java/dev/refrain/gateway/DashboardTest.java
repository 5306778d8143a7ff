package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Holdings;
import dev.refrain.gateway.figures.LogSettings;
import dev.refrain.gateway.figures.PrometheusText;
import dev.refrain.gateway.figures.Result;
import dev.refrain.gateway.settings.FigureSettings;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What the dashboard and the alerts ask for is there to be asked for. */
@Timeout(60)
final class DashboardTest {
  private static final Pattern METRIC =
      Pattern.compile("\\b((?:refrain|jvm|process)_[a-z_]+)\\b(?:\\{([^}]*)})?(?=[\\[ )/\\n]|$)");
  private static final Pattern SELECTED = Pattern.compile("(\\w+)(?:=~|!=|!~|=)\"([^\"]*)\"");
  private static final Pattern GROUPED =
      Pattern.compile("\\b(?:by|on|ignoring|group_left|without) ?\\(([^)]*)\\)");
  private static final Pattern SHOWN = Pattern.compile("\\{\\{ ?(?:\\$labels\\.)?(\\w+) ?}}");

  /** Are there once something has happened that these tests do not make happen. */
  private static final Map<String, Set<String>> RARE =
      Map.of("jvm_gc_pause_seconds_sum", Set.of(), "refrain_turned_away_total", Set.of("code"));

  /** Prometheus adds them to all that it scrapes. */
  private static final Set<String> OF_PROMETHEUS = Set.of("instance", "job");

  /**
   * Labels whose values are known beforehand, so that one misspelt would match nothing for ever.
   */
  private static final Map<String, Set<String>> CLOSED =
      Map.of(
          "outcome", names(Result.values()),
          "state", names(Holdings.Breaker.values()),
          "status", Set.of("none", "1xx", "2xx", "3xx", "4xx", "5xx"),
          "result", Set.of("written", "dropped"));

  private @Nullable PrometheusText exported;

  @TempDir Path directory;

  @Test
  void theDashboardAsksForWhatThereIs() throws Exception {
    var dashboard = Json.parse(Files.readAllBytes(documents("grafana/refrain.json")));
    var queries = new ArrayList<Query>();
    collect(dashboard, queries);
    assertThat(queries).hasSizeGreaterThan(30);
    assertThat(mistakes(queries)).isEmpty();
  }

  @Test
  void theAlertsAskForWhatThereIs() throws Exception {
    assertThat(mistakes(alerts("prometheus/alerts.yaml"))).isEmpty();
  }

  @Test
  void theTestsOfTheAlertsFeedThemWithWhatThereIs() throws Exception {
    var series = new ArrayList<Query>();
    for (var test : (List<?>) yaml("prometheus/alerts-test.yaml").get("tests")) {
      for (var input : (List<?>) ((Map<?, ?>) test).get("input_series")) {
        var selector = String.valueOf(((Map<?, ?>) input).get("series"));
        series.add(new Query(selector.replace(", ", ","), ""));
      }
    }
    assertThat(series).hasSizeGreaterThan(30);
    assertThat(mistakes(series)).isEmpty();
  }

  @Test
  void eachAlertIsTested() throws Exception {
    var tests = Files.readString(documents("prometheus/alerts-test.yaml"));
    for (var alert : names("prometheus/alerts.yaml")) {
      assertThat(tests.split("alertname: " + alert + "\\b", -1)).as(alert).hasSizeGreaterThan(2);
    }
  }

  @Test
  void whatThereIsNotIsFound() throws Exception {
    assertThat(
            mistakes(
                List.of(
                    new Query("rate(refrain_answer_total[5m])", ""),
                    new Query("sum by (kin) (refrain_tokens_saved_total{mode=\"x\"})", "{{use}}"),
                    new Query("refrain_answers_total{outcome=~\"replayed|stales\"}", ""))))
        .containsExactlyInAnyOrder(
            "refrain_answer_total",
            "refrain_tokens_saved_total{mode}",
            "sum by (kin) (refrain_tokens_saved_total{mode=\"x\"}): kin",
            "sum by (kin) (refrain_tokens_saved_total{mode=\"x\"}): use",
            "outcome=stales");
  }

  /** What is asked for, and the text in which labels of the answer are shown. */
  private record Query(String expression, String text) {}

  private Set<String> mistakes(List<Query> queries) throws Exception {
    var mistakes = new TreeSet<String>();
    for (var query : queries) {
      look(query, mistakes);
    }
    return mistakes;
  }

  private void look(Query query, Set<String> mistakes) throws Exception {
    var labels = new HashSet<>(OF_PROMETHEUS);
    var metrics = METRIC.matcher(query.expression);
    while (metrics.find()) {
      var metric = metrics.group(1);
      var known = labels(metric);
      if (known == null) {
        mistakes.add(metric);
        return;
      }
      labels.addAll(known);
      var selected = SELECTED.matcher(metrics.group(2) == null ? "" : metrics.group(2));
      while (selected.find()) {
        var label = selected.group(1);
        if (!known.contains(label) && !OF_PROMETHEUS.contains(label)) {
          mistakes.add(metric + "{" + label + "}");
        }
        lookAtValues(label, selected.group(2), mistakes);
      }
    }
    for (var named : List.of(GROUPED.matcher(query.expression), SHOWN.matcher(query.text))) {
      while (named.find()) {
        for (var label : named.group(1).split("\\W+", -1)) {
          if (!label.isEmpty() && !labels.contains(label)) {
            mistakes.add(query.expression + ": " + label);
          }
        }
      }
    }
  }

  private static void lookAtValues(String label, String values, Set<String> mistakes) {
    var possible = CLOSED.get(label);
    for (var value : values.split("\\|", -1)) {
      if (possible != null && !possible.contains(value)) {
        mistakes.add(label + "=" + value);
      }
    }
  }

  private static Set<String> names(Enum<?>[] values) {
    return Arrays.stream(values)
        .map(value -> value.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  /** Returns the names of a metric's labels, or null if there is no such metric. */
  private @Nullable Set<String> labels(String metric) throws Exception {
    if (metric.equals("up") || RARE.containsKey(metric)) {
      return RARE.getOrDefault(metric, Set.of());
    }
    var all = exported();
    return all.names().contains(metric) ? all.labels(metric).keySet() : null;
  }

  /** Makes happen, once, whatever has a metric of its own. */
  private PrometheusText exported() throws Exception {
    if (exported == null) {
      exported = export();
    }
    return exported;
  }

  private PrometheusText export() throws Exception {
    var log = LogSettings.to(directory.resolve("access.log"));
    try (var stage = Stage.set(setup -> setup.figures(new FigureSettings(true, null, log)))) {
      stage.provider().next(Wire.json(Samples.COMPLETION));
      stage.provider().next(Acts.reply(Wire.json(500, "{}")));
      stage.chat(Samples.chat("Who?"));
      stage.chat(Samples.chat("Who?"));
      stage.chat(Samples.chat("What?"));
      return PrometheusText.read(stage.gateway().figures().metrics());
    }
  }

  private static List<Query> alerts(String name) throws Exception {
    var queries = new ArrayList<Query>();
    for (var rule : rules(name)) {
      queries.add(new Query(rule.get("expr").toString(), rule.get("annotations").toString()));
    }
    assertThat(queries).hasSizeGreaterThan(8);
    return queries;
  }

  private static List<String> names(String name) throws Exception {
    return rules(name).stream().map(rule -> rule.get("alert").toString()).toList();
  }

  private static List<Map<?, ?>> rules(String name) throws Exception {
    var rules = new ArrayList<Map<?, ?>>();
    for (var group : (List<?>) yaml(name).get("groups")) {
      for (var rule : (List<?>) ((Map<?, ?>) group).get("rules")) {
        rules.add((Map<?, ?>) rule);
      }
    }
    return rules;
  }

  private static Map<?, ?> yaml(String name) throws Exception {
    var load = new Load(LoadSettings.builder().build());
    return (Map<?, ?>) load.loadFromString(Files.readString(documents(name)));
  }

  private static void collect(Json json, List<Query> queries) {
    if (json.is(Kind.OBJECT)) {
      var expression = json.get("expr");
      if (expression != null) {
        var legend = json.get("legendFormat");
        queries.add(new Query(expression.text(), legend == null ? "" : legend.text()));
      }
      json.members().forEach(member -> collect(member.value(), queries));
    } else if (json.is(Kind.ARRAY)) {
      json.elements().forEach(element -> collect(element, queries));
    }
  }

  private static Path documents(String name) {
    var here = Path.of("").toAbsolutePath();
    var root = Files.exists(here.resolve("docs")) ? here : here.getParent();
    return root.resolve("docs").resolve(name);
  }
}
