package dev.refrain.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Values made by chance as plain Java: maps, lists, strings, booleans, {@link #NULL}, and decimals
 * without trailing zeroes. Their {@code equals} is the judge of what is the same and what is not.
 */
public final class RandomJson {
  static final Object NULL =
      new Object() {
        @Override
        public String toString() {
          return "null";
        }
      };

  /** Few letters, so that different values come close, and those that escapes are made for. */
  private static final String[] LETTERS = {
    "a",
    "b",
    "1",
    "0",
    ".",
    "e",
    "\"",
    "\\",
    "/",
    "\n",
    "\u0000",
    "\u001f",
    "\u007f",
    "\u00e9",
    "e\u0301",
    "\u20ac",
    "\ud7ff",
    "\ue000",
    "\ufb33",
    "\uffff",
    "\ud83d\ude00",
    "\udbff\udfff",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "u0061",
    "null",
    "true"
  };

  private final Random random;

  /** Makes values, the same ones again for the same seed. */
  public RandomJson(long seed) {
    this.random = new Random(seed);
  }

  /** Returns a value with so many values within each other at most. */
  public Object value(int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 5)) {
      case 0 -> text();
      case 1, 2 -> number();
      case 3 -> random.nextBoolean();
      case 4 -> NULL;
      case 5 -> list(depth);
      default -> map(depth);
    };
  }

  private String text() {
    var text = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      text.append(LETTERS[random.nextInt(LETTERS.length)]);
    }
    return text.toString();
  }

  private BigDecimal number() {
    int digits = 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 40);
    var unscaled = new BigInteger(digits, random);
    int scale = random.nextInt(random.nextInt(10) == 0 ? 2000 : 30) - 12;
    var number = new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), scale);
    return number.stripTrailingZeros();
  }

  private List<Object> list(int depth) {
    var list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(value(depth - 1));
    }
    return list;
  }

  private Map<String, Object> map(int depth) {
    var map = new LinkedHashMap<String, Object>();
    int size = random.nextInt(20) == 0 ? 30 : random.nextInt(5);
    for (int i = 0; i < size; i++) {
      map.put(text(), value(depth - 1));
    }
    return map;
  }

  /** Returns a copy that differs in one place, or in none by chance. */
  public Object changed(Object value) {
    return switch (value) {
      case List<?> list when !list.isEmpty() -> changedList(new ArrayList<>(list));
      case Map<?, ?> map when !map.isEmpty() -> changedMap(new LinkedHashMap<>(map));
      case BigDecimal number -> nearTo(number);
      case String text when random.nextBoolean() -> text + LETTERS[random.nextInt(LETTERS.length)];
      default -> random.nextBoolean() ? String.valueOf(value) : value(1);
    };
  }

  private Object nearTo(BigDecimal number) {
    return switch (random.nextInt(4)) {
      case 0 -> number.add(number.ulp()).stripTrailingZeros();
      case 1 -> number.negate();
      case 2 -> number.scaleByPowerOfTen(1).stripTrailingZeros();
      default -> number.toString();
    };
  }

  private List<Object> changedList(List<Object> list) {
    int at = random.nextInt(list.size());
    switch (random.nextInt(5)) {
      case 0 -> list.remove(at);
      case 1 -> list.add(at, value(0));
      case 2 -> Collections.swap(list, at, random.nextInt(list.size()));
      case 3 -> list.set(at, List.of(list.get(at)));
      default -> list.set(at, changed(list.get(at)));
    }
    return list;
  }

  private Map<Object, Object> changedMap(Map<Object, Object> map) {
    var names = new ArrayList<>(map.keySet());
    var name = names.get(random.nextInt(names.size()));
    switch (random.nextInt(5)) {
      case 0 -> map.remove(name);
      case 1 -> map.put(text(), value(0));
      case 2 -> map.put(text(), map.remove(name));
      case 3 -> map.put(name, NULL);
      default -> map.put(name, changed(map.get(name)));
    }
    return map;
  }

  /** Returns {@code value} as JSON: spaced, ordered, escaped and calculated by chance. */
  public String spelled(Object value) {
    var out = new StringBuilder();
    spell(value, out);
    return out.toString();
  }

  private void spell(Object value, StringBuilder out) {
    space(out);
    switch (value) {
      case List<?> list -> {
        var comma = "[";
        for (var element : list) {
          spell(element, out.append(comma));
          comma = ",";
        }
        out.append(list.isEmpty() ? "[" : "");
        space(out);
        out.append(']');
      }
      case Map<?, ?> map -> spellMap(map, out);
      case String text -> spellText(text, out);
      case BigDecimal number -> out.append(spelledNumber(number));
      default -> out.append(value);
    }
    space(out);
  }

  private void spellMap(Map<?, ?> map, StringBuilder out) {
    var names = new ArrayList<>(map.keySet());
    Collections.shuffle(names, random);
    out.append('{');
    space(out);
    var comma = "";
    for (var name : names) {
      out.append(comma);
      spell(name, out);
      out.append(':');
      spell(map.get(name), out);
      comma = ",";
    }
    out.append('}');
  }

  private void space(StringBuilder out) {
    for (int i = random.nextInt(12); i > 9; i--) {
      out.append(" \t\r\n".charAt(random.nextInt(4)));
    }
  }

  private void spellText(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      int shortEscape = "\"\\/\b\f\n\r\t".indexOf(unit);
      boolean mustEscape = unit < ' ' || unit == '"' || unit == '\\';
      // A surrogate is left alone or both are escaped: half of one is no UTF-8.
      boolean mayEscape = !Character.isSurrogate(unit) && random.nextInt(4) == 0;
      if (shortEscape >= 0 && (mustEscape || mayEscape) && random.nextBoolean()) {
        out.append('\\').append("\"\\/bfnrt".charAt(shortEscape));
      } else if (mustEscape || mayEscape || allEscaped(text)) {
        out.append((random.nextBoolean() ? "\\u%04x" : "\\u%04X").formatted((int) unit));
      } else {
        out.append(unit);
      }
    }
    out.append('"');
  }

  private static boolean allEscaped(String text) {
    return text.hashCode() % 3 == 0;
  }

  private String spelledNumber(BigDecimal number) {
    int shift = random.nextInt(21) - 10;
    var shifted = number.scaleByPowerOfTen(-shift);
    if (random.nextBoolean() && shifted.scale() >= 0) {
      shifted = shifted.setScale(shifted.scale() + random.nextInt(5));
    }
    var plain = (Math.abs(shifted.scale()) < 100) ? shifted.toPlainString() : null;
    var sign = (number.signum() == 0 && random.nextBoolean()) ? "-" : "";
    if (plain == null) {
      return sign + number;
    }
    var mark = random.nextBoolean() ? "e" : "E";
    var plus = (shift >= 0 && random.nextBoolean()) ? "+" : "";
    return sign + plain + (shift == 0 ? "" : mark + plus + shift);
  }

  /** Returns the canonical form of {@code value}, found in the simplest way. */
  static String canonical(Object value) {
    return switch (value) {
      case List<?> list -> {
        var elements = list.stream().map(RandomJson::canonical).toList();
        yield "[" + String.join(",", elements) + "]";
      }
      case Map<?, ?> map -> {
        var members = new TreeMap<String, String>();
        map.forEach((name, member) -> members.put((String) name, canonical(member)));
        var written = new ArrayList<String>();
        members.forEach((name, member) -> written.add(canonical(name) + ":" + member));
        yield "{" + String.join(",", written) + "}";
      }
      case String text -> canonicalText(text);
      case BigDecimal number -> canonicalNumber(number);
      default -> value.toString();
    };
  }

  private static String canonicalText(String text) {
    var out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      int escape = "\"\\\b\f\n\r\t".indexOf(unit);
      if (escape >= 0) {
        out.append('\\').append("\"\\bfnrt".charAt(escape));
      } else if (unit < ' ') {
        out.append("\\u%04x".formatted((int) unit));
      } else {
        out.append(unit);
      }
    }
    return out.append('"').toString();
  }

  private static String canonicalNumber(BigDecimal number) {
    var size = number.abs();
    boolean plain =
        number.signum() == 0
            || (size.compareTo(new BigDecimal("1e21")) < 0
                && size.compareTo(new BigDecimal("1e-6")) >= 0);
    if (plain) {
      return number.toPlainString();
    }
    var digits = number.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - number.scale();
    return (number.signum() < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." : "")
        + digits.substring(1)
        + (exponent < 0 ? "e" : "e+")
        + exponent;
  }
}
