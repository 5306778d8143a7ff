package dev.refrain.dialect;

import dev.refrain.json.Json;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the whole response of the responses of a stream. */
final class GeminiFold {

  /*
   * A fact of the reply or of a candidate may be told as often as it likes, if it is always the
   * same. The usage is counted up, so that the last tells all. Of what is counted or located in a
   * part of the text, nobody knows what it would be in the whole, so that refuses to be folded.
   */

  private static final String USAGE = "usageMetadata";
  private static final Set<String> OF_ONE_PIECE =
      Set.of("avgLogprobs", "logprobsResult", "tokenCount", "citationMetadata");

  private final Map<String, Fold> facts = new LinkedHashMap<>();
  private final Map<Long, Candidate> candidates = new TreeMap<>();
  private Json usage = Field.NOTHING;

  private static final class Candidate {
    final Map<String, Fold> facts = new LinkedHashMap<>();
    final Map<String, Fold> content = new LinkedHashMap<>();
    final GeminiParts parts = new GeminiParts();
    boolean speaks;
  }

  private GeminiFold() {}

  /** Returns the whole of one or more, or null if they tell what a whole reply cannot. */
  static byte @Nullable [] fold(List<Json> responses) {
    if (responses.size() == 1) {
      return responses.getFirst().rawBytes();
    }
    var fold = new GeminiFold();
    for (var response : responses) {
      if (!fold.add(response)) {
        return null;
      }
    }
    var counted = Field.of(responses.getLast(), USAGE);
    return SameValue.same(counted, fold.usage) ? fold.write() : null;
  }

  private boolean add(Json response) {
    for (var member : response.members()) {
      var name = member.name().text();
      var value = member.value();
      boolean fits =
          switch (name) {
            case "candidates" -> addCandidates(value);
            case USAGE -> addUsage(value);
            default -> facts.computeIfAbsent(name, n -> Fold.same()).add(value);
          };
      if (!fits) {
        return false;
      }
    }
    return response.is(Kind.OBJECT);
  }

  /** What was counted once must be counted to the end. */
  private boolean addUsage(Json counted) {
    for (var member : usage.members()) {
      if (!counted.has(member.name().text())) {
        return false;
      }
    }
    usage = counted;
    return true;
  }

  private boolean addCandidates(Json list) {
    for (var part : list.elements()) {
      long index = Field.of(part, "index").asLong(0);
      if (!add(part, candidates.computeIfAbsent(index, i -> new Candidate()))) {
        return false;
      }
    }
    return list.is(Kind.ARRAY);
  }

  private static boolean add(Json part, Candidate candidate) {
    for (var member : part.members()) {
      var name = member.name().text();
      boolean fits =
          name.equals("content")
              ? addContent(member.value(), candidate)
              : !OF_ONE_PIECE.contains(name)
                  && candidate.facts.computeIfAbsent(name, n -> Fold.same()).add(member.value());
      if (!fits) {
        return false;
      }
    }
    return part.is(Kind.OBJECT);
  }

  private static boolean addContent(Json content, Candidate candidate) {
    candidate.speaks = true;
    for (var member : content.members()) {
      var name = member.name().text();
      boolean fits =
          name.equals("parts")
              ? candidate.parts.add(member.value())
              : candidate.content.computeIfAbsent(name, n -> Fold.same()).add(member.value());
      if (!fits) {
        return false;
      }
    }
    return content.is(Kind.OBJECT);
  }

  private byte[] write() {
    var out = new JsonWriter().beginObject();
    if (!candidates.isEmpty()) {
      out.name("candidates").beginArray();
      candidates.values().forEach(candidate -> write(candidate, out));
      out.endArray();
    }
    if (!usage.is(Kind.NULL)) {
      out.name(USAGE).value(usage);
    }
    facts.forEach((name, fold) -> fold.write(out.name(name)));
    return out.endObject().toBytes();
  }

  private static void write(Candidate candidate, JsonWriter out) {
    out.beginObject();
    if (candidate.speaks) {
      out.name("content").beginObject();
      candidate.parts.write(out);
      candidate.content.forEach((name, fold) -> fold.write(out.name(name)));
      out.endObject();
    }
    candidate.facts.forEach((name, fold) -> fold.write(out.name(name)));
    out.endObject();
  }
}
