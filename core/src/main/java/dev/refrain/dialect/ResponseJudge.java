package dev.refrain.dialect;

import dev.refrain.Chunks;
import dev.refrain.Dialect.Verdict;
import dev.refrain.Facts;
import dev.refrain.Reason;
import dev.refrain.Recording;
import dev.refrain.Usage;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import dev.refrain.sse.SseTooLargeException;
import java.util.EnumSet;
import java.util.Set;

/** Finds all that is wrong with a response. */
final class ResponseJudge {

  /*
   * A stream is judged by its last event, which has the whole response in it, and by each item that
   * is done, since not all who imitate OpenAI repeat them in the end. What is not known, an event
   * as well as an item, says nothing for or against a response; but an item that is named like a
   * call or a request is one that waits for the caller, unless it is known to be the provider's.
   */

  private static final Set<String> CALLS_OF_THE_PROVIDER =
      Set.of(
          "code_interpreter_call",
          "file_search_call",
          "image_generation_call",
          "mcp_call",
          "web_search_call");

  private final Facts asked;
  private final Set<Reason> defects = EnumSet.noneOf(Reason.class);
  private Usage usage = Usage.UNKNOWN;
  private boolean spoken;
  private boolean ended; // by the last event read
  private long lastNumber = -1;

  private ResponseJudge(Facts asked) {
    this.asked = asked;
  }

  static Verdict judge(Facts asked, Recording reply) {
    var judge = new ResponseJudge(asked);
    if (StreamForms.isStream(reply.slot().form())) {
      judge.readStream(reply.chunks());
    } else {
      judge.readWhole(reply.chunks().bytes());
    }
    if (!judge.spoken) {
      judge.defects.add(Reason.EMPTY);
    }
    return new Verdict(judge.defects, judge.usage);
  }

  private void readWhole(byte[] document) {
    try {
      readResponse(Json.parse(document));
    } catch (JsonRejected e) {
      defects.add(Reason.INVALID_JSON);
    }
  }

  private void readStream(Chunks chunks) {
    try {
      var stream = EventStream.read(chunks);
      for (var event : stream.events()) {
        readEvent(event);
      }
      if (!ended || stream.cut()) {
        defects.add(Reason.NO_TERMINAL_EVENT);
      }
    } catch (SseTooLargeException e) {
      defects.add(Reason.TOO_LARGE);
    }
  }

  private void readEvent(EventStream.Event event) {
    ended = false;
    if (event.isError()) {
      defects.add(Reason.ERROR_EVENT);
      return;
    }
    try {
      readEvent(event.json());
    } catch (JsonRejected e) {
      defects.add(Reason.INVALID_JSON);
    }
  }

  private void readEvent(Json event) {
    var type = Field.of(event, "type").asText("");
    if (type.equals(ResponseEvents.ERROR) || Field.isGiven(event, "error")) {
      defects.add(Reason.ERROR_EVENT);
    } else if (type.isEmpty()) {
      defects.add(Reason.INVALID_JSON);
    } else if (!type.equals(ResponseEvents.KEEPALIVE)) {
      readNumber(Field.of(event, "sequence_number").asLong(-1));
    }
    if (type.equals(ResponseEvents.ITEM_DONE)) {
      readItem(Field.of(event, "item"));
    } else if (ResponseEvents.ENDINGS.contains(type)) {
      readEnding(type, Field.of(event, "response"));
    }
  }

  /** Not all who imitate OpenAI number their events. */
  private void readNumber(long number) {
    if (number >= 0 && number <= lastNumber) {
      defects.add(Reason.INVALID_JSON);
    }
    lastNumber = Math.max(number, lastNumber);
  }

  private void readEnding(String type, Json response) {
    ended = true;
    readResponse(response);
    if (type.equals(ResponseEvents.FAILED)) {
      defects.add(Reason.ERROR_EVENT);
    } else if (!type.equals("response." + Field.of(response, "status").asText(""))) {
      defects.add(Reason.INVALID_JSON);
    }
  }

  private void readResponse(Json response) {
    if (Field.isGiven(response, "error")) {
      defects.add(Reason.ERROR_EVENT);
      return;
    }
    var model = Field.of(response, "model").asText("");
    if (!model.isEmpty() && !ModelNames.same(asked.model(), model)) {
      defects.add(Reason.OTHER_MODEL);
    }
    var tokens = Field.of(response, "usage");
    usage =
        new Usage(
            Field.of(tokens, "input_tokens").asLong(-1),
            Field.of(tokens, "output_tokens").asLong(-1));
    readStatus(response);
    var output = Field.of(response, "output");
    if (!output.is(Kind.ARRAY)) {
      defects.add(Reason.INVALID_JSON);
    }
    boolean complete = Field.of(response, "status").isText("completed");
    for (var item : output.elements()) {
      readItem(item);
      if (complete && isUnfinished(item)) {
        defects.add(Reason.INCOMPLETE);
      }
    }
  }

  private void readStatus(Json response) {
    var details = Field.of(response, "incomplete_details");
    switch (Field.of(response, "status").asText("")) {
      case "completed" -> {
        if (Field.isGiven(details, "reason")) {
          readCut(details);
        }
      }
      case "incomplete" -> readCut(details);
      case "failed" -> defects.add(Reason.ERROR_EVENT);
      case "", "queued", "in_progress", "cancelled" -> defects.add(Reason.INCOMPLETE);
      default -> defects.add(Reason.UNKNOWN_ENDING);
    }
  }

  private void readCut(Json details) {
    switch (Field.of(details, "reason").asText("")) {
      case "max_output_tokens" -> {
        if (!asked.limited()) {
          defects.add(Reason.LENGTH);
        }
      }
      case "content_filter" -> defects.add(Reason.CONTENT_FILTER);
      case "" -> defects.add(Reason.INCOMPLETE);
      default -> defects.add(Reason.UNKNOWN_ENDING);
    }
  }

  /** Of other items the status says little: images are "generating" even when they are there. */
  private static boolean isUnfinished(Json item) {
    var status = Field.of(item, "status");
    return Field.of(item, "type").isText("message")
        && (status.isText("in_progress") || status.isText("incomplete"));
  }

  private void readItem(Json item) {
    var type = Field.of(item, "type").asText("");
    if (type.isEmpty()) {
      defects.add(Reason.INVALID_JSON);
    }
    if (Field.isGiven(item, "error") || Field.of(item, "status").isText("failed")) {
      defects.add(Reason.ERROR_EVENT);
    }
    if (type.equals("message")) {
      readMessage(Field.of(item, "content"));
    } else if (CALLS_OF_THE_PROVIDER.contains(type)) {
      spoken |= !Field.of(item, "result").asText("").isEmpty(); // an image
    } else if (type.endsWith("_call") || type.endsWith("_request")) {
      spoken = true;
      defects.add(Reason.TOOL_CALL);
    }
  }

  private void readMessage(Json content) {
    if (!content.is(Kind.ARRAY)) {
      defects.add(Reason.INVALID_JSON);
    }
    for (var part : content.elements()) {
      spoken |= !Field.of(part, "text").asText("").isEmpty();
      if (!Field.of(part, "refusal").asText("").isEmpty()) {
        spoken = true;
        defects.add(Reason.REFUSAL);
      }
    }
  }
}
