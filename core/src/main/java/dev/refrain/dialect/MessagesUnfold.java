package dev.refrain.dialect;

import dev.refrain.Chunks;
import dev.refrain.json.Json;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.util.Set;
import java.util.function.Consumer;

/** Makes a stream of a whole message, in events such as Anthropic sends. */
final class MessagesUnfold {

  /*
   * Each text is one delta. What is known only when all is said is empty in the start, and told by
   * the one change at the end; so is the number of tokens put out, which is 0 until then, so that
   * who adds the two numbers up, as one should not, is still right.
   *
   * Every use of a tool has a delta, even if its input is empty: there are clients that need one.
   *
   * This is written for messages as they should be. Of others a part may be lost here; whoever
   * calls finds that out by folding the stream again.
   */

  private static final Set<String> IN_DELTA =
      Set.of("stop_reason", "stop_sequence", "stop_details", "container");
  private static final String BESIDE_DELTA = "context_management";
  private static final String OUTPUT = "output_tokens";
  private static final Set<String> USAGE_TWICE =
      Set.of("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", OUTPUT);
  private static final Set<String> USAGE_AT_END =
      Set.of("output_tokens_details", "server_tool_use", "iterations", "fallback_credit");

  private final Json whole;
  private final int millis;
  private final EventChunks stream = new EventChunks();

  private MessagesUnfold(Json whole, int millis) {
    this.whole = whole;
    this.millis = millis;
  }

  /** Returns a stream whose events all came at one time. */
  static Chunks unfold(Json whole, int millis) {
    return new MessagesUnfold(whole, millis).unfold();
  }

  private Chunks unfold() {
    add(MessagesEvents.START, data -> writeStart(data.name("message")));
    int index = 0;
    for (var block : Field.of(whole, "content").elements()) {
      addBlock(block, index++);
    }
    add(MessagesEvents.DELTA, this::writeChange);
    add(MessagesEvents.STOP, data -> {});
    return stream.all();
  }

  private void writeStart(JsonWriter message) {
    message.beginObject();
    for (var member : whole.members()) {
      var name = member.name().text();
      message.name(name);
      switch (name) {
        case "content" -> message.beginArray().endArray();
        case "usage" -> writeUsageAtStart(member.value(), message);
        default -> {
          boolean later = IN_DELTA.contains(name) || name.equals(BESIDE_DELTA);
          message.value(later ? Field.NOTHING : member.value());
        }
      }
    }
    message.endObject();
  }

  private static void writeUsageAtStart(Json usage, JsonWriter out) {
    out.beginObject();
    for (var member : usage.members()) {
      var name = member.name().text();
      if (name.equals(OUTPUT)) {
        out.name(name).number(0);
      } else if (!USAGE_AT_END.contains(name)) {
        out.name(name).value(member.value());
      }
    }
    out.endObject();
  }

  private void writeChange(JsonWriter data) {
    data.name("delta").beginObject();
    for (var member : whole.members()) {
      if (IN_DELTA.contains(member.name().text())) {
        data.name(member.name().text()).value(member.value());
      }
    }
    data.endObject();
    if (whole.has(BESIDE_DELTA)) {
      data.name(BESIDE_DELTA).value(Field.of(whole, BESIDE_DELTA));
    }
    data.name("usage").beginObject();
    for (var member : Field.of(whole, "usage").members()) {
      var name = member.name().text();
      if (USAGE_TWICE.contains(name) || USAGE_AT_END.contains(name)) {
        data.name(name).value(member.value());
      }
    }
    data.endObject();
  }

  private void addBlock(Json block, int index) {
    var type = Field.of(block, "type").asText("");
    add(
        MessagesEvents.BLOCK_START,
        data -> {
          data.name("index").number(index).name("content_block");
          writeBlockStart(type, block, data);
        });
    switch (type) {
      case MessagesBlock.TEXT -> {
        addPart(index, "text_delta", "text", Field.of(block, "text"));
        for (var citation : Field.of(block, "citations").elements()) {
          addDelta(index, "citations_delta", delta -> delta.name("citation").value(citation));
        }
      }
      case MessagesBlock.THINKING -> {
        addPart(index, "thinking_delta", "thinking", Field.of(block, "thinking"));
        addPart(index, "signature_delta", "signature", Field.of(block, "signature"));
      }
      case MessagesBlock.COMPACTION ->
          addDelta(
              index,
              "compaction_delta",
              delta -> {
                for (var member : block.members()) {
                  if (isStreamed(type, member.name().text())) {
                    delta.name(member.name().text()).value(member.value());
                  }
                }
              });
      default -> {
        if (MessagesBlock.isToolUse(type)) {
          var input = Field.of(block, "input").raw();
          addDelta(index, "input_json_delta", delta -> delta.name("partial_json").string(input));
        }
      }
    }
    add(MessagesEvents.BLOCK_STOP, data -> data.name("index").number(index));
  }

  private static void writeBlockStart(String type, Json block, JsonWriter data) {
    data.beginObject();
    for (var member : block.members()) {
      data.name(member.name().text());
      if (isStreamed(type, member.name().text())) {
        writeEmpty(member.value(), data);
      } else {
        data.value(member.value());
      }
    }
    data.endObject();
  }

  private static boolean isStreamed(String type, String name) {
    return switch (type) {
      case MessagesBlock.TEXT -> name.equals("text") || name.equals("citations");
      case MessagesBlock.THINKING -> name.equals("thinking") || name.equals("signature");
      case MessagesBlock.COMPACTION -> name.equals("content") || name.equals("encrypted_content");
      default -> MessagesBlock.isToolUse(type) && name.equals("input");
    };
  }

  private static void writeEmpty(Json value, JsonWriter out) {
    switch (value.kind()) {
      case STRING -> out.string("");
      case ARRAY -> out.beginArray().endArray();
      case OBJECT -> out.beginObject().endObject();
      case NUMBER, TRUE, FALSE, NULL -> out.value(value);
    }
  }

  /** Adds a delta for a text that there is. */
  private void addPart(int index, String type, String name, Json text) {
    if (text.is(Kind.STRING) && !text.isText("")) {
      addDelta(index, type, delta -> delta.name(name).value(text));
    }
  }

  private void addDelta(int index, String type, Consumer<JsonWriter> members) {
    add(
        MessagesEvents.BLOCK_DELTA,
        data -> {
          data.name("index").number(index).name("delta").beginObject().name("type").string(type);
          members.accept(data);
          data.endObject();
        });
  }

  private void add(String type, Consumer<JsonWriter> members) {
    var data = new JsonWriter().beginObject().name("type").string(type);
    members.accept(data);
    stream.add(type, data.endObject().toBytes(), millis);
  }
}
