package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.Objects;
import java.util.Set;

/** Finds what is wrong with images or sound, as far as their wrappings tell. */
final class MediaJudge {
  private static final Set<String> TERMINAL =
      Set.of(
          "image_generation.completed",
          "image_edit.completed",
          "speech.audio.done",
          "transcript.text.done");

  private final Facts asked;
  private final Set<Reason> defects = EnumSet.noneOf(Reason.class);
  private Usage usage = Usage.UNKNOWN;

  private MediaJudge(Facts asked) {
    this.asked = asked;
  }

  static Verdict judge(OpenAiMedia dialect, Facts asked, Recording reply) {
    var judge = new MediaJudge(asked);
    try {
      judge.read(dialect, reply);
    } catch (JsonRejected e) {
      judge.defects.add(Reason.INVALID_JSON);
    } catch (SseTooLargeException e) {
      judge.defects.add(Reason.TOO_LARGE);
    }
    return new Verdict(judge.defects, judge.usage);
  }

  private void read(OpenAiMedia dialect, Recording reply)
      throws JsonRejected, SseTooLargeException {
    var bytes = reply.chunks().bytes();
    var type = Objects.requireNonNullElse(reply.headers().get("content-type"), "");
    if (reply.slot().form().equals(MediaRequest.STREAM)) {
      readStream(reply);
    } else if (MediaType.JSON.matches(type)) {
      read(Json.parse(bytes), dialect);
    } else if (bytes.length == 0 || (type.startsWith("text/") && isBlank(bytes))) {
      defects.add(Reason.EMPTY);
    }
  }

  private static boolean isBlank(byte[] text) {
    return new String(text, UTF_8).isBlank();
  }

  private void read(Json reply, OpenAiMedia dialect) {
    if (Field.isGiven(reply, "error")) {
      defects.add(Reason.ERROR_EVENT);
    }
    readUsage(Field.of(reply, "usage"));
    if (dialect.equals(OpenAiMedia.IMAGES)) {
      readImages(Field.of(reply, "data"));
    } else if (Field.of(reply, "text").asText("").isBlank()) {
      defects.add(Reason.EMPTY);
    }
  }

  private void readUsage(Json tokens) {
    if (tokens.is(Kind.OBJECT)) {
      usage =
          new Usage(
              Field.of(tokens, "input_tokens").asLong(-1),
              Field.of(tokens, "output_tokens").asLong(-1));
    }
  }

  private void readImages(Json images) {
    if (images.size() < asked.choices()) {
      defects.add(Reason.INCOMPLETE);
    }
    for (var image : images.elements()) {
      var url = Field.of(image, "url").asText("");
      if (!url.isEmpty() && !url.startsWith("data:")) {
        defects.add(Reason.EXPIRING);
      } else if (url.isEmpty() && Field.of(image, "b64_json").asText("").isEmpty()) {
        defects.add(Reason.EMPTY);
      }
    }
  }

  private void readStream(Recording reply) throws JsonRejected, SseTooLargeException {
    int done = 0;
    boolean last = false;
    var stream = EventStream.read(reply.chunks());
    for (var event : stream.events()) {
      var json = event.json();
      var type = Field.of(json, "type").asText("");
      if (event.isError() || type.equals("error") || Field.isGiven(json, "error")) {
        defects.add(Reason.ERROR_EVENT);
      }
      last = TERMINAL.contains(type);
      done += last ? 1 : 0;
      readUsage(Field.of(json, "usage"));
    }
    if (!last || stream.cut()) {
      defects.add(Reason.NO_TERMINAL_EVENT);
    }
    if (done < asked.choices()) {
      defects.add(Reason.INCOMPLETE);
    }
  }
}
