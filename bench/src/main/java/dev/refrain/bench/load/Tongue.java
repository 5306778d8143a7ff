package dev.refrain.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.refrain.bench.Chat;

/** In whose words a stream is asked for and told. */
@SuppressWarnings("InlineFormatString") // a text of many lines has a name
enum Tongue {
  CHAT("/v1/chat/completions", "gpt-4o-mini", "max_tokens") {
    @Override
    String begin() {
      return "";
    }

    @Override
    byte[] event(String text) {
      return Chat.event(text);
    }

    @Override
    String end() {
      return new String(Chat.streamEnd(), US_ASCII);
    }
  },

  RESPONSES("/v1/responses", "gpt-4o-mini", "max_output_tokens") {
    @Override
    String begin() {
      return named("response.created", "\"response\":" + response("in_progress", ""))
          + named("response.in_progress", "\"response\":" + response("in_progress", ""))
          + named(
              "response.output_item.added",
              "\"output_index\":0,\"item\":" + item("in_progress", ""))
          + named("response.content_part.added", PLACE + ",\"part\":" + part(""));
    }

    @Override
    byte[] event(String text) {
      var members = PLACE + ",\"delta\":\"%s\",\"logprobs\":[]".formatted(text);
      return named("response.output_text.delta", members).getBytes(US_ASCII);
    }

    @Override
    String end() {
      return named("response.output_text.done", PLACE + ",\"text\":\"all\",\"logprobs\":[]")
          + named("response.content_part.done", PLACE + ",\"part\":" + part("all"))
          + named(
              "response.output_item.done",
              "\"output_index\":0,\"item\":" + item("completed", part("all")))
          + named(
              "response.completed",
              "\"response\":" + response("completed", item("completed", part("all"))));
    }
  },

  MESSAGES("/v1/messages", "claude-sonnet-4-5", "max_tokens") {
    @Override
    String begin() {
      var message =
          """
          "message":{"id":"msg_1","type":"message","role":"assistant",\
          "model":"claude-sonnet-4-5","content":[],"stop_reason":null,"stop_sequence":null,\
          "usage":{"input_tokens":200,"output_tokens":1}}\
          """;
      return named("message_start", message)
          + named(
              "content_block_start",
              "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}")
          + "event: ping\ndata: {\"type\": \"ping\"}\n\n";
    }

    @Override
    byte[] event(String text) {
      var delta = "\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}".formatted(text);
      return named("content_block_delta", "\"index\":0," + delta).getBytes(US_ASCII);
    }

    @Override
    String end() {
      return named("content_block_stop", "\"index\":0")
          + named(
              "message_delta",
              "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},"
                  + "\"usage\":{\"output_tokens\":400}")
          + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
    }
  };

  private static final String PLACE =
      "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0";
  private static final int QUESTION_BYTES = 1 << 10;

  private final String path;
  private final String model;
  private final String limit;

  Tongue(String path, String model, String limit) {
    this.path = path;
    this.model = model;
    this.limit = limit;
  }

  /** Returns in whose words is spoken at a path. */
  static Tongue at(String path) {
    for (var tongue : values()) {
      if (tongue.path.equals(path)) {
        return tongue;
      }
    }
    return CHAT;
  }

  String path() {
    return path;
  }

  /** Returns a question to be answered by a stream of so many events. */
  byte[] question(String text, int events) {
    if (this == CHAT) {
      return Chat.streamed(text, events, QUESTION_BYTES);
    }
    var start =
        "{\"model\":\"%s\",\"stream\":true,\"%s\":%d,\"%s\":[{\"role\":\"user\",\"content\":\"%s "
            .formatted(model, limit, events, (this == RESPONSES) ? "input" : "messages", text);
    return Chat.filled(start, "\"}]}", QUESTION_BYTES);
  }

  /** Returns what stands before the first event with text. */
  abstract String begin();

  /** Returns an event with text. */
  abstract byte[] event(String text);

  /** Returns what says that the stream is whole, and what it cost. */
  abstract String end();

  private static String named(String type, String members) {
    return "event: %1$s\ndata: {\"type\":\"%1$s\",%2$s}\n\n".formatted(type, members);
  }

  private static String response(String status, String items) {
    return """
    {"id":"resp_1","object":"response","created_at":1760000000,"status":"%s","error":null,\
    "incomplete_details":null,"model":"gpt-4o-mini","output":[%s],\
    "usage":{"input_tokens":200,"output_tokens":400,"total_tokens":600}}\
    """
        .formatted(status, items);
  }

  private static String item(String status, String parts) {
    return """
    {"type":"message","id":"msg_1","status":"%s","role":"assistant","content":[%s]}\
    """
        .formatted(status, parts);
  }

  private static String part(String text) {
    return "{\"type\":\"output_text\",\"annotations\":[],\"logprobs\":[],\"text\":\"%s\"}"
        .formatted(text);
  }
}
