package dev.refrain.dialect;

import dev.refrain.Prompt;
import dev.refrain.json.CanonicalJson;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parts a request into its last text and all that comes before. */
final class GeminiPrompt {

  /* The context is put together as that of a chat is. */

  private static final Set<String> CONTENTS = Set.of("contents");
  private static final Set<String> PARTS = Set.of("parts");

  private GeminiPrompt() {}

  static @Nullable Prompt of(byte[] body) {
    try {
      var root = Json.parse(body);
      var contents = list(Field.of(root, "contents"));
      if (contents.isEmpty()) {
        return null;
      }
      var role = Field.of(contents.getLast(), "role");
      var parts = list(Field.of(contents.getLast(), "parts"));
      boolean isUser = role.is(Kind.NULL) || role.isText("user");
      if (!isUser || parts.size() != 1 || parts.getFirst().size() != 1) {
        return null;
      }
      var text = Field.of(parts.getFirst(), "text");
      return text.is(Kind.STRING)
          ? new Prompt(text.text(), digest -> addContext(root, contents, digest))
          : null;
    } catch (JsonRejected e) {
      return null;
    }
  }

  private static List<Json> list(Json value) {
    var list = new ArrayList<Json>();
    GeminiObjections.each(value).forEach(list::add);
    return list;
  }

  private static void addContext(Json root, List<Json> contents, MessageDigest digest) {
    CanonicalJson.write(root, CONTENTS, digest::update);
    for (var content : contents.subList(0, contents.size() - 1)) {
      CanonicalJson.write(content, Set.of(), digest::update);
    }
    CanonicalJson.write(contents.getLast(), PARTS, digest::update);
  }
}
