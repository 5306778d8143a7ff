package dev.refrain.gateway.traces;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.util.regex.Pattern;

/** Finds in a reply, whatever its dialect and form, which model has answered. Not thread-safe. */
final class ReplyModel {
  /*
   * The member stands near the beginning, but for one of Gemini's plain replies. Within a text no
   * quote stands without a backslash before it, so no text that a model says looks like it.
   */

  private static final int LOOKED_AT_MAX = 16 << 10;
  private static final Pattern MODEL =
      Pattern.compile("\"(?:model|modelVersion)\"\\s*:\\s*\"([\\w./:@-]{1,100})\"");

  private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();

  /** Looks through the next part. */
  void add(byte[] chunk) {
    int length = Math.min(chunk.length, LOOKED_AT_MAX - beginning.size());
    beginning.write(chunk, 0, length);
  }

  /** Returns the model, or "" if the reply does not say. */
  String name() {
    var found = MODEL.matcher(beginning.toString(ISO_8859_1));
    return found.find() ? found.group(1) : "";
  }
}
