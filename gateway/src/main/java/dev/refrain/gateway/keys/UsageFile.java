package dev.refrain.gateway.keys;

import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Where is kept what was used of gateway keys, so that a restart renews no budget. */
public final class UsageFile {
  /*
   *   file    = {"version": 1, "month": "2026-01", "keys": {id: account, …}}
   *   account = {usage…, "line"?: text, "others"?: {usage…}}
   *   usage   = "calls": number, "hits": number, "sent": number, "tokens": number,
   *             "dollars"?: number
   *
   * Where something is missing, an earlier version has written it, which did not count that yet.
   *
   * A file that cannot be read is an error, and not an empty one: that would open all budgets.
   */

  private static final int VERSION = 1;

  private final Path file;

  UsageFile(Path file) {
    this.file = file;
  }

  /** What was used in one month, by the short names of the keys. */
  public record Month(YearMonth month, Map<String, Account> accounts) {
    public Month {
      accounts = Map.copyOf(accounts);
    }

    /** Returns what was used of a key in this month, by all gateways of a fleet. */
    public Usage of(String id, YearMonth wanted) {
      return account(id, wanted).used();
    }

    Account account(String id, YearMonth wanted) {
      return month.equals(wanted) ? accounts.getOrDefault(id, Account.NONE) : Account.NONE;
    }
  }

  /** Returns what the file says, or nothing used if there is none. */
  public Month read() throws IOException {
    var bytes = AtomicFile.read(file);
    if (bytes == null) {
      return new Month(YearMonth.of(1970, 1), Map.of());
    }
    try {
      return read(Json.parse(bytes));
    } catch (JsonRejected | DateTimeException | IllegalStateException | NumberFormatException e) {
      throw new IOException(
          file + " cannot be read: restore it, or remove it to count from zero", e);
    }
  }

  private static Month read(Json root) {
    if (number(root, "version") != VERSION) {
      throw new IllegalStateException("another version");
    }
    var accounts = new HashMap<String, Account>();
    for (var member : member(root, "keys", Kind.OBJECT).members()) {
      accounts.put(member.name().text(), account(member.value()));
    }
    return new Month(YearMonth.parse(member(root, "month", Kind.STRING).text()), accounts);
  }

  private static Account account(Json json) {
    var line = json.has("line") ? member(json, "line", Kind.STRING).text() : "";
    var others = json.has("others") ? usage(member(json, "others", Kind.OBJECT)) : Usage.NONE;
    return new Account(line, usage(json), others);
  }

  private static Usage usage(Json json) {
    return new Usage(
        number(json, "calls"),
        number(json, "hits"),
        number(json, "sent"),
        new Spending(number(json, "tokens"), billionths(json)));
  }

  private static long billionths(Json json) {
    return json.has("dollars") ? Dollars.billionths(member(json, "dollars", Kind.NUMBER).raw()) : 0;
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

  void write(Month month) throws IOException {
    var writer = new JsonWriter().beginObject().name("version").number(VERSION);
    writer.name("month").string(month.month().toString()).name("keys").beginObject();
    new TreeMap<>(month.accounts()).forEach((id, account) -> write(id, account, writer));
    AtomicFile.write(file, writer.endObject().endObject().toBytes());
  }

  private static void write(String id, Account account, JsonWriter writer) {
    writer.name(id);
    writeMembers(account.own(), writer.beginObject());
    writer.name("line").string(account.line()).name("others");
    writeMembers(account.others(), writer.beginObject());
    writer.endObject().endObject();
  }

  /** Writes the counts. */
  public static void writeMembers(Usage usage, JsonWriter writer) {
    writer.name("calls").number(usage.calls());
    writer.name("hits").number(usage.hits());
    writer.name("sent").number(usage.sent());
    writer.name("tokens").number(usage.spent().tokens());
    writer.name("dollars").raw(Dollars.text(usage.spent().billionths()));
  }
}
