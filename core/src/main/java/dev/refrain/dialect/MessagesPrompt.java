package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

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
final class MessagesPrompt {

  /*
   * The context, each part behind the other, a JSON value saying itself where it ends:
   *
   *   context = rest message* last block
   *   rest    = the body without its messages
   *   last    = the last message without its content
   *   block   = the one block of its content without the text
   *
   * A string is short for one block of text, and has the same context.
   */

  private static final Set<String> CONTENT = Set.of("content");
  private static final Set<String> TEXT = Set.of("text");
  private static final Json PLAIN_BLOCK = json("{\"type\":\"text\"}");

  private MessagesPrompt() {}

  static @Nullable Prompt of(byte[] body) {
    try {
      var root = Json.parse(body);
      Json last = null;
      for (var message : Field.of(root, "messages").elements()) {
        last = message;
      }
      return (last != null && Field.of(last, "role").isText("user")) ? of(root, last) : null;
    } catch (JsonRejected e) {
      return null;
    }
  }

  private static @Nullable Prompt of(Json root, Json last) {
    var content = Field.of(last, "content");
    if (content.is(Kind.STRING)) {
      return new Prompt(content.text(), digest -> addContext(root, last, PLAIN_BLOCK, digest));
    }
    Json only = null;
    for (var block : content.elements()) {
      if (only != null || !Field.of(block, "type").isText("text")) {
        return null;
      }
      only = block;
    }
    if (only == null || !Field.of(only, "text").is(Kind.STRING)) {
      return null;
    }
    var block = only;
    var text = Field.of(block, "text").text();
    return new Prompt(text, digest -> addContext(root, last, block, digest));
  }

  private static void addContext(Json root, Json last, Json block, MessageDigest digest) {
    var without = new HashSet<>(MessagesRequest.UNDECIDING);
    without.add("messages");
    CanonicalJson.write(root, without, digest::update);
    int before = Field.of(root, "messages").size() - 1;
    for (var message : Field.of(root, "messages").elements()) {
      if (before-- > 0) {
        CanonicalJson.write(message, Set.of(), digest::update);
      }
    }
    CanonicalJson.write(last, CONTENT, digest::update);
    CanonicalJson.write(block, TEXT, digest::update);
  }

  private static Json json(String text) {
    try {
      return Json.parse(text.getBytes(UTF_8));
    } catch (JsonRejected e) {
      throw new AssertionError(e);
    }
  }
}
