package dev.refrain.dialect;

import dev.refrain.Form;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import dev.refrain.sse.SseReader;
import dev.refrain.sse.SseTooLargeException;
import org.jspecify.annotations.Nullable;

/** Finds what the assistant says in a reply. */
final class ChatText {
  private final StringBuilder text = new StringBuilder();
  private boolean found;

  private ChatText() {}

  static @Nullable String of(Form form, byte[] reply) {
    var said = new ChatText();
    try {
      if (StreamForms.isStream(form)) {
        for (var event : SseReader.readAll(reply)) {
          if (!event.text().equals(EventStream.DONE)) {
            said.add(Json.parse(event.bytes()), "delta");
          }
        }
      } else {
        said.add(Json.parse(reply), "message");
      }
    } catch (JsonRejected | SseTooLargeException e) {
      return null;
    }
    return said.found ? said.text.toString() : null;
  }

  private void add(Json reply, String part) {
    for (var choice : Field.of(reply, "choices").elements()) {
      var content = Field.of(Field.of(choice, part), "content");
      if (Field.of(choice, "index").asLong(0) == 0 && content.is(Kind.STRING)) {
        text.append(content.text());
        found = true;
      }
    }
  }
}
