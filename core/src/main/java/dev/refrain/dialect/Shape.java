package dev.refrain.dialect;

import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.util.Map;

/** What a member of a request must be where it is known. Null is as good as none. */
enum Shape {
  STRING,
  BOOLEAN,
  INTEGER,
  OBJECT,
  OBJECTS,
  STRING_OR_OBJECTS;

  /** Tells whether all known members of an object are what they must be. */
  static boolean fitAll(Json object, Map<String, Shape> shapes) {
    for (var member : object.members()) {
      var shape = shapes.get(member.name().text());
      if (shape != null && !shape.fits(member.value())) {
        return false;
      }
    }
    return true;
  }

  private boolean fits(Json value) {
    if (value.is(Kind.NULL)) {
      return true;
    }
    return switch (this) {
      case STRING -> value.is(Kind.STRING);
      case BOOLEAN -> value.is(Kind.TRUE) || value.is(Kind.FALSE);
      case INTEGER -> value.asLong(0) == value.asLong(1); // no number stands for both
      case OBJECT -> value.is(Kind.OBJECT);
      case OBJECTS -> value.is(Kind.ARRAY) && allObjects(value);
      case STRING_OR_OBJECTS -> value.is(Kind.STRING) || OBJECTS.fits(value);
    };
  }

  private static boolean allObjects(Json array) {
    for (var element : array.elements()) {
      if (!element.is(Kind.OBJECT)) {
        return false;
      }
    }
    return true;
  }
}
