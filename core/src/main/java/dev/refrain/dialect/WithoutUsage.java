package dev.refrain.dialect;

import dev.refrain.Chunks;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.util.Set;

/** Takes the usage out of a stream, chunk by chunk, and nothing else. */
final class WithoutUsage {
  private static final String USAGE = "usage";
  private static final Set<String> OF_EACH_CHUNK = Set.of(USAGE, "choices", "obfuscation");

  private WithoutUsage() {}

  static Chunks of(EventStream stream) throws JsonRejected {
    var out = new EventChunks();
    var before = Field.NOTHING;
    int millis = 0;
    for (var event : stream.events()) {
      var chunk = event.json();
      millis = event.millis();
      if (!chunk.has(USAGE)) {
        out.add(event.data(), millis);
      } else if (!tellsUsageAlone(chunk, before)) {
        out.add(strip(chunk), millis);
      }
      before = chunk;
    }
    return out.done(millis);
  }

  /** Tells whether the chunk is there for the usage, and repeats the one before otherwise. */
  private static boolean tellsUsageAlone(Json chunk, Json before) {
    var choices = Field.of(chunk, "choices");
    if (!Field.isGiven(chunk, USAGE) || !choices.is(Kind.ARRAY) || choices.size() > 0) {
      return false;
    }
    for (var member : chunk.members()) {
      var name = member.name().text();
      if (!OF_EACH_CHUNK.contains(name)
          && !SameValue.same(member.value(), Field.of(before, name))) {
        return false;
      }
    }
    return true;
  }

  private static byte[] strip(Json chunk) {
    var stripped = new JsonWriter().beginObject();
    for (var member : chunk.members()) {
      if (!member.name().isText(USAGE)) {
        stripped.name(member.name().text()).value(member.value());
      }
    }
    return stripped.endObject().toBytes();
  }
}
