package dev.refrain.gateway.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads the text format of Prometheus as strictly as its own tools do: a help and a type before the
 * samples of a family, all of it together, no series twice, histograms that add up.
 */
public final class PrometheusText {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)", Pattern.DOTALL);
  private static final Pattern LABEL =
      Pattern.compile("\\G([a-zA-Z_]\\w*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"(?:,|$)");

  private final Map<String, String> types = new LinkedHashMap<>();
  private final Map<String, Double> samples = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();
  private final Map<String, Map<String, Set<String>>> labels = new HashMap<>();
  private String family = "";

  private PrometheusText() {}

  /** Returns what a text says; fails if it is not well-formed. */
  public static PrometheusText read(String text) {
    var read = new PrometheusText();
    assertThat(text).endsWith("\n");
    for (var line : text.split("\n", -1)) {
      read.line(line);
    }
    read.types.forEach((name, type) -> {
      if (type.equals("histogram")) {
        read.checkHistogram(name);
      }
    });
    return read;
  }

  /** Returns a sample's value; labels are names and values in turn, in any order. */
  public double value(String name, String... labels) {
    var wanted = new TreeMap<String, String>();
    for (int i = 0; i < labels.length; i += 2) {
      wanted.put(labels[i], labels[i + 1]);
    }
    assertThat(samples).containsKey(name + wanted);
    return samples.get(name + wanted);
  }

  /** Returns the sum of all series of this name. */
  public double sum(String name) {
    return samples.entrySet().stream()
        .filter(sample -> sample.getKey().startsWith(name + "{"))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /** Returns how many series of this name there are. */
  public long series(String name) {
    return samples.keySet().stream().filter(sample -> sample.startsWith(name + "{")).count();
  }

  /** Returns the names of all samples. */
  public Set<String> names() {
    return names;
  }

  /** Returns the labels of all samples of this name, each with the values that there are. */
  public Map<String, Set<String>> labels(String name) {
    return labels.getOrDefault(name, Map.of());
  }

  private void line(String line) {
    if (line.startsWith("# TYPE ")) {
      var words = line.split(" ", -1);
      assertThat(words).hasSize(4);
      assertThat(words[2]).matches(NAME);
      assertThat(words[3]).isIn("counter", "gauge", "histogram", "summary", "untyped");
      assertThat(types.put(words[2], words[3])).as("a second type of %s", words[2]).isNull();
      family = words[2];
    } else if (line.startsWith("# HELP ")) {
      assertThat(line.split(" ", 4)).hasSize(4);
    } else if (!line.isEmpty()) {
      sample(line);
    }
  }

  private void sample(String line) {
    var matcher = SAMPLE.matcher(line);
    assertThat(matcher.matches()).as(line).isTrue();
    var name = matcher.group(1);
    assertThat(isOfTheFamily(name)).as("%s stands under %s", name, family).isTrue();
    names.add(name);
    var labels = labelled(matcher.group(2) == null ? "" : matcher.group(2));
    var known = this.labels.computeIfAbsent(name, made -> new HashMap<>());
    labels.forEach(
        (label, text) -> known.computeIfAbsent(label, made -> new HashSet<>()).add(text));
    var value = matcher.group(3).replace("+Inf", "Infinity");
    assertThat(samples.put(name + labels, Double.parseDouble(value)))
        .as("a second sample of %s", line)
        .isNull();
  }

  private boolean isOfTheFamily(String name) {
    var ending = name.startsWith(family) ? name.substring(family.length()) : "?";
    return switch (String.valueOf(types.get(family))) {
      case "histogram" -> Set.of("_bucket", "_sum", "_count").contains(ending);
      case "summary" -> Set.of("", "_sum", "_count").contains(ending);
      case "counter" -> ending.isEmpty() && name.endsWith("_total");
      default -> ending.isEmpty();
    };
  }

  private static Map<String, String> labelled(String text) {
    var labels = new TreeMap<String, String>();
    var matcher = LABEL.matcher(text);
    int end = 0;
    while (matcher.find()) {
      assertThat(labels.put(matcher.group(1), matcher.group(2))).as(text).isNull();
      end = matcher.end();
    }
    assertThat(end).as("labels %s", text).isEqualTo(text.length());
    return labels;
  }

  private void checkHistogram(String name) {
    var last = new HashMap<String, Double>();
    samples.forEach((sample, value) -> {
      if (sample.startsWith(name + "_bucket{")) {
        var series = sample.replaceFirst("le=[^,}]*(, )?", "").replace(", }", "}");
        assertThat(value).as(sample).isGreaterThanOrEqualTo(last.getOrDefault(series, 0.0));
        last.put(series, value);
      }
    });
    last.forEach((series, count) ->
        assertThat(samples.get(series.replace("_bucket", "_count"))).as(series).isEqualTo(count));
  }
}
