package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import org.jspecify.annotations.Nullable;

/** Reads the fields of strangers' objects, where none at all is as good as null. */
final class Field {
  /** A null. */
  static final Json NOTHING = nothing();

  private Field() {}

  /** Returns the value of a field, which is null if there is none. */
  static Json of(Json object, String name) {
    var value = object.get(name);
    return (value == null) ? NOTHING : value;
  }

  static boolean isGiven(Json object, String name) {
    return !of(object, name).is(Kind.NULL);
  }

  /** Returns the model that a body names, or the deployment if it names none; null in doubt. */
  static @Nullable String model(Json root, @Nullable String deployment) {
    var model = of(root, "model");
    if (model.is(Kind.NULL) && root.is(Kind.OBJECT)) {
      return deployment;
    }
    return model.is(Kind.STRING) ? model.text() : null;
  }

  private static Json nothing() {
    try {
      return Json.parse("null".getBytes(UTF_8));
    } catch (JsonRejected e) {
      throw new AssertionError(e);
    }
  }
}
