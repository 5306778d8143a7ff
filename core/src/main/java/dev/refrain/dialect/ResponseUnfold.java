package dev.refrain.dialect;

import dev.refrain.Chunks;
import dev.refrain.json.Json;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes a stream of a whole response, with the events that OpenAI sends. */
final class ResponseUnfold {

  /*
   * stream = created in_progress item* ending
   * item   = item.added (part* | input) item.done
   * part   = part.added [delta] annotation* done part.done
   * input  = [delta] done                            of a call of the caller's tools
   *
   * Where OpenAI sends many deltas there is one, with all the text. What is not known in its every
   * event is not told at all: an unknown item, an unknown part, one without an id.
   */

  private final EventChunks stream = new EventChunks();
  private final int millis;
  private long number;

  private ResponseUnfold(int millis) {
    this.millis = millis;
  }

  /** Returns a stream whose events all came at one time, or null if there is none. */
  static @Nullable Chunks unfold(Json whole, int millis) {
    var unfold = new ResponseUnfold(millis);
    return unfold.addAll(whole) ? unfold.stream.all() : null;
  }

  private boolean addAll(Json whole) {
    var ending = "response." + Field.of(whole, "status").asText("");
    var output = Field.of(whole, "output");
    if (!ResponseEvents.ENDINGS.contains(ending) || !output.is(Kind.ARRAY)) {
      return false;
    }
    add(ResponseEvents.CREATED, event -> writeBegun(whole, event.name("response")));
    add(ResponseEvents.IN_PROGRESS, event -> writeBegun(whole, event.name("response")));
    int index = 0;
    for (var item : output.elements()) {
      if (!addItem(item, index++)) {
        return false;
      }
    }
    add(ending, event -> event.name("response").value(whole));
    return true;
  }

  private void add(String type, Consumer<JsonWriter> members) {
    var event = new JsonWriter().beginObject();
    event.name("type").string(type).name("sequence_number").number(number++);
    members.accept(event);
    stream.add(type, event.endObject().toBytes(), millis);
  }

  /** Writes the response as it was before anything of its answer was there. */
  private static void writeBegun(Json whole, JsonWriter out) {
    out.beginObject();
    for (var member : whole.members()) {
      var name = member.name().text();
      switch (name) {
        case "status" -> out.name(name).string("in_progress");
        case "output" -> out.name(name).beginArray().endArray();
        case "completed_at", "error", "incomplete_details", "moderation", "usage" ->
            out.name(name).nothing();
        case "output_text" -> {} // a convenience that some imitators add
        default -> out.name(name).value(member.value());
      }
    }
    out.endObject();
  }

  private boolean addItem(Json item, int index) {
    var id = Field.of(item, "id");
    if (!id.is(Kind.STRING)) {
      return false;
    }
    var place = new Place(id, index);
    add(
        ResponseEvents.ITEM_ADDED,
        event -> writeBegunItem(item, event.name("output_index").number(index).name("item")));
    boolean known =
        switch (Field.of(item, "type").asText("")) {
          case "message" -> addParts(Field.of(item, "content"), Part.CONTENT, place);
          case "reasoning" ->
              addParts(Field.of(item, "summary"), Part.SUMMARY, place)
                  && (!Field.isGiven(item, "content")
                      || addParts(Field.of(item, "content"), Part.THOUGHT, place));
          case "function_call" -> addArguments(item, place);
          case "custom_tool_call" ->
              addInput(Field.of(item, "input"), Input.OF_CUSTOM_TOOL, place, out -> {});
          default -> false;
        };
    add(
        ResponseEvents.ITEM_DONE,
        event -> event.name("output_index").number(index).name("item").value(item));
    return known;
  }

  private static void writeBegunItem(Json item, JsonWriter out) {
    out.beginObject();
    for (var member : item.members()) {
      var name = member.name().text();
      var value = member.value();
      switch (name) {
        case "status" -> out.name(name).string("in_progress");
        case "content", "summary", "arguments", "input" -> writeEmpty(value, out.name(name));
        default -> out.name(name).value(value);
      }
    }
    out.endObject();
  }

  /** Writes a list or a text without what is in it. */
  private static void writeEmpty(Json value, JsonWriter out) {
    switch (value.kind()) {
      case ARRAY -> out.beginArray().endArray();
      case STRING -> out.string("");
      case OBJECT, NUMBER, TRUE, FALSE, NULL -> out.value(value);
    }
  }

  private boolean addArguments(Json item, Place place) {
    var name = Field.of(item, "name");
    return name.is(Kind.STRING)
        && addInput(
            Field.of(item, "arguments"),
            Input.OF_FUNCTION,
            place,
            out -> out.name("name").value(name));
  }

