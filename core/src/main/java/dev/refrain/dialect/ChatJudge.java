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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Finds all that is wrong with a reply. */
final class ChatJudge {

  /*
   * A whole reply and the chunks of a stream are nearly the same: what is called "message" there
   * comes in pieces here, each a "delta". So one judge reads both, and a choice is judged by all
   * that was read of it. The choices of completions have their speech in themselves.
   */

  /** In these a model says something; the last is not OpenAI's. */
  private static final List<String> SPEECH =
      List.of("content", "text", "refusal", "tool_calls", "function_call", "audio", "images");

  /** In these it thinks, or else says all, where a server takes it for thoughts. */
  private static final List<String> THOUGHTS =
      List.of("reasoning_content", "reasoning", "reasoning_details");

  private final Facts asked;
  private final UnaryOperator<Json> speechOf;
  private final Set<Reason> defects = EnumSet.noneOf(Reason.class);
  private final Map<Long, Choice> choices = new HashMap<>();
  private Usage usage = Usage.UNKNOWN;

  private static final class Choice {
    boolean spoken;
    boolean thought;
    boolean ended;
    boolean cut; // by a limit

    boolean isSaid() {
      return spoken || (thought && !cut); // what was cut in thought never came to speak
    }
  }

  private ChatJudge(Facts asked, UnaryOperator<Json> speechOf) {
    this.asked = asked;
    this.speechOf = speechOf;
  }

  static Verdict judge(Facts asked, Recording reply) {
    var part = StreamForms.isStream(reply.slot().form()) ? "delta" : "message";
    return judge(asked, reply, choice -> Field.of(choice, part));
  }

  /** Judges a reply of whose choices {@code speechOf} is what is said in them. */
  static Verdict judge(Facts asked, Recording reply, UnaryOperator<Json> speechOf) {
    var judge = new ChatJudge(asked, speechOf);
    if (StreamForms.isStream(reply.slot().form())) {
      judge.readStream(reply.chunks());
    } else {
      judge.readDocument(reply.chunks().bytes());
    }
    judge.judgeChoices();
    return new Verdict(judge.defects, judge.usage);
  }

  private void readStream(Chunks chunks) {
    try {
      var stream = EventStream.read(chunks);
      if (!stream.ended()) {
        defects.add(Reason.NO_TERMINAL_EVENT);
      }
      for (var event : stream.events()) {
        if (event.isError()) {
          defects.add(Reason.ERROR_EVENT);
        } else {
          readDocument(event.data());
        }
      }
    } catch (SseTooLargeException e) {
      defects.add(Reason.TOO_LARGE);
    }
  }

  private void readDocument(byte[] document) {
    try {
      read(Json.parse(document));
    } catch (JsonRejected e) {
      defects.add(Reason.INVALID_JSON);
    }
  }

  private void read(Json reply) {
    if (Field.isGiven(reply, "error")) {
      defects.add(Reason.ERROR_EVENT);
      return;
    }
    readModel(Field.of(reply, "model").asText(""));
    readUsage(Field.of(reply, "usage"));
    var list = Field.of(reply, "choices");
    if (!list.is(Kind.ARRAY)) {
      defects.add(Reason.INVALID_JSON);
    }
    for (var choice : list.elements()) {
      readChoice(choice);
    }
  }

  private void readModel(String answered) {
    if (!answered.isEmpty() && !ModelNames.same(asked.model(), answered)) {
      defects.add(Reason.OTHER_MODEL);
    }
  }

  /** Some, such as xAI, count thoughts in the total alone. */
  private void readUsage(Json tokens) {
    if (tokens.is(Kind.OBJECT)) {
      long prompt = Field.of(tokens, "prompt_tokens").asLong(-1);
      long completion = Field.of(tokens, "completion_tokens").asLong(-1);
      long total = Field.of(tokens, "total_tokens").asLong(-1);
      usage = new Usage(prompt, Math.max(completion, total - Math.max(prompt, 0)));
    }
  }

  private void readChoice(Json choice) {
    long index = Field.of(choice, "index").asLong(-1);
    var speech = speechOf.apply(choice);
    if (index < 0 || !(speech.is(Kind.OBJECT) || speech.is(Kind.NULL))) {
      defects.add(Reason.INVALID_JSON);
      return;
    }
    if (Field.isGiven(choice, "error")) { // where OpenRouter says it
      defects.add(Reason.ERROR_EVENT);
    }
    var read = choices.computeIfAbsent(index, i -> new Choice());
    readSpeech(speech, read);
    readEnding(Field.of(choice, "finish_reason"), read);
  }

  private void readSpeech(Json speech, Choice choice) {
    for (var name : SPEECH) {
      choice.spoken |= isSaid(Field.of(speech, name));
    }
    for (var name : THOUGHTS) {
      choice.thought |= isSaid(Field.of(speech, name));
    }
    if (Field.isGiven(Field.of(speech, "audio"), "expires_at")) { // its name, for the next turn
      defects.add(Reason.EXPIRING);
    }
    if (isSaid(Field.of(speech, "refusal"))) {
      defects.add(Reason.REFUSAL);
    }
    if (isSaid(Field.of(speech, "tool_calls")) || isSaid(Field.of(speech, "function_call"))) {
      defects.add(Reason.TOOL_CALL);
    }
  }

  private static boolean isSaid(Json value) {
    return switch (value.kind()) {
      case STRING -> !value.isText("");
      case ARRAY, OBJECT -> value.size() > 0;
      case NUMBER, TRUE, FALSE, NULL -> false;
    };
  }

  private void readEnding(Json ending, Choice choice) {
    if (ending.is(Kind.NULL) || ending.isText("")) {
      return; // not yet
    }
    choice.ended = true;
    switch (ending.asText("")) {
      case "stop" -> {}
      case "length" -> {
        choice.cut = true;
        if (!asked.limited()) {
          defects.add(Reason.LENGTH);
        }
      }
      case "tool_calls", "function_call" -> defects.add(Reason.TOOL_CALL);
      case "content_filter" -> defects.add(Reason.CONTENT_FILTER);
      default -> defects.add(Reason.UNKNOWN_ENDING);
    }
  }

  private void judgeChoices() {
    boolean spoken = !choices.isEmpty();
    boolean ended = choices.size() >= asked.choices();
    for (var choice : choices.values()) {
      spoken &= choice.isSaid();
      ended &= choice.ended;
    }
    if (!spoken) {
      defects.add(Reason.EMPTY);
    }
    if (!ended) {
      defects.add(Reason.INCOMPLETE);
    }
  }
}
