package dev.refrain.gateway.cli;

import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The figures as people read them. */
final class StatsPage {
  private static final int SECONDS_SHOWN = 60;
  private static final int MODELS_SHOWN = 10;
  private static final String BARS = " ▁▂▃▄▅▆▇█";
  private static final double MILLI = 1000;

  private final PrintWriter out;
  private final Style style;

  StatsPage(PrintWriter out, Style style) {
    this.out = out;
    this.style = style;
  }

  void print(Json now) {
    out.println(style.bold("Refrain") + "  " + Reading.text(now, "time"));
    printCalls(now);
    printSavings(now);
    printLatencies(now);
    printTiers(now);
    printModels(now);
    printPrices(now);
  }

  private void printCalls(Json now) {
    var seconds = now.get("seconds");
    var calls = (seconds == null) ? null : seconds.get("calls");
    var hits = sums(calls, List.of("replayed", "stale", "joined"));
    var others = sums(calls, List.of("fetched", "bypassed", "refused", "failed"));
    title("Calls per second, for a minute");
    out.println("  from the cache  " + style.green(bars(hits)) + "  " + last(hits));
    out.println("  other           " + bars(others) + "  " + last(others));
    var flights = now.get("flights");
    if (flights != null) {
      out.println(
          "  under way       %s calls upstream, %s followers"
              .formatted(
                  Wording.count(Reading.number(flights, "inTheAir")),
                  Wording.count(Reading.number(flights, "followers"))));
    }
  }

  private void printSavings(Json now) {
    title(
        "%-14s %12s %9s %14s %12s %12s"
            .formatted("Saved", "calls", "hit rate", "tokens", "money", "time"));
    for (var period : List.of("today", "ever")) {
      var total = now.get(period);
      if (total != null) {
        out.println("  " + row(period, total, money(total)));
      }
    }
  }

  private static String money(Json total) {
    return String.format(Locale.ROOT, "$%.2f", real(total, "moneySaved"));
  }

  private static String row(String name, Json total, String money) {
    var tokens = total.get("tokensSaved");
    long saved =
        (tokens == null) ? 0 : Reading.number(tokens, "input") + Reading.number(tokens, "output");
    return "%-12s %12s %8.1f%% %14s %12s %12s"
        .formatted(
            name,
            Wording.count(Reading.number(total, "calls")),
            100 * real(total, "hitRate"),
            Wording.count(saved),
            money,
            Wording.span(Duration.ofSeconds(Reading.number(total, "secondsSaved"))));
  }

  private void printLatencies(Json now) {
    var latency = now.get("latency");
    if (latency == null) {
      return;
    }
    title("%-14s %12s %12s %12s %12s".formatted("Latency", "calls", "median", "p90", "p99"));
    for (var kind : latency.members()) {
      var times = kind.value();
      out.println(
          "  %-12s %12s %12s %12s %12s"
              .formatted(
                  kind.name().text(),
                  Wording.count(Reading.number(times, "count")),
                  millis(times, "p50"),
                  millis(times, "p90"),
                  millis(times, "p99")));
    }
  }

  private void printTiers(Json now) {
    title(
        "%-14s %12s %12s %12s %12s %s"
            .formatted("Tiers", "entries", "bytes", "hits", "misses", "  errors"));
    for (var tier : elements(now.get("tiers"))) {
      var breaker = Reading.text(tier, "breaker");
      out.println(
          "  %-12s %12s %12s %12s %12s %9s%s"
              .formatted(
                  Reading.text(tier, "name"),
                  known(Reading.number(tier, "entries"), false),
                  known(Reading.number(tier, "bytes"), true),
                  Wording.count(Reading.number(tier, "hits")),
                  Wording.count(Reading.number(tier, "misses")),
                  Wording.count(Reading.number(tier, "errors")),
                  breaker.isEmpty() || breaker.equals("closed") ? "" : style.red("  left alone")));
    }
  }

  private void printModels(Json now) {
    var models = elements(now.get("models"));
    if (models.isEmpty()) {
      return;
    }
    title(
        "%-14s %12s %9s %14s %12s %12s"
            .formatted("Models", "calls", "hit rate", "tokens", "money", "time"));
    var unpriced = unpriced(now);
    for (var model : models.subList(0, Math.min(MODELS_SHOWN, models.size()))) {
      var name = Reading.text(model, "model");
      out.println("  " + row(name, model, unpriced.contains(name) ? "no price" : money(model)));
    }
  }

  private void printPrices(Json now) {
    var prices = now.get("prices");
    if (prices == null) {
      return;
    }
    out.println();
    out.println(
        "Prices of %s: %s."
            .formatted(Reading.text(prices, "date"), Reading.text(prices, "source")));
    var unpriced = unpriced(now);
    if (!unpriced.isEmpty()) {
      out.println(
          style.bold("No price is known for: ")
              + String.join(", ", unpriced)
              + ". Name a table of yours in the settings: figures.prices");
    }
  }

  private static List<String> unpriced(Json now) {
    return elements(now.get("unpriced")).stream().map(Json::text).toList();
  }

  private void title(String text) {
    out.println();
    out.println(style.bold(text));
  }

  /** Adds up some of the series, for the last seconds. */
  private static long[] sums(@Nullable Json calls, List<String> names) {
    var sums = new long[SECONDS_SHOWN];
    for (var name : names) {
      var series = elements((calls == null) ? null : calls.get(name));
      for (int i = 1; i <= Math.min(SECONDS_SHOWN, series.size()); i++) {
        sums[SECONDS_SHOWN - i] += series.get(series.size() - i).asLong(0);
      }
    }
    return sums;
  }

  private static String bars(long[] numbers) {
    long most = 1;
    for (long number : numbers) {
      most = Math.max(most, number);
    }
    var bars = new StringBuilder();
    for (long number : numbers) {
      long height = (number * (BARS.length() - 1) + most - 1) / most;
      bars.append(BARS.charAt((int) height));
    }
    return bars.toString();
  }

  private static String last(long[] numbers) {
    return Wording.count(numbers[numbers.length - 1]);
  }

  private static String known(long number, boolean bytes) {
    if (number < 0) {
      return "?";
    }
    return bytes ? Wording.bytes(number) : Wording.count(number);
  }

  private static String millis(Json times, String member) {
    return Reading.number(times, "count") == 0
        ? "-"
        : String.format(Locale.ROOT, "%.2f ms", Reading.number(times, member) / MILLI);
  }

  private static double real(Json object, String member) {
    var value = object.get(member);
    return (value == null || !value.is(Kind.NUMBER)) ? 0 : value.asDouble(0);
  }

  private static List<Json> elements(@Nullable Json array) {
    var elements = new ArrayList<Json>();
    if (array != null) {
      array.elements().forEach(elements::add);
    }
    return elements;
  }
}
