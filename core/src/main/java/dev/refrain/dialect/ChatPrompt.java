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
   * What is asked is a text, or a list of messages whose last one has a text or a single part that
   * is one. The context, each part behind the other, a JSON value saying itself where it ends:
   *
   *   context = rest [message* "|" last [part]]
   *   rest    = the body without its messages
   *   last    = the last message without its content
   *   part    = the only part of the content without its text
   */

  private static final Set<String> CONTENT = Set.of("content");
  private static final Set<String> TEXT = Set.of("text");
  private static final Set<String> TEXT_TYPES = Set.of("text", "input_text");
  private static final byte LAST = '|';

  private final Json root;
  private final String list;
  private final Set<String> undeciding;

  private ChatPrompt(Json root, String list, Set<String> undeciding) {
    this.root = root;
    this.list = list;
    this.undeciding = undeciding;
  }

  /** Parts a body whose messages are in the member {@code list}. */
  static @Nullable Prompt of(byte[] body, String list, Set<String> undeciding) {
    try {
      return new ChatPrompt(Json.parse(body), list, undeciding).prompt();
    } catch (JsonRejected e) {
      return null;
    }
  }

  private @Nullable Prompt prompt() {
    var asked = Field.of(root, list);
    if (asked.is(Kind.STRING)) {
      return new Prompt(asked.text(), this::addRest);
    }
    var last = last(asked);
    if (!Field.of(last, "role").isText("user")) {
      return null;
    }
    var content = Field.of(last, "content");
    if (content.is(Kind.STRING)) {
      return new Prompt(content.text(), digest -> addMessages(last, digest));
    }
    var part = last(content);
    var text = Field.of(part, "text");
    boolean isText = TEXT_TYPES.contains(Field.of(part, "type").asText(""));
    if (content.size() != 1 || !isText || !text.is(Kind.STRING)) {
      return null;
    }
    return new Prompt(
        text.text(),
        digest -> {
          addMessages(last, digest);
          CanonicalJson.write(part, TEXT, digest::update);
        });
  }

  private static Json last(Json array) {
    var last = Field.NOTHING;
    for (var element : array.elements()) {
      last = element;
    }
    return last;
  }

  private void addRest(MessageDigest digest) {
    var without = new HashSet<>(undeciding);
    without.add(list);
    CanonicalJson.write(root, without, digest::update);
  }

  private void addMessages(Json last, MessageDigest digest) {
    addRest(digest);
    var messages = Field.of(root, list);
    int before = messages.size() - 1;
    for (var message : messages.elements()) {
      if (before-- > 0) {
        CanonicalJson.write(message, Set.of(), digest::update);
      }
    }
    digest.update(LAST);
    CanonicalJson.write(last, CONTENT, digest::update);
  }
}
