package dev.refrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Explanation.Difference;
import dev.refrain.json.CanonicalJson;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a call looks like, leaf by leaf, by which it is compared with others. Of texts it keeps only
 * prints; numbers, truths and a few short names that say nothing of anybody are kept as they are.
 */
final class Shape {
  private static final int LEAVES_MAX = 160;
  private static final int STEPS_MAX = 6_000; // of all texts together
  private static final int SHOWN_MAX = 64;
  private static final String REST = "…";
  private static final double STRANGEST = 3;

  /** Members whose values are words of the interface, and not of its users. */
  private static final Set<String> WORDS =
      Set.of(
          "model",
          "role",
          "type",
          "effort",
          "verbosity",
          "reasoning_effort",
          "service_tier",
          "tool_choice",
          "quality",
          "size",
          "style",
          "voice",
          "format",
          "response_format",
          "encoding_format",
          "language",
          "detail",
          "mode",
          "truncation",
          "modality");

  private final Map<String, Leaf> leaves = new LinkedHashMap<>();
  private final long salt;
  private int stepsLeft = STEPS_MAX;

  /**
   * One value that has no others in it.
   *
   * @param shown the value itself, where it may be kept; else null
   */
  private record Leaf(Print print, @Nullable String shown, boolean text) {}

  private Shape(long salt) {
    this.salt = salt;
  }

  /** Returns the shape of a call; null if it has none. */
  static @Nullable Shape of(Call call, long salt) {
    if (!(call.meaning() instanceof Meaning.Keyed keyed)) {
      return null;
    }
    var body = CanonicalCopy.of(keyed.dialect(), call.request());
    if (body == null) {
      return null;
    }
    var shape = new Shape(salt);
    for (var part : Explainer.partsBesideTheBody(call, keyed.dialect())) {
      if (!part.name().equals("target")) {
        shape.addText(part.name(), part.value(), part.value());
      }
    }
    var target = keyed.dialect().decidingTarget(call.request());
    shape.addText("target", target, Explainer.shown(target).equals(target) ? target : null);
    try {
      shape.add("", "", Json.parse(body));
    } catch (JsonRejected e) {
      shape.addText("body", new String(body, UTF_8), null); // of several parts
    }
    return shape;
  }

  private void add(String path, String name, Json value) {
    switch (value.kind()) {
      case OBJECT -> {
        for (var member : value.members()) {
          var child = member.name().text();
          add(path.isEmpty() ? child : path + "." + child, child, member.value());
        }
      }
      case ARRAY -> {
        int index = 0;
        for (var element : value.elements()) {
          add(path + "[" + index++ + "]", name, element);
        }
      }
      case STRING -> {
        var text = value.text();
        addText(path, text, WORDS.contains(name) ? text : null);
      }
      case NUMBER, TRUE, FALSE, NULL -> {
        var plain = new String(CanonicalJson.bytes(value, Set.of()), UTF_8);
        addLeaf(path, plain, plain, false);
      }
    }
  }

  private void addText(String path, String text, @Nullable String shown) {
    addLeaf(path, text, shown, true);
  }

  private void addLeaf(String path, String text, @Nullable String shown, boolean isText) {
    if (leaves.size() >= LEAVES_MAX) {
      var before = leaves.get(REST);
      var salted = (before == null) ? salt : before.print.hash();
      leaves.put(REST, new Leaf(Print.of(path + text, salted, 0), null, false));
      return;
    }
    var print = Print.of(text, salt, (shown == null) ? stepsLeft : 0);
    stepsLeft -= print.beginnings().length;
    boolean isShort = shown != null && shown.length() <= SHOWN_MAX;
    leaves.put(path, new Leaf(print, isShort ? shown : null, isText));
  }

  /**
   * Where two shapes differ.
   *
   * @param distance how much, all in all: a text that ends otherwise is nearer than another text
   */
  record Comparison(List<Difference> differences, double distance) {}

  /** Returns where this differs from another, or null if in more places than anybody reads. */
  @Nullable Comparison compare(Shape other, int max) {
    var differences = new ArrayList<Difference>();
    double distance = 0;
    for (var entry : leaves.entrySet()) {
      var there = other.leaves.get(entry.getKey());
      var here = entry.getValue();
      if (there == null) {
        differences.add(new Difference(entry.getKey(), told(here), "not there"));
      } else if (!here.print.isOf(there.print) || here.text != there.text) {
        differences.add(difference(entry.getKey(), here, there));
        distance += strangeness(here, there);
      }
      if (differences.size() > max) {
        return null;
      }
    }
    for (var entry : other.leaves.entrySet()) {
      if (!leaves.containsKey(entry.getKey())) {
        differences.add(new Difference(entry.getKey(), "not there", told(entry.getValue())));
      }
    }
    return (differences.size() > max)
        ? null
        : new Comparison(differences, distance + differences.size());
  }

  /** Returns how little of two texts is the same, as far as their beginnings tell. */
  private static double strangeness(Leaf here, Leaf there) {
    int length = Math.max(here.print.length(), there.print.length());
    boolean readable = here.text && there.text && here.shown == null && length > 0;
    return readable
        ? STRANGEST * (1.0 - (double) here.print.firstDifference(there.print).from() / length)
        : 0;
  }

  private static Difference difference(String path, Leaf here, Leaf there) {
    if (here.shown != null || there.shown != null || here.text != there.text) {
      return new Difference(path, told(here), told(there));
    }
    var place = here.print.firstDifference(there.print);
    var where =
        (place.from() == place.to())
            ? "differs at character " + (place.from() + 1)
            : "differs between characters %d and %d".formatted(place.from() + 1, place.to() + 1);
    return new Difference(path, where + ", " + told(here), told(there));
  }

  private static String told(Leaf leaf) {
    if (leaf.shown != null) {
      return leaf.text ? "\"" + leaf.shown + "\"" : leaf.shown;
    }
    int length = leaf.print.length();
    return leaf.text ? "a text of %d characters".formatted(length) : "a value";
  }
}
