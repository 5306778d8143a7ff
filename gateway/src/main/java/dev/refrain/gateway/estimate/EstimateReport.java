package dev.refrain.gateway.estimate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Outcome;
import dev.refrain.gateway.estimate.Forecast.Hour;
import dev.refrain.json.JsonWriter;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Shows what forecasts have come to, to people or to programs. */
public final class EstimateReport {
  private static final int ROWS_MAX = 24;
  private static final int BAR_WIDTH = 40;
  private static final long HOUR_MILLIS = 3_600_000;
  private static final int BILLIONTHS_DIGITS = 9;
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Forecasts forecasts;

  /** Takes forecasts that have read all. */
  public EstimateReport(Forecasts forecasts) {
    this.forecasts = forecasts;
  }

  /** Returns whether there was a call in the log. */
  public boolean hasCalls() {
    return forecasts.inForce().calls() > 0;
  }

  /** Returns how many lines could not be read, and what is wrong with the first; null if none. */
  public String complaint() {
    return (forecasts.unread() == 0)
        ? ""
        : "%,d lines are none of a log; %s"
            .formatted(forecasts.unread(), String.join("; ", forecasts.complaints()));
  }

  /** Prints it for people. */
  public void print(PrintWriter out) {
    var inForce = forecasts.inForce();
    out.printf(
        "%,d calls from %s to %s UTC, for %,d different answers%n%n",
        inForce.calls(),
        MINUTE.format(Instant.ofEpochMilli(forecasts.fromMillis())),
        MINUTE.format(Instant.ofEpochMilli(forecasts.untilMillis())),
        inForce.answers());
    out.println("With the settings in force");
    for (var outcome : Outcome.values()) {
      if (inForce.of(outcome) > 0) {
        printShare(out, describe(outcome), inForce.of(outcome), inForce.calls());
      }
    }
    out.println();
    printShare(out, "calls upstream", inForce.callsUpstream(), inForce.calls());
    if (inForce.refreshes() > 0) {
      out.printf(
          "    of them behind somebody's back, to refresh an answer: %,d%n", inForce.refreshes());
    }
    out.printf(
        "  saved  %,d tokens, %s, %s of waiting%n%n",
        inForce.savedTokens(), dollars(inForce.savedBillionths()), duration(inForce.savedMillis()));
    printHours(out);
    printWhatIfs(out);
    out.println(forecasts.prices().origin());
    if (!forecasts.unpriced().isEmpty()) {
      out.println("No price is known for: " + String.join(", ", forecasts.unpriced()));
    }
  }

  private static void printShare(PrintWriter out, String what, long count, long all) {
    out.printf("  %-34s %,12d  %5.1f %%%n", what, count, 100.0 * count / all);
  }

  private static String describe(Outcome outcome) {
    return switch (outcome) {
      case REPLAYED -> "answered from the cache";
      case STALE -> "answered at once, though stale";
      case JOINED -> "joined a call under way";
      case FETCHED -> "fetched";
      case BYPASSED -> "past the cache";
      case REFUSED -> "refused (only-if-cached)";
    };
  }

  private void printHours(PrintWriter out) {
    out.println("Hit rate over time (UTC)");
    for (var slice : slices()) {
      int filled = (int) Math.round(BAR_WIDTH * slice.hour.hitRate());
      out.printf(
          "  %s  %-" + BAR_WIDTH + "s %5.1f %%  of %,d%n",
          MINUTE.format(Instant.ofEpochMilli(slice.fromMillis)),
          "█".repeat(filled),
          100 * slice.hour.hitRate(),
          slice.hour.calls());
    }
    out.println();
  }

  private record Slice(long fromMillis, Hour hour) {}