  private boolean addInput(Json text, Input input, Place place, Consumer<JsonWriter> more) {
    if (!text.is(Kind.STRING)) {
      return false;
    }
    addDelta(input.event, place, text, out -> {});
    add(
        input.event + ".done",
        out -> {
          more.accept(place.write(out));
          out.name(input.member).value(text);
        });
    return true;
  }

  private void addDelta(String event, Place place, Json text, Consumer<JsonWriter> more) {
    if (!text.isText("")) {
      add(event + ".delta", out -> more.accept(place.write(out).name("delta").value(text)));
    }
  }

  private boolean addParts(Json parts, Part kind, Place item) {
    int index = 0;
    for (var part : parts.elements()) {
      if (!addPart(part, kind, item.in(kind.index, index++))) {
        return false;
      }
    }
    return parts.is(Kind.ARRAY);
  }

  private boolean addPart(Json part, Part kind, Place place) {
    var speech = Speech.of(Field.of(part, "type").asText(""), kind);
    if (speech == null || !Field.of(part, speech.member).is(Kind.STRING)) {
      return false;
    }
    add(kind.event + ".added", out -> writeBegunPart(part, place.write(out).name("part")));
    addSpeech(part, speech, place);
    add(kind.event + ".done", out -> place.write(out).name("part").value(part));
    return true;
  }

  private static void writeBegunPart(Json part, JsonWriter out) {
    out.beginObject();
    for (var member : part.members()) {
      var name = member.name().text();
      switch (name) {
        case "text", "refusal", "annotations", "logprobs" ->
            writeEmpty(member.value(), out.name(name));
        default -> out.name(name).value(member.value());
      }
    }
    out.endObject();
  }

  private void addSpeech(Json part, Speech speech, Place place) {
    var text = Field.of(part, speech.member);
    addDelta(speech.event, place, text, out -> speech.writeLogprobs(part, out));
    int index = 0;
    for (var annotation : Field.of(part, "annotations").elements()) {
      int number = index++;
      add(
          "response.output_text.annotation.added",
          out ->
              place
                  .write(out)
                  .name("annotation_index")
                  .number(number)
                  .name("annotation")
                  .value(annotation));
    }
    add(
        speech.event + ".done",
        out -> speech.writeLogprobs(part, place.write(out).name(speech.member).value(text)));
  }

  /** What calls of the caller's tools are given. */
  private enum Input {
    OF_FUNCTION("response.function_call_arguments", "arguments"),
    OF_CUSTOM_TOOL("response.custom_tool_call_input", "input");

    private final String event;
    private final String member;

    Input(String event, String member) {
      this.event = event;
      this.member = member;
    }
  }

  /** The lists of parts that items have. */
  private enum Part {
    CONTENT("response.content_part", "content_index"),
    THOUGHT("response.content_part", "content_index"),
    SUMMARY("response.reasoning_summary_part", "summary_index");

    private final String event;
    private final String index;

    Part(String event, String index) {
      this.event = event;
      this.index = index;
    }
  }

  /** The texts that parts have. */
  private enum Speech {
    TEXT("response.output_text", "text"),
    REFUSAL("response.refusal", "refusal"),
    REASONING("response.reasoning_text", "text"),
    SUMMARY("response.reasoning_summary_text", "text");

    private final String event;
    private final String member;

    Speech(String event, String member) {
      this.event = event;
      this.member = member;
    }

    static @Nullable Speech of(String type, Part kind) {
      return switch (type) {
        case "output_text" -> (kind == Part.CONTENT) ? TEXT : null;
        case "refusal" -> (kind == Part.CONTENT) ? REFUSAL : null;
        case "reasoning_text" -> (kind == Part.THOUGHT) ? REASONING : null;
        case "summary_text" -> (kind == Part.SUMMARY) ? SUMMARY : null;
        default -> null;
      };
    }

    void writeLogprobs(Json part, JsonWriter out) {
      if (this != TEXT) {
        return;
      }
      out.name("logprobs");
      var logprobs = Field.of(part, "logprobs");
      if (logprobs.is(Kind.ARRAY)) {
        out.value(logprobs);
      } else {
        out.beginArray().endArray();
      }
    }
  }

  /** Where something belongs: to an item, or to a part of one. */
  private record Place(Json item, int output, String list, int index) {
    Place(Json item, int output) {
      this(item, output, "", 0);
    }

    Place in(String list, int index) {
      return new Place(item, output, list, index);
    }

    JsonWriter write(JsonWriter out) {
      out.name("item_id").value(item).name("output_index").number(output);
      return list.isEmpty() ? out : out.name(list).number(index);
    }
  }
}
