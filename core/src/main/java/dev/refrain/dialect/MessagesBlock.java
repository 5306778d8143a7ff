package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.dialect.Fold.Items;
import dev.refrain.dialect.Fold.Text;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.util.LinkedHashMap;
import java.util.Map;

/** One block of a message, made of its start and its deltas. */
final class MessagesBlock {

  /*
   * delta             of a block        adds
   *
   * text_delta        text              to the text
   * citations_delta   text              one citation
   * thinking_delta    thinking          to the thinking
   * signature_delta   thinking          the signature, all of it, to the byte
   * input_json_delta  … tool_use        to the JSON that takes the place of an empty input
   * compaction_delta  compaction        the content, and what is encrypted of it, all of both
   *
   * Blocks of other types are whole when they start. What a delta has besides is refused.
   */

  static final String TEXT = "text";
  static final String THINKING = "thinking";
  static final String COMPACTION = "compaction";

  private static final String INPUT = "input";

  private final Json start;
  private final String type;
  private final Map<String, Fold> members = new LinkedHashMap<>();
  private final Items citations = new Items();
  private final StringBuilder input = new StringBuilder();
  private boolean ended;

  MessagesBlock(Json start) {
    this.start = start;
    this.type = Field.of(start, "type").asText("");
  }

  /** Tells whether blocks of this type are given something to do, by the caller or others. */
  static boolean isToolUse(String type) {
    return type.endsWith("tool_use");
  }

  /** Adds what the start tells. Returns false if it tells what cannot be gone on with. */
  boolean begin() {
    for (var member : start.members()) {
      if (!fold(member.name().text()).add(member.value())) {
        return false;
      }
    }
    return start.is(Kind.OBJECT);
  }

  private Fold fold(String name) {
    return members.computeIfAbsent(name, this::newFold);
  }

  private Fold newFold(String name) {
    return switch (type + "." + name) {
      case "text.text", "thinking.thinking" -> new Text();
      case "text.citations" -> citations;
      case "thinking.signature", "compaction.content", "compaction.encrypted_content" ->
          Fold.late();
      default -> Fold.same();
    };
  }

  /** Adds a delta. Returns false if it does not go together with what there is. */
  boolean add(Json delta) {
    var deltaType = Field.of(delta, "type").asText("");
    if (ended || !takes(deltaType)) {
      return false;
    }
    for (var member : delta.members()) {
      var name = member.name().text();
      if (!name.equals("type") && !add(deltaType, name, member.value())) {
        return false;
      }
    }
    return true;
  }

  private boolean takes(String deltaType) {
    return switch (type) {
      case TEXT -> deltaType.equals("text_delta") || deltaType.equals("citations_delta");
      case THINKING -> deltaType.equals("thinking_delta") || deltaType.equals("signature_delta");
      case COMPACTION -> deltaType.equals("compaction_delta");
      default -> isToolUse(type) && deltaType.equals("input_json_delta");
    };
  }

  private boolean add(String deltaType, String name, Json value) {
    return switch (deltaType + "." + name) {
      case "text_delta.text",
          "thinking_delta.thinking",
          "signature_delta.signature",
          "compaction_delta.content",
          "compaction_delta.encrypted_content" ->
          fold(name).add(value);
      case "citations_delta.citation" -> {
        fold("citations");
        yield citations.addOne(value);
      }
      case "input_json_delta.partial_json" -> {
        fold(INPUT);
        input.append(value.asText(""));
        yield value.is(Kind.STRING) && isEmptyInput(Field.of(start, INPUT));
      }
      default -> false;
    };
  }

  private static boolean isEmptyInput(Json value) {
    return value.is(Kind.NULL) || (value.is(Kind.OBJECT) && value.size() == 0);
  }

  /** Ends the block. Returns false if it was over already. */
  boolean end() {
    boolean open = !ended;
    ended = true;
    return open;
  }

  boolean ended() {
    return ended;
  }

  /** Writes the whole of it. */
  void write(JsonWriter out) throws JsonRejected {
    out.beginObject();
    for (var member : members.entrySet()) {
      out.name(member.getKey());
      if (member.getKey().equals(INPUT) && !input.isEmpty()) {
        out.value(Json.parse(input.toString().getBytes(UTF_8)));
      } else {
        member.getValue().write(out);
      }
    }
    out.endObject();
  }
}