  /** As many hours together as bring the whole onto a screen. */
  private List<Slice> slices() {
    var hours = forecasts.inForce().hours();
    var slices = new ArrayList<Slice>();
    if (hours.isEmpty()) {
      return slices;
    }
    long first = hours.firstKey();
    long each = Math.ceilDiv(hours.lastKey() - first + 1, ROWS_MAX);
    for (long from = first; from <= hours.lastKey(); from += each) {
      var sum = new Hour();
      hours.subMap(from, from + each).values().forEach(sum::add);
      slices.add(new Slice(from * HOUR_MILLIS, sum));
    }
    return slices;
  }

  private void printWhatIfs(PrintWriter out) {
    out.println("What if the ttl were");
    out.printf("  %-8s %10s %16s %14s%n", "", "hit rate", "calls upstream", "saved");
    for (var whatIf : forecasts.whatIfs()) {
      var forecast = whatIf.forecast();
      out.printf(
          "  %-8s %8.1f %% %,16d %14s%n",
          text(whatIf.ttl()),
          100 * forecast.hitRate(),
          forecast.callsUpstream(),
          dollars(forecast.savedBillionths()));
    }
    out.println();
  }

  /** Returns it for programs. */
  public String json() {
    var writer = new JsonWriter().beginObject();
    writer.name("from").string(Instant.ofEpochMilli(forecasts.fromMillis()).toString());
    writer.name("until").string(Instant.ofEpochMilli(forecasts.untilMillis()).toString());
    writer.name("unreadLines").number(forecasts.unread());
    write(writer.name("inForce").beginObject(), forecasts.inForce());
    writer.name("hours").beginArray();
    forecasts
        .inForce()
        .hours()
        .forEach((hour, counts) -> {
          writer.beginObject();
          writer.name("from").string(Instant.ofEpochMilli(hour * HOUR_MILLIS).toString());
          writer.name("calls").number(counts.calls());
          writer.name("hitRate").raw(share(counts.hitRate())).endObject();
        });
    writer.endArray().endObject().name("whatIf").beginArray();
    for (var whatIf : forecasts.whatIfs()) {
      writer.beginObject().name("ttlSeconds").number(whatIf.ttl().toSeconds());
      write(writer, whatIf.forecast());
      writer.endObject();
    }
    forecasts.prices().writeOrigin(forecasts.unpriced(), writer.endArray());
    return new String(writer.endObject().toBytes(), UTF_8);
  }

  private static void write(JsonWriter writer, Forecast forecast) {
    writer.name("calls").number(forecast.calls());
    for (var outcome : Outcome.values()) {
      writer.name(outcome.toString()).number(forecast.of(outcome));
    }
    writer.name("refreshes").number(forecast.refreshes());
    writer.name("callsUpstream").number(forecast.callsUpstream());
    writer.name("hitRate").raw(share(forecast.hitRate()));
    writer.name("savedTokens").number(forecast.savedTokens());
    writer.name("savedMillis").number(forecast.savedMillis());
    writer.name("savedDollars").raw(decimal(forecast.savedBillionths()).toPlainString());
    writer.name("spentDollars").raw(decimal(forecast.spentBillionths()).toPlainString());
  }

  private static String share(double share) {
    return BigDecimal.valueOf(share).setScale(4, RoundingMode.HALF_UP).toPlainString();
  }

  private static BigDecimal decimal(long billionths) {
    return BigDecimal.valueOf(billionths, BILLIONTHS_DIGITS);
  }

  private static String dollars(long billionths) {
    return "$" + decimal(billionths).setScale(2, RoundingMode.HALF_UP).toPlainString();
  }

  private static String duration(long millis) {
    var time = Duration.ofMillis(millis);
    if (time.toDays() > 0) {
      return "%d d %d h".formatted(time.toDays(), time.toHoursPart());
    }
    return (time.toHours() > 0)
        ? "%d h %d min".formatted(time.toHours(), time.toMinutesPart())
        : "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart());
  }

  /** As it is written in settings: in the largest unit that divides it. */
  private static String text(Duration ttl) {
    long seconds = ttl.toSeconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return (seconds % 60 == 0) ? seconds / 60 + "m" : seconds + "s";
  }
}
