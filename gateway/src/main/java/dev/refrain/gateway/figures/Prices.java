package dev.refrain.gateway.figures;

import dev.refrain.Usage;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the models' tokens cost. Thread-safe. */
public final class Prices {
  /*
   *   file  = {"date": day, "source": text, "models": [price, …]}
   *   price = {"model": name, "input": number, "output": number}
   *
   * in dollars per million tokens. A name may end with a star. Without one it stands as well for
   * the same model of a certain day, such as gpt-4o-2024-08-06, claude-3-haiku@20240307 or
   * claude-3-5-haiku-latest, and for the same behind the name of a vendor, such as
   * openai/gpt-4o. The longest name that fits is the one that counts.
   */

  private static final int REMEMBERED_MAX = 1_000;
  private static final int BYTES_MAX = 4 << 20;
  private static final Pattern DAY =
      Pattern.compile("[-@](?:\\d{4}-?\\d{2}-?\\d{2}|\\d{2}-\\d{2}|\\d{3,4}|latest)(?:-v\\d.*)?");

  private final String date;
  private final String source;
  private final List<Named> named;
  private final Map<String, Known> remembered = new ConcurrentHashMap<>();

  private record Named(String name, Price price) {
    int length() {
      return name.endsWith("*") ? name.length() - 1 : name.length();
    }

    boolean fits(String model) {
      if (name.endsWith("*")) {
        return model.startsWith(name.substring(0, name.length() - 1));
      }
      return model.startsWith(name)
          && (model.length() == name.length()
              || DAY.matcher(model.substring(name.length())).matches());
    }
  }

  /** The price of a model, or null where nobody knows. */
  private record Known(@Nullable Price price) {}

  private Prices(String date, String source, List<Named> named) {
    this.date = date;
    this.source = source;
    this.named = List.copyOf(named);
  }

  /** Reads the prices that came with the program. */
  public static Prices builtIn() {
    try (var in =
        Objects.requireNonNull(Prices.class.getResourceAsStream("prices.json"), "the resource")) {
      return read(in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException("the prices that came with the program", e);
    }
  }

  /**
   * Reads a file of prices or, where there is none, the prices that came with the program.
   *
   * @throws IOException if it cannot be read, or is none; the message says which, and why
   */
  public static Prices at(@Nullable Path file) throws IOException {
    if (file == null) {
      return builtIn();
    }
    try {
      return read(file);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no " + file, e);
    } catch (IOException e) {
      throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Reads a file of prices.
   *
   * @throws IOException if it cannot be read, or is none; the message says why
   */
  static Prices read(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return read(in.readNBytes(BYTES_MAX));
    }
  }

  static Prices read(byte[] bytes) throws IOException {
    try {
      var json = Json.parse(bytes);
      var named = new ArrayList<Named>();
      for (var price : member(json, "models", Kind.ARRAY).elements()) {
        var name = member(price, "model", Kind.STRING).text();
        named.add(
            new Named(name, Price.perMillion(number(price, "input"), number(price, "output"))));
      }
      return new Prices(
          member(json, "date", Kind.STRING).text(),
          member(json, "source", Kind.STRING).text(),
          named);
    } catch (JsonRejected | IllegalStateException | ArithmeticException e) {
      throw new IOException("no table of prices: " + e.getMessage(), e);
    }
  }

  private static Json member(Json json, String name, Kind kind) {
    var value = json.get(name);
    if (value == null || !value.is(kind)) {
      throw new IllegalStateException("'" + name + "' is missing, or no " + kind);
    }
    return value;
  }

  private static BigDecimal number(Json json, String name) {
    var number = new BigDecimal(member(json, name, Kind.NUMBER).raw());
    if (number.signum() < 0) {
      throw new IllegalStateException("'" + name + "' is below zero");
    }
    return number;
  }

  /** Returns the price of a model, or null if nobody knows it. */
  @Nullable Price of(String model) {
    var known = remembered.get(model);
    if (known == null) {
      known = new Known(find(model));
      if (remembered.size() >= REMEMBERED_MAX) {
        remembered.clear(); // whoever makes names up must not fill the memory
      }
      remembered.put(model, known);
    }
    return known.price;
  }

  /** Returns whether the price of a model is known. */
  public boolean knows(String model) {
    return of(model) != null;
  }

  /** Returns what tokens of a model cost, in billionths of a dollar; nothing if nobody knows. */
  public long billionths(String model, Usage usage) {
    var price = of(model);
    return (price == null) ? 0 : price.of(usage);
  }

  private @Nullable Price find(String model) {
    var price = findExactly(model);
    int vendor = model.lastIndexOf('/');
    return (price == null && vendor >= 0) ? findExactly(model.substring(vendor + 1)) : price;
  }

  private @Nullable Price findExactly(String model) {
    Named best = null;
    for (var candidate : named) {
      if (candidate.fits(model) && (best == null || longer(candidate, best))) {
        best = candidate;
      }
    }
    return (best == null) ? null : best.price;
  }

  private static boolean longer(Named one, Named other) {
    return one.length() > other.length();
  }

  int remembered() {
    return remembered.size();
  }

  /** Writes whose prices they are, and which models have none. */
  public void writeOrigin(Collection<String> unpriced, JsonWriter out) {
    out.name("prices").beginObject().name("date").string(date).name("source").string(source);
    out.endObject().name("unpriced").beginArray();
    unpriced.forEach(out::string);
    out.endArray();
  }

  /** Returns in a sentence of which day they are, and where they are from. */
  public String origin() {
    return "Prices of %s: %s.".formatted(date, source);
  }

  /** Returns of which day they are. */
  public String date() {
    return date;
  }

  /** Returns where they are from. */
  public String source() {
    return source;
  }
}
