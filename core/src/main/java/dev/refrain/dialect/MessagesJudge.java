package dev.refrain.dialect;

import dev.refrain.Chunks;
import dev.refrain.Dialect.Verdict;
import dev.refrain.Facts;
import dev.refrain.Reason;
import dev.refrain.Recording;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import dev.refrain.sse.SseTooLargeException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;

/** Finds all that is wrong with a message. */
final class MessagesJudge {

  /*
   * A whole message, and the one with which a stream begins, are read alike; in a stream its blocks
   * and its ending come later. Types of events, blocks and deltas that are not known are no defect:
   * the vendor adds some now and then, and tells clients to pass over them.
   *
   * Thinking alone is no answer. A tool that the provider runs is no call to the caller, provided
   * that its result is in the message, and is one. No caller is taken to have asked for the limit
   * at which a message was cut; MessagesRequest says why.
   */

  private final Facts asked;
  private final Set<Reason> defects = EnumSet.noneOf(Reason.class);
  private final MessagesUsage usage = new MessagesUsage();
  private final Set<Long> open = new HashSet<>(); // blocks that have begun and not ended
  private final Set<String> running = new HashSet<>(); // the provider's tools without a result yet
  private boolean begun;
  private boolean spoken;
  private boolean ended;
  private boolean stopped;

  private MessagesJudge(Facts asked) {
    this.asked = asked;
  }

  static Verdict judge(Facts asked, Recording reply) {
    var judge = new MessagesJudge(asked);
    if (StreamForms.isStream(reply.slot().form())) {
      judge.readStream(reply.chunks());
    } else {
      judge.readWhole(reply.chunks().bytes());
    }
    judge.judgeMessage();
    return new Verdict(judge.defects, judge.usage.total());
  }

  static boolean isError(Json reply) {
    return Field.of(reply, "type").isText(MessagesEvents.ERROR) || Field.isGiven(reply, "error");
  }

  private void readWhole(byte[] document) {
    try {
      var message = Json.parse(document);
      if (isError(message)) {
        defects.add(Reason.ERROR_EVENT);
      } else {
        readMessage(message);
      }
    } catch (JsonRejected e) {
      defects.add(Reason.INVALID_JSON);
    }
  }

  private void readStream(Chunks chunks) {
    try {
      var stream = EventStream.read(chunks);
      stream.events().forEach(this::readEvent);
      if (!stopped || stream.cut()) {
        defects.add(Reason.NO_TERMINAL_EVENT);
      }
    } catch (SseTooLargeException e) {
      defects.add(Reason.TOO_LARGE);
    }
  }

  private void readEvent(EventStream.Event event) {
    if (stopped) {
      defects.add(Reason.NO_TERMINAL_EVENT); // for it is not the last
    }
    if (event.isError()) {
      defects.add(Reason.ERROR_EVENT);
    } else if (!event.event().type().equals(MessagesEvents.PING)) { // which no client reads
      readData(event);
    }
  }

  private void readData(EventStream.Event event) {
    try {
      readData(event.json());
    } catch (JsonRejected e) {
      defects.add(Reason.INVALID_JSON);
    }
  }

  private void readData(Json data) {
    var type = Field.of(data, "type").asText("");
    switch (type) {
      case MessagesEvents.START -> readMessage(Field.of(data, "message"));
      case MessagesEvents.BLOCK_START -> {
        requireValid(begun && open.add(index(data)));
        readBlock(Field.of(data, "content_block"));
      }
      case MessagesEvents.BLOCK_DELTA -> {
        requireValid(open.contains(index(data)));
        spoken |= isSaid(Field.of(data, "delta"), "text_delta");
      }
      case MessagesEvents.BLOCK_STOP -> requireValid(open.remove(index(data)));
      case MessagesEvents.DELTA -> {
        requireValid(begun);
        readEnding(Field.of(Field.of(data, "delta"), "stop_reason"));
        usage.read(Field.of(data, "usage"));
      }
      case MessagesEvents.STOP -> stopped = true;
      default -> {
        requireValid(!type.isEmpty());
        if (isError(data)) {
          defects.add(Reason.ERROR_EVENT);
        }
      }
    }
  }

  private void requireValid(boolean valid) {
    if (!valid) {
      defects.add(Reason.INVALID_JSON);
    }
  }

  private static long index(Json data) {
    return Field.of(data, "index").asLong(-1);
  }

  private void readMessage(Json message) {
    var content = Field.of(message, "content");
    requireValid(!begun && content.is(Kind.ARRAY));
    begun = true;
    var model = Field.of(message, "model").asText("");
    if (!model.isEmpty() && !ModelNames.same(asked.model(), model)) {
      defects.add(Reason.OTHER_MODEL);
    }
    for (var block : content.elements()) {
      readBlock(block);
    }
    readEnding(Field.of(message, "stop_reason"));
    usage.read(Field.of(message, "usage"));
  }

  private void readBlock(Json block) {
    var type = Field.of(block, "type").asText("");
    switch (type) {
      case "text" -> spoken |= isSaid(block, type);
      case "thinking", "redacted_thinking", "compaction" -> {} // nothing to the caller
      case "tool_use" -> {
        spoken = true;
        defects.add(Reason.TOOL_CALL);
      }
      case "server_tool_use", "mcp_tool_use" -> running.add(Field.of(block, "id").asText(""));
      case "fallback" -> defects.add(Reason.OTHER_MODEL); // goes on where the one asked declined
      default -> {
        requireValid(!type.isEmpty());
        spoken = true;
        running.remove(Field.of(block, "tool_use_id").asText(""));
        if (hasFailed(block)) {
          defects.add(Reason.ERROR_EVENT);
        }
      }
    }
  }

  /** Tells whether a block is what a tool of the provider said instead of a result. */
  private static boolean hasFailed(Json block) {
    var content = Field.of(Field.of(block, "content"), "type").asText("");
    return content.endsWith("_error") || Field.of(block, "is_error").is(Kind.TRUE);
  }

  /** Tells whether a block or a delta is of that type, and has text. */
  private static boolean isSaid(Json part, String type) {
    return Field.of(part, "type").isText(type) && !Field.of(part, "text").asText("").isEmpty();
  }

  private void readEnding(Json ending) {
    if (ending.is(Kind.NULL)) {
      return; // not yet
    }
    ended = true;
    switch (ending.asText("")) {
      case "end_turn", "stop_sequence" -> {}
      case "max_tokens", "model_context_window_exceeded" -> defects.add(Reason.LENGTH);
      case "tool_use" -> defects.add(Reason.TOOL_CALL);
      case "pause_turn", "compaction" -> defects.add(Reason.PAUSE_TURN);
      case "refusal" -> defects.add(Reason.REFUSAL);
      default -> defects.add(Reason.UNKNOWN_ENDING);
    }
  }

  private void judgeMessage() {
    if (!spoken) {
      defects.add(Reason.EMPTY);
    }
    if (!begun || !ended || !open.isEmpty()) {
      defects.add(Reason.INCOMPLETE);
    }
    if (!running.isEmpty()) {
      defects.add(Reason.TOOL_CALL);
    }
  }
}
