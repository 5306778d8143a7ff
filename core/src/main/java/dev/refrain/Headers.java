package dev.refrain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** HTTP header fields in their order, immutable. Names are compared without regard to case. */
public final class Headers {
  private static final Headers NONE = new Headers(new String[0]);
  private static final int DIGITS_MAX = 18; // of a number that fits

  private final String[] namesAndValues;

  private Headers(String[] namesAndValues) {
    this.namesAndValues = namesAndValues;
  }

  /** Returns no headers at all. */
  public static Headers none() {
    return NONE;
  }

  /** Returns the given headers: name, value, name, value, … */
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a name without a value");
    }
    return new Headers(namesAndValues.clone());
  }

  /** Returns the headers in a list that alternates names and values. */
  public static Headers of(List<String> namesAndValues) {
    if (namesAndValues.size() % 2 != 0) {
      throw new IllegalArgumentException("a name without a value");
    }
    return new Headers(namesAndValues.toArray(String[]::new));
  }

  /** Returns the first value of a header. */
  public @Nullable String get(String name) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (namesAndValues[i].equalsIgnoreCase(name)) {
        return namesAndValues[i + 1];
      }
    }
    return null;
  }

  /** Returns all values of a header in their order. */
  public List<String> all(String name) {
    var values = new ArrayList<String>(1);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (namesAndValues[i].equalsIgnoreCase(name)) {
        values.add(namesAndValues[i + 1]);
      }
    }
    return values;
  }

  /** Returns the first value of a header as a whole number; -1 if there is none, or it is none. */
  public long number(String name) {
    var value = get(name);
    boolean digits =
        value != null
            && !value.isEmpty()
            && value.length() <= DIGITS_MAX
            && value.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Long.parseLong(value) : -1;
  }

  /** Returns whether there is a name, as it is written here, that passes the test. */
  public boolean anyName(Predicate<String> test) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (test.test(namesAndValues[i])) {
        return true;
      }
    }
    return false;
  }

  /** Returns these headers with only the names that the test lets pass, in lower case. */
  public Headers only(Predicate<String> name) {
    var kept = new ArrayList<String>(namesAndValues.length);
    forEach((n, value) -> {
      if (name.test(n.toLowerCase(Locale.ROOT))) {
        kept.add(n);
        kept.add(value);
      }
    });
    return (kept.size() == namesAndValues.length) ? this : of(kept);
  }

  /** Returns these headers without the given names, which are in lower case. */
  public Headers without(Set<String> names) {
    return only(name -> !names.contains(name));
  }

  /** Returns these headers with one set to this value alone. */
  public Headers with(String name, String value) {
    var all = new ArrayList<String>(namesAndValues.length + 2);
    forEach((other, its) -> {
      if (!other.equalsIgnoreCase(name)) {
        all.add(other);
        all.add(its);
      }
    });
    all.add(name);
    all.add(value);
    return of(all);
  }

  /** Shows each name and value in turn. */
  public void forEach(BiConsumer<String, String> action) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      action.accept(namesAndValues[i], namesAndValues[i + 1]);
    }
  }

  /** Returns how many headers there are. */
  public int size() {
    return namesAndValues.length / 2;
  }

  /** Returns how many characters the names and values have. */
  public int length() {
    int length = 0;
    for (var part : namesAndValues) {
      length += part.length();
    }
    return length;
  }

  @Override
  public boolean equals(Object other) {
    return (other instanceof Headers that) && Arrays.equals(namesAndValues, that.namesAndValues);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(namesAndValues);
  }

  /** Names alone, since values may be credentials. */
  @Override
  public String toString() {
    Iterator<String> parts = Arrays.asList(namesAndValues).iterator();
    var names = new ArrayList<String>();
    while (parts.hasNext()) {
      names.add(parts.next());
      parts.next();
    }
    return names.toString();
  }
}
