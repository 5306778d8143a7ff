package dev.refrain.gateway.cli;

import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An explanation as people read it. */
final class ExplainPage {
  private static final Map<String, String> TIMES = new LinkedHashMap<>();

  static {
    TIMES.put("born", "born");
    TIMES.put("expires", "expires");
    TIMES.put("hotUntil", "hot until");
    TIMES.put("freshUntil", "fresh until");
    TIMES.put("revalidateUntil", "served while a new one is fetched");
    TIMES.put("errorUntil", "served if upstream fails");
    TIMES.put("end", "never served after");
  }

  private final PrintWriter out;
  private final Style style;

  ExplainPage(PrintWriter out, Style style) {
    this.out = out;
    this.style = style;
  }

  void print(Json answer) {
    var sentences = Reading.texts(answer.get("sentences"));
    for (int i = 0; i < sentences.size(); i++) {
      out.println((i == 0) ? style.bold(sentences.get(i)) : sentences.get(i));
    }
    printKey(answer);
    for (var item : elements(answer.get("items"))) {
      printItem(item);
      break; // of several things, the first
    }
    printNear(answer);
  }

  private void printKey(Json answer) {
    title("Key");
    row("key", orNone(Reading.text(answer, "key")));
    row("form", Reading.text(answer, "form"));
    for (var part : elements(answer.get("parts"))) {
      row(Reading.text(part, "name"), orNone(Reading.text(part, "value")));
    }
    var tags = Reading.texts(answer.get("tags"));
    if (!tags.isEmpty()) {
      row("tags", String.join(", ", tags));
    }
    var directives = new ArrayList<String>();
    var said = answer.get("directives");
    if (said != null) {
      for (var directive : said.members()) {
        var name = directive.name().text();
        long millis = directive.value().asLong(-1);
        directives.add((millis < 0) ? name : name + "=" + millis / 1000);
      }
    }
    if (!directives.isEmpty()) {
      row("directives", String.join(", ", directives));
    }
  }

  private void printItem(Json item) {
    title("What lies where");
    for (var tier : elements(item.get("tiers"))) {
      var entry = tier.get("entry");
      var what =
          (entry == null || !entry.is(Kind.OBJECT))
              ? style.faint(tier.has("trouble") ? Reading.text(tier, "trouble") : "nothing")
              : "%s, %s hits, born %s, took %s ms"
                  .formatted(
                      Wording.bytes(Reading.number(entry, "bytes")),
                      Wording.count(Reading.number(entry, "hits")),
                      Reading.text(entry, "born"),
                      Wording.count(Reading.number(entry, "tookMillis")));
      row(Reading.text(tier, "tier") + " " + Reading.text(tier, "form"), what);
    }
    var served = item.get("served");
    if (served != null && served.is(Kind.OBJECT)) {
      printServed(served);
    }
  }

  private void printServed(Json served) {
    var timing = served.get("timing");
    if (timing != null) {
      title("Freshness");
      var now = instant(Reading.text(timing, "now"));
      TIMES.forEach((member, name) -> {
        var time = instant(Reading.text(timing, member));
        if (time != null && now != null) {
          row(name, time + "   " + style.faint(distance(Duration.between(now, time))));
        }
      });
      row("jitter", Wording.count(Reading.number(timing, "jitterMillis") / 1000) + " s");
    }
    title("Tags");
    for (var tag : elements(served.get("tags"))) {
      boolean holds = Reading.truth(tag, "holds");
      out.println(
          (holds ? style.green("  holds    ") : style.red("  retired  "))
              + Reading.text(tag, "tag"));
    }
    for (var missing : Reading.texts(served.get("missing"))) {
      out.println(style.red("  missing  ") + missing);
    }
  }

  private void printNear(Json answer) {
    var near = elements(answer.get("near"));
    if (!near.isEmpty()) {
      title("Nearly the same, and asked lately");
    }
    for (var miss : near) {
      out.println("  " + Reading.text(miss, "at") + "  " + style.faint(Reading.text(miss, "key")));
      for (var difference : elements(miss.get("differences"))) {
        var path = Reading.text(difference, "path");
        var here = Reading.text(difference, "here");
        var there = Reading.text(difference, "there");
        out.println("    " + style.bold(path) + "  " + here + ", against " + there);
      }
    }
  }

  private void title(String text) {
    out.println();
    out.println(style.bold(text));
  }

  private void row(String name, String value) {
    out.println("  %-12s %s".formatted(name, value));
  }

  private static String orNone(String text) {
    return text.isEmpty() ? "none" : text;
  }

  private static List<Json> elements(@Nullable Json array) {
    var elements = new ArrayList<Json>();
    if (array != null) {
      array.elements().forEach(elements::add);
    }
    return elements;
  }

  private static @Nullable Instant instant(String text) {
    try {
      return text.isEmpty() ? null : Instant.parse(text);
    } catch (DateTimeException e) {
      return null; // of another version
    }
  }

  private static String distance(Duration duration) {
    var span = Wording.span(duration.abs());
    return duration.isNegative() ? span + " ago" : "in " + span;
  }
}
