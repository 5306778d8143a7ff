package dev.refrain.gateway.figures;

import dev.refrain.gateway.figures.Savings.Periods;
import dev.refrain.gateway.figures.Totals.Tokens;
import dev.refrain.gateway.keys.AtomicFile;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where savings outlast the process. */
final class SavingsFile {
  /*
   *   file   = {"version": 1, "ever": period, "today": period}
   *   period = {"since": day, …the members of a total}
   *
   * A file that cannot be read is set aside: these are figures, and no reason not to run.
   */

  private static final Logger log = LoggerFactory.getLogger(SavingsFile.class);
  private static final int VERSION = 1;
  private static final String NAME = "figures.json";

  private final Path file;
  private @Nullable Periods written;
  private String complaint = "";

  SavingsFile(Path directory) {
    file = directory.resolve(NAME);
  }

  /** Returns what was written last, or a beginning. */
  Periods read(LocalDate today) {
    try {
      var bytes = AtomicFile.read(file);
      if (bytes == null) {
        return Periods.beginning(today);
      }
      var json = Json.parse(bytes);
      if (number(json, "version") != VERSION) {
        throw new IllegalStateException("another version");
      }
      return new Periods(period(json, "ever"), period(json, "today"));
    } catch (IOException | JsonRejected | DateTimeException | IllegalStateException e) {
      setAside(e);
      return Periods.beginning(today);
    }
  }

  private void setAside(Exception cause) {
    var aside = file.resolveSibling(NAME + ".damaged");
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
      log.error("{} could not be read: what was saved counts anew", aside, cause);
    } catch (IOException e) {
      log.error("{} cannot be read nor set aside: what was saved counts anew", file, e);
    }
  }

  private static Period period(Json root, String name) {
    var json = member(root, name, Kind.OBJECT);
    var totals =
        new Totals(
            number(json, "calls"),
            number(json, "hits"),
            number(json, "joined"),
            tokens(member(json, "tokensSaved", Kind.OBJECT)),
            tokens(member(json, "tokensSpent", Kind.OBJECT)),
            number(json, "nanosSaved"),
            number(json, "nanosSpent"),
            number(json, "millisSaved"));
    return new Period(LocalDate.parse(member(json, "since", Kind.STRING).text()), totals);
  }

  private static Tokens tokens(Json json) {
    return new Tokens(number(json, "input"), number(json, "output"), number(json, "estimated"));
  }

  private static Json member(Json json, String name, Kind kind) {
    var value = json.get(name);
    if (value == null || !value.is(kind)) {
      throw new IllegalStateException(name + " is missing");
    }
    return value;
  }

  private static long number(Json json, String name) {
    long number = member(json, name, Kind.NUMBER).asLong(-1);
    if (number < 0) {
      throw new IllegalStateException(name + " is no count");
    }
    return number;
  }

  /** Writes what has changed; complains once if that fails, and tries again the next time. */
  void write(Periods periods) {
    if (periods.equals(written)) {
      return;
    }
    var writer = new JsonWriter().beginObject().name("version").number(VERSION);
    write("ever", periods.ever(), writer);
    write("today", periods.today(), writer);
    try {
      AtomicFile.write(file, writer.endObject().toBytes());
      written = periods;
      complaint = "";
    } catch (IOException e) {
      if (!e.toString().equals(complaint)) {
        log.error("Cannot note what was saved: {}", e.toString());
        complaint = e.toString();
      }
    }
  }

  private static void write(String name, Period period, JsonWriter writer) {
    var totals = period.totals();
    writer.name(name).beginObject().name("since").string(period.since().toString());
    writer.name("calls").number(totals.calls());
    writer.name("hits").number(totals.hits());
    writer.name("joined").number(totals.joined());
    write("tokensSaved", totals.tokensSaved(), writer);
    write("tokensSpent", totals.tokensSpent(), writer);
    writer.name("nanosSaved").number(totals.nanosSaved());
    writer.name("nanosSpent").number(totals.nanosSpent());
    writer.name("millisSaved").number(totals.millisSaved()).endObject();
  }

  static void write(String name, Tokens tokens, JsonWriter writer) {
    writer.name(name).beginObject().name("input").number(tokens.input());
    writer.name("output").number(tokens.output());
    writer.name("estimated").number(tokens.estimated()).endObject();
  }
}
