package dev.refrain.dialect;

import dev.refrain.Facts;
import dev.refrain.Reading;
import dev.refrain.Reason;
import dev.refrain.json.CanonicalJson;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads requests whose body is JSON, all of which decides the answer but for a few members. */
final class JsonRequest {
  private static final Reading UNPARSABLE = new Reading.Opaque(Reason.UNPARSABLE);

  private JsonRequest() {}

  /** What is understood of a body. */
  @FunctionalInterface
  interface Understanding {
    /** Returns the facts, or null if they are in doubt. */
    @Nullable Facts of(Json root);
  }

  static Reading read(byte[] body, Set<String> undeciding, Understanding understanding) {
    try {
      var root = Json.parse(body);
      var facts = understanding.of(root);
      return (facts == null)
          ? UNPARSABLE
          : new Reading.Clear(
              facts, digest -> CanonicalJson.write(root, undeciding, digest::update));
    } catch (JsonRejected e) {
      return UNPARSABLE;
    }
  }
}
