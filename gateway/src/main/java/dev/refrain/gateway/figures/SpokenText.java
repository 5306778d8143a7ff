package dev.refrain.gateway.figures;

import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import dev.refrain.sse.SseReader;
import dev.refrain.sse.SseTooLargeException;
import java.util.Set;

/** All that was said in a request or a reply, whatever its dialect; good enough to be counted. */
public final class SpokenText {
  private static final Set<String> IN_REQUESTS =
      Set.of("content", "text", "prompt", "input", "system", "instructions", "query", "documents");
  private static final Set<String> IN_REPLIES =
      Set.of("content", "text", "reasoning_content", "arguments", "refusal", "response");

  private final Set<String> members;
  private final StringBuilder text = new StringBuilder();

  private SpokenText(Set<String> members) {
    this.members = members;
  }

  /** Returns what was said in a request. */
  public static String ofRequest(byte[] body) {
    var spoken = new SpokenText(IN_REQUESTS);
    spoken.read(body);
    return spoken.text.toString();
  }

  /** Returns what was said in a reply. */
  public static String ofReply(byte[] body, boolean isStream) {
    var spoken = new SpokenText(IN_REPLIES);
    if (isStream) {
      spoken.readEvents(body);
    } else {
      spoken.read(body);
    }
    return spoken.text.toString();
  }

  private void readEvents(byte[] body) {
    try {
      for (var event : SseReader.readAll(body)) {
        read(event.bytes());
      }
    } catch (SseTooLargeException e) {
      // what was read by now is what there is to count
    }
  }

  private void read(byte[] body) {
    try {
      walk(Json.parse(body), false);
    } catch (JsonRejected e) {
      // nothing was said that can be understood, such as the last event of a stream
    }
  }

  private void walk(Json json, boolean spoken) {
    if (json.is(Kind.OBJECT)) {
      for (var member : json.members()) {
        walk(member.value(), members.contains(member.name().text()));
      }
    } else if (json.is(Kind.ARRAY)) {
      for (var element : json.elements()) {
        walk(element, spoken);
      }
    } else if (spoken && json.is(Kind.STRING)) {
      text.append(json.text());
    }
  }
}
