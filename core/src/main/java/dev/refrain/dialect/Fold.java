package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.json.Json;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes one value of the pieces of it that the chunks of a stream hold. */
sealed interface Fold {

  /*
   * A fold knows how the pieces of its value belong together, and refuses a piece that does not fit
   * those before it. Every member of every chunk comes into some fold, so what has been folded
   * without a refusal tells all that the chunks told. Only null is taken to say nothing, wherever
   * it stands: it gives way to what comes before or after.
   *
   * Strings and numbers are never decoded, so they are spelled in the end as they were before.
   */

  /** Adds a piece. Returns false if it does not go together with those before. */
  boolean add(Json piece);

  /** Writes the value. */
  void write(JsonWriter out);

  private static boolean isNull(Json piece) {
    return piece.is(Kind.NULL);
  }

  /** A value that is the same wherever it is told. */
  static Fold same() {
    return new Single(Fold::isNull, SameValue::same);
  }

  /** A value that is the same wherever it is told, and may be empty or zero elsewhere. */
  static Fold late() {
    return new Single(
        piece -> isNull(piece) || piece.isText("") || piece.asLong(1) == 0, SameValue::same);
  }

  /** A value that is told once. If it were told twice, it might be a piece each time. */
  static Fold once() {
    return new Single(Fold::isNull, (one, other) -> false);
  }

  /** A value that does not come in pieces. Where a blank stands for it, it is told elsewhere. */
  final class Single implements Fold {
    private final Predicate<Json> isBlank;
    private final BiPredicate<Json, Json> agree;
    private @Nullable Json value;

    private Single(Predicate<Json> isBlank, BiPredicate<Json, Json> agree) {
      this.isBlank = isBlank;
      this.agree = agree;
    }

    @Override
    public boolean add(Json piece) {
      var known = value;
      if (known != null && agree.test(known, piece)) {
        return true;
      }
      if (known == null || (isBlank.test(known) && !isBlank.test(piece))) {
        value = piece;
        return true;
      }
      return isBlank.test(piece);
    }

    @Override
    public void write(JsonWriter out) {
      if (value == null) {
        out.nothing();
      } else {
        out.value(value);
      }
    }
  }

  /** A value that is told anew each time, so that the last one counts. */
  final class Latest implements Fold {
    private Json value = Field.NOTHING;

    @Override
    public boolean add(Json piece) {
      value = isNull(piece) ? value : piece;
      return true;
    }

    @Override
    public void write(JsonWriter out) {
      out.value(value);
    }
  }

  /** A string whose pieces follow each other. */
  final class Text implements Fold {
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private boolean given;

    @Override
    public boolean add(Json piece) {
      if (piece.is(Kind.STRING)) {
        given = true;
        piece.writeRaw((bytes, from, length) -> text.write(bytes, from + 1, length - 2));
        return true;
      }
      return isNull(piece);
    }

    @Override
    public void write(JsonWriter out) {
      if (given) {
        out.raw('"' + text.toString(UTF_8) + '"');
      } else {
        out.nothing();
      }
    }
  }

  /** Bytes in Base64, of which each piece was encoded for itself. */
  final class Base64 implements Fold {
    private static final int GROUP = 4; // characters, without padding, stand for whole bytes

    private final Text text = new Text();
    private boolean ended;

    @Override
    public boolean add(Json piece) {
      var encoded = piece.asText("");
      if (ended && !encoded.isEmpty()) {
        return false;
      }
      ended |= encoded.endsWith("=") || encoded.length() % GROUP != 0;
      return text.add(piece);
    }

    @Override
    public void write(JsonWriter out) {
      text.write(out);
    }
  }

  /** An array whose pieces follow each other. */
  final class Items implements Fold {
    private final List<Json> items = new ArrayList<>();
    private boolean given;

    @Override
    public boolean add(Json piece) {
      given |= piece.is(Kind.ARRAY);
      piece.elements().forEach(items::add);
      return piece.is(Kind.ARRAY) || isNull(piece);
    }

    /** Adds a piece that is an element by itself. */
    boolean addOne(Json item) {
      given = true;
      return items.add(item);
    }

    @Override
    public void write(JsonWriter out) {
      if (given) {
        out.beginArray();
        items.forEach(out::value);
        out.endArray();
      } else {
        out.nothing();
      }
    }
  }

  /** What is done with a member: its name in the whole, where null has no place for it. */
  record Rule(@Nullable String name, Supplier<Fold> fold) {}

  /** An object whose members are folded one by one. */
  final class Members implements Fold {
    private final Map<String, Rule> rules;
    private final Supplier<Fold> otherwise;
    private final Map<String, Fold> members = new LinkedHashMap<>();
    private boolean given;

    /** Makes a fold, and says how to fold a member for which there is no rule. */
    Members(Map<String, Rule> rules, Supplier<Fold> otherwise) {
      this.rules = rules;
      this.otherwise = otherwise;
    }

    @Override
    public boolean add(Json piece) {
      given |= piece.is(Kind.OBJECT);
      for (var member : piece.members()) {
        var fold = members.computeIfAbsent(member.name().text(), name -> rule(name).fold().get());
        if (!fold.add(member.value())) {
          return false;
        }
      }
      return piece.is(Kind.OBJECT) || isNull(piece);
    }

    private Rule rule(String name) {
      var rule = rules.get(name);
      return (rule == null) ? new Rule(name, otherwise) : rule;
    }

    @Override
    public void write(JsonWriter out) {
      if (!given) {
        out.nothing();
        return;
      }
      out.beginObject();
      members.forEach((name, fold) -> {
        var wholeName = rule(name).name();
        if (wholeName != null) {
          fold.write(out.name(wholeName));
        }
      });
      out.endObject();
    }
  }

  /** An array of objects that say by their {@code index} to which element they belong. */
  final class Indexed implements Fold {
    private final Supplier<Fold> element;
    private final boolean gapless;
    private final Map<Long, Fold> elements = new TreeMap<>();
    private boolean given;

    /** Makes a fold; without gaps, elements begin in their order, so that it tells the index. */
    Indexed(Supplier<Fold> element, boolean gapless) {
      this.element = element;
      this.gapless = gapless;
    }

    @Override
    public boolean add(Json piece) {
      given |= piece.is(Kind.ARRAY);
      for (var part : piece.elements()) {
        long index = Field.of(part, "index").asLong(-1);
        boolean follows = index >= 0 && (!gapless || index <= elements.size());
        if (!follows || !elements.computeIfAbsent(index, i -> element.get()).add(part)) {
          return false;
        }
      }
      return piece.is(Kind.ARRAY) || isNull(piece);
    }

    @Override
    public void write(JsonWriter out) {
      if (!given) {
        out.nothing();
        return;
      }
      out.beginArray();
      elements.values().forEach(fold -> fold.write(out));
      out.endArray();
    }
  }

  /** A string that has one value in each piece, and another one in the whole. */
  final class Label implements Fold {
    private final String inPieces;
    private final String inWhole;
    private boolean given;

    Label(String inPieces, String inWhole) {
      this.inPieces = inPieces;
      this.inWhole = inWhole;
    }

    @Override
    public boolean add(Json piece) {
      given |= piece.isText(inPieces);
      return piece.isText(inPieces) || piece.isText("") || isNull(piece);
    }

    @Override
    public void write(JsonWriter out) {
      if (given) {
        out.string(inWhole);
      } else {
        out.nothing();
      }
    }
  }
}
