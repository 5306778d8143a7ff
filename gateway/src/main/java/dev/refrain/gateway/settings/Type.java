package dev.refrain.gateway.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A kind of value, and how its text is read. */
interface Type<T> {
  /** Returns what to write, as it follows "expected". */
  String expected();

  /** Returns the value. */
  T read(String text) throws BadTextException;

  /** Returns the type of a list's items, or null if this is no list. */
  default @Nullable Type<?> item() {
    return null;
  }

  /** {@code true} or {@code false}. */
  static Type<Boolean> truth() {
    return new Truth();
  }

  /** A whole number. */
  static Type<Integer> count(int min, int max) {
    return new Count(min, max);
  }

  /** Any number that is not negative. */
  static Type<Double> factor(double max) {
    return new Factor(max);
  }

  /** A part of a whole, in percent; the value is from 0 to 1. */
  static Type<Double> share() {
    return new Share();
  }

  /** A number of bytes, for instance {@code 8MiB}. */
  static Type<Long> size(String min, String max) {
    return new Sizes(min, max);
  }

  /** A time, for instance {@code 30s}. */
  static Type<Duration> duration(String min, String max) {
    return new Durations(min, max);
  }

  /** One of a few values, by its name. */
  static <T> Type<T> oneOf(List<T> values) {
    return new OneOf<>(values);
  }

  /** Several values, parted by commas where they are not a list of the file. */
  static <T> Type<List<T>> listOf(Type<T> item) {
    return new ListOf<>(item);
  }

  /** See {@link #truth}. */
  record Truth() implements Type<Boolean> {
    @Override
    public String expected() {
      return "true or false";
    }

    @Override
    public Boolean read(String text) throws BadTextException {
      return switch (text) {
        case "true" -> true;
        case "false" -> false;
        default -> throw BadTextException.expected(expected(), text);
      };
    }
  }

  /** See {@link #count}. */
  record Count(int min, int max) implements Type<Integer> {
    @Override
    public String expected() {
      return "a whole number from " + min + " to " + max;
    }

    @Override
    public Integer read(String text) throws BadTextException {
      try {
        int value = Integer.parseInt(text);
        if (value >= min && value <= max) {
          return value;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw BadTextException.expected(expected(), text);
    }
  }

  /** See {@link #factor}. */
  record Factor(double max) implements Type<Double> {
    @Override
    public String expected() {
      return "a number from 0 to " + (long) max;
    }

    @Override
    public Double read(String text) throws BadTextException {
      double value = number(text);
      if (!(value >= 0 && value <= max)) {
        throw BadTextException.expected(expected(), text);
      }
      return value;
    }

    /** Returns the plain decimal number, or NaN: Java's own parser also takes 0x1p3 and 1d. */
    static double number(String text) {
      int points = 0;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        points += (c == '.') ? 1 : 0;
        if ((c < '0' || c > '9') && c != '.') {
          return Double.NaN;
        }
      }
      return (points < text.length() && points <= 1) ? Double.parseDouble(text) : Double.NaN;
    }
  }

  /** See {@link #share}. */
  record Share() implements Type<Double> {
    @Override
    public String expected() {
      return "a percentage from 0% to 100%, such as 5%";
    }

    @Override
    public Double read(String text) throws BadTextException {
      double percent =
          text.endsWith("%") ? Factor.number(text.substring(0, text.length() - 1)) : Double.NaN;
      if (!(percent >= 0 && percent <= 100)) {
        throw BadTextException.expected(expected(), text);
      }
      return percent / 100;
    }
  }

  /** See {@link #oneOf}. */
  record OneOf<T>(List<T> values) implements Type<T> {
    @Override
    public String expected() {
      return "one of " + String.join(", ", names());
    }

    @Override
    public T read(String text) throws BadTextException {
      for (var value : values) {
        if (value.toString().equals(text)) {
          return value;
        }
      }
      throw BadTextException.expected(expected(), text, names());
    }

    private List<String> names() {
      return values.stream().map(Object::toString).toList();
    }
  }

  /** See {@link #listOf}. */
  record ListOf<T>(Type<T> item) implements Type<List<T>> {
    @Override
    public String expected() {
      return "a list, each item " + item.expected();
    }

    @Override
    public List<T> read(String text) throws BadTextException {
      var values = new ArrayList<T>();
      if (!text.isBlank()) {
        for (int from = 0, comma; from <= text.length(); from = comma + 1) {
          comma = text.indexOf(',', from);
          comma = (comma < 0) ? text.length() : comma;
          values.add(item.read(text.substring(from, comma).strip()));
        }
      }
      return List.copyOf(values);
    }
  }
}
