package dev.refrain.dialect;

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
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds all that is wrong with a reply of Gemini. */
final class GeminiJudge {

  /*
   * The responses of a stream are like whole ones, each with a part of what is said. So one judge
   * reads both, and a candidate is judged by all that was read of it.
   *
   * What the model thinks is nothing said: a reply that has nothing else is as good as empty.
   */

  private static final Set<String> UNSPOKEN =
      Set.of("thought", "thoughtSignature", "partMetadata", "videoMetadata");

  /** What Google may put behind the name asked for when it names the version that answered. */
  private static final Pattern VERSION = Pattern.compile("(-(preview|exp))?(-[0-9]{2,4}){0,3}");

  private final Facts asked;
  private final Set<Reason> defects = EnumSet.noneOf(Reason.class);
  private final Map<Long, Candidate> candidates = new HashMap<>();
  private Usage usage = Usage.UNKNOWN;

  private static final class Candidate {
    boolean spoken;
    boolean ended;
  }

  private GeminiJudge(Facts asked) {
    this.asked = asked;
  }

  static Verdict judge(Facts asked, Recording recording) {
    var judge = new GeminiJudge(asked);
    judge.read(recording);
    if (!judge.defects.contains(Reason.CONTENT_FILTER)) { // which says why there is nothing
      judge.judgeCandidates();
    }
    return new Verdict(judge.defects, judge.usage);
  }

  private void read(Recording recording) {
    try {
      var reply = GeminiReply.read(recording.slot().form(), recording.chunks());
      if (!reply.ended()) {
        defects.add(Reason.NO_TERMINAL_EVENT);
      }
      if (!reply.plain()) {
        defects.add(Reason.INVALID_JSON);
      }
      for (var piece : reply.pieces()) {
        read(piece.json());
      }
    } catch (JsonRejected e) {
      defects.add(Reason.INVALID_JSON);
    } catch (SseTooLargeException e) {
      defects.add(Reason.TOO_LARGE);
    }
  }

  private void read(Json response) {
    if (Field.isGiven(response, "error")) {
      defects.add(Reason.ERROR_EVENT);
      return;
    }
    if (!response.is(Kind.OBJECT)) {
      defects.add(Reason.INVALID_JSON);
    }
    if (Field.isGiven(Field.of(response, "promptFeedback"), "blockReason")) {
      defects.add(Reason.CONTENT_FILTER);
    }
    readModel(Field.of(response, "modelVersion").asText(""));
    readUsage(Field.of(response, "usageMetadata"));
    var list = Field.of(response, "candidates");
    if (!list.is(Kind.ARRAY) && !list.is(Kind.NULL)) {
      defects.add(Reason.INVALID_JSON);
    }
    for (var candidate : list.elements()) {
      readCandidate(candidate);
    }
  }

  private void readModel(String answered) {
    if (!answered.isEmpty() && !isSame(asked.model(), answered)) {
      defects.add(Reason.OTHER_MODEL);
    }
  }

  /** An alias may lead anywhere; that is what it is for. */
  private static boolean isSame(String asked, String answered) {
    var name = answered.substring(answered.lastIndexOf('/') + 1);
    return asked.endsWith("-latest")
        || (name.startsWith(asked) && VERSION.matcher(name.substring(asked.length())).matches());
  }

  private void readUsage(Json tokens) {
    if (tokens.is(Kind.OBJECT)) {
      long spoken = Field.of(tokens, "candidatesTokenCount").asLong(-1);
      long thought = Field.of(tokens, "thoughtsTokenCount").asLong(-1);
      long output = (spoken < 0 || thought < 0) ? Math.max(spoken, thought) : spoken + thought;
      usage = new Usage(Field.of(tokens, "promptTokenCount").asLong(-1), output);
    }
  }

  private void readCandidate(Json json) {
    long index = Field.of(json, "index").asLong(Field.isGiven(json, "index") ? -1 : 0);
    var content = Field.of(json, "content");
    if (index < 0 || !(content.is(Kind.OBJECT) || content.is(Kind.NULL))) {
      defects.add(Reason.INVALID_JSON);
      return;
    }
    var candidate = candidates.computeIfAbsent(index, i -> new Candidate());
    for (var part : Field.of(content, "parts").elements()) {
      if (Field.isGiven(part, "functionCall")) {
        defects.add(Reason.TOOL_CALL);
      }
      candidate.spoken |= !Field.of(part, "thought").is(Kind.TRUE) && isSaid(part);
    }
    readEnding(Field.of(json, "finishReason"), candidate);
  }

  private static boolean isSaid(Json part) {
    for (var member : part.members()) {
      var value = member.value();
      if (!UNSPOKEN.contains(member.name().text()) && !value.is(Kind.NULL) && !value.isText("")) {
        return true;
      }
    }
    return false;
  }

  private void readEnding(Json ending, Candidate candidate) {
    if (ending.is(Kind.NULL)) {
      return; // not yet
    }
    candidate.ended = true;
    switch (ending.asText("")) {
      case "STOP" -> {}
      case "MAX_TOKENS" -> {
        if (!asked.limited()) {
          defects.add(Reason.LENGTH);
        }
      }
      case "SAFETY",
          "RECITATION",
          "LANGUAGE",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION" ->
          defects.add(Reason.CONTENT_FILTER);
      case "FINISH_REASON_UNSPECIFIED",
          "OTHER",
          "MALFORMED_FUNCTION_CALL",
          "MALFORMED_RESPONSE",
          "UNEXPECTED_TOOL_CALL",
          "TOO_MANY_TOOL_CALLS",
          "MISSING_THOUGHT_SIGNATURE",
          "NO_IMAGE",
          "IMAGE_OTHER" ->
          candidate.ended = false; // it came to no good end
      default -> defects.add(Reason.UNKNOWN_ENDING);
    }
  }

  private void judgeCandidates() {
    boolean spoken = !candidates.isEmpty();
    boolean ended = candidates.size() >= asked.choices();
    for (var candidate : candidates.values()) {
      spoken &= candidate.spoken;
      ended &= candidate.ended;
    }
    if (!spoken) {
      defects.add(Reason.EMPTY);
    }
    if (!ended) {
      defects.add(Reason.INCOMPLETE);
    }
  }
}
