package dev.refrain.dialect;

import dev.refrain.Prompt;
import dev.refrain.json.CanonicalJson;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parts a list of messages into the last one's text and all that comes before. */
final class ChatPrompt {

  /*
   * The context, each part behind the other, a JSON value saying itself where it ends:
   *
   *   context = rest message* last
   *   rest    = the body without its messages
   *   last    = the last message without its content
   */

  private static final Set<String> CONTENT = Set.of("content");

  private ChatPrompt() {}

  static @Nullable Prompt of(byte[] body) {
    try {
      var root = Json.parse(body);
      Json last = null;
      for (var message : Field.of(root, "messages").elements()) {
        last = message;
      }
      if (last == null || !Field.of(last, "role").isText("user")) {
        return null;
      }
      var content = Field.of(last, "content");
      var question = last;
      return content.is(Kind.STRING)
          ? new Prompt(content.text(), digest -> addContext(root, question, digest))
          : null;
    } catch (JsonRejected e) {
      return null;
    }
  }

  private static void addContext(Json root, Json last, MessageDigest digest) {
    var without = new HashSet<>(ChatRequest.UNDECIDING);
    without.add("messages");
    CanonicalJson.write(root, without, digest::update);
    int before = Field.of(root, "messages").size() - 1;
    for (var message : Field.of(root, "messages").elements()) {
      if (before-- > 0) {
        CanonicalJson.write(message, Set.of(), digest::update);
      }
    }
    CanonicalJson.write(last, CONTENT, digest::update);
  }
}
