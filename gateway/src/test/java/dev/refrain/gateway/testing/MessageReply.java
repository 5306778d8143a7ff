package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.gateway.testing.FakeProvider.Act;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Messages as Anthropic sends them, the same that the dialect is tested with. Each is given to who
 * asks its name.
 */
public enum MessageReply {
  TEXT,
  STOP_SEQUENCE,
  THINKING,
  CITATIONS,
  WEB_SEARCH,
  TOOL_USE,
  REFUSAL;

  /** The model that is asked, and that answers with its date behind it. */
  public static final String MODEL = "claude-sonnet-4-5";

  private static final String COUNT = "{\"input_tokens\":14}";

  /** Returns whether such a reply is kept, if nobody configured anything. */
  public boolean isKept() {
    return this != TOOL_USE && this != REFUSAL;
  }

  /** Returns the whole message. */
  public String whole() {
    return resource("json");
  }

  /** Returns the events of its stream. */
  public List<String> stream() {
    var events = new ArrayList<String>();
    for (var event : resource("sse").split("(?<=\n\n)", -1)) {
      if (!event.isEmpty()) {
        events.add(event);
      }
    }
    return events;
  }

  private String resource(String type) {
    var name = name().toLowerCase(Locale.ROOT).replace('_', '-') + "." + type;
    try (var in = Json.class.getResourceAsStream("/dev/refrain/dialect/messages/" + name)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Replies to any question that is the name of a reply, in the form asked for, and to {@code ERROR
   * 429 rate_limit_error} or the like with such an error. Tokens are counted.
   */
  public static Act byName() {
    return exchange -> {
      var body = exchange.readBody();
      exchange.send(reply(exchange.head().line(), parse(body)));
    };
  }

  private static Json parse(byte[] body) throws IOException {
    try {
      return Json.parse(body);
    } catch (JsonRejected e) {
      throw new IOException(e);
    }
  }

  /** Returns what is said in a message, be it text or the last of several blocks. */
  static String text(Json content) {
    if (!content.is(Kind.ARRAY)) {
      return content.text();
    }
    var last = "";
    for (var block : content.elements()) {
      last = block.get("text").text();
    }
    return last;
  }

  private static byte[] reply(String line, Json asked) {
    var question = "";
    for (var message : asked.get("messages").elements()) {
      question = text(message.get("content"));
    }
    var headers =
        new String[] {
          "request-id: req_011CSHoEeqs5C35K2UUqR7Fy",
          "anthropic-organization-id: 7b2f",
          "anthropic-ratelimit-requests-remaining: 0",
          "anthropic-priority-input-tokens-remaining: 9618"
        };
    if (question.startsWith("ERROR ")) {
      var words = question.split(" ", -1);
      var error =
          """
          {"type":"error","error":{"type":"%s","message":"Das geht nicht.",\
          "details":{"error_code":"a_code"}},"request_id":"req_011CSHoEeqs5C35K2UUqR7Fy"}\
          """
              .formatted(words[2]);
      return Wire.json(Integer.parseInt(words[1]), error, headers);
    }
    if (line.contains("/count_tokens")) {
      return Wire.json(COUNT, headers);
    }
    var reply = valueOf(question);
    var stream = asked.get("stream");
    return (stream != null && stream.is(Kind.TRUE))
        ? Wire.stream(reply.stream(), headers)
        : Wire.json(reply.whole(), headers);
  }
}
