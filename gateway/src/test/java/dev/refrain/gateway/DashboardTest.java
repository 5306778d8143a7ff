package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.figures.LogSettings;
import dev.refrain.gateway.figures.PrometheusText;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What the dashboard and the alerts ask for is there to be asked for. */
@Timeout(60)
final class DashboardTest {
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:refrain|jvm|process)_[a-z_]+\\b(?=[\\[{ )/]|$)");

  /** Are there once something has happened that these tests do not make happen. */
  private static final Set<String> RARE =
      Set.of("jvm_gc_pause_seconds_sum", "refrain_turned_away_total");

  @TempDir Path directory;

  @Test
  void theDashboardAsksForMetricsThatThereAre() throws Exception {
    var dashboard = Json.parse(Files.readAllBytes(documents("grafana/refrain.json")));
    var expressions = new ArrayList<String>();
    collect(dashboard, "expr", expressions);
    assertThat(expressions).hasSizeGreaterThan(30);
    assertThat(missing(expressions)).isEmpty();
  }

  @Test
  void theAlertsAskForMetricsThatThereAre() throws Exception {
    var yaml = Files.readString(documents("prometheus/alerts.yaml"));
    var loaded = new Load(LoadSettings.builder().build()).loadFromString(yaml);
    assertThat(loaded).asString().contains("RefrainDown");
    var expressions = new ArrayList<String>();
    for (var part : yaml.split("expr:", -1)) {
      expressions.add(part.split("(?m)^ +(?:for|labels):", -1)[0]);
    }
    assertThat(expressions).hasSizeGreaterThan(8);
    assertThat(missing(expressions.subList(1, expressions.size()))).isEmpty();
  }

  @Test
  void aMetricThatThereIsNotIsFound() throws Exception {
    assertThat(missing(List.of("rate(refrain_answer_total[5m])")))
        .containsExactly("refrain_answer_total");
  }

  private Set<String> missing(List<String> expressions) throws Exception {
    var missing = new TreeSet<String>();
    var known = new HashSet<>(exported());
    known.addAll(RARE);
    for (var expression : expressions) {
      var metrics = METRIC.matcher(expression);
      while (metrics.find()) {
        if (!known.contains(metrics.group())) {
          missing.add(metrics.group());
        }
      }
    }
    return missing;
  }

  /** Makes happen whatever has a metric of its own. */
  private Set<String> exported() throws Exception {
    var log = LogSettings.to(directory.resolve("access.log"));
    try (var stage = Stage.set(setup -> setup.figures(new FigureSettings(true, null, log)))) {
      stage.provider().next(Wire.json(Samples.COMPLETION));
      stage.provider().next(Acts.reply(Wire.json(500, "{}")));
      stage.chat(Samples.chat("Who?"));
      stage.chat(Samples.chat("Who?"));
      stage.chat(Samples.chat("What?"));
      return PrometheusText.read(stage.gateway().figures().metrics()).names();
    }
  }

  private static void collect(Json json, String name, List<String> texts) {
    if (json.is(Kind.OBJECT)) {
      for (var member : json.members()) {
        if (member.name().isText(name)) {
          texts.add(member.value().text());
        }
        collect(member.value(), name, texts);
      }
    } else if (json.is(Kind.ARRAY)) {
      json.elements().forEach(element -> collect(element, name, texts));
    }
  }

  private static Path documents(String name) {
    var here = Path.of("").toAbsolutePath();
    var root = Files.exists(here.resolve("docs")) ? here : here.getParent();
    return root.resolve("docs").resolve(name);
  }
}
