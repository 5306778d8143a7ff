package dev.refrain.gateway.testing;

import java.util.ArrayList;
import java.util.List;

/** Requests and replies of chats, short ones. */
public final class Samples {
  /** Where chats go. */
  public static final String CHAT = "/v1/chat/completions";

  /** A whole reply. */
  public static final String COMPLETION =
      """
      {"id":"chatcmpl-1","object":"chat.completion","created":1760000000,"model":"gpt-test",\
      "choices":[{"index":0,"message":{"role":"assistant","content":"Grüße, 世界 🎶","refusal":null},\
      "logprobs":null,"finish_reason":"stop"}],\
      "usage":{"prompt_tokens":5,"completion_tokens":4,"total_tokens":9}}\
      """;

  private Samples() {}

  /** A request for a whole reply. */
  public static String chat(String question) {
    return """
    {"model":"gpt-test","messages":[{"role":"user","content":"%s"}]}\
    """
        .formatted(question);
  }

  /** A request for a stream. */
  public static String chatStream(String question) {
    return """
    {"model":"gpt-test","messages":[{"role":"user","content":"%s"}],"stream":true}\
    """
        .formatted(question);
  }

  /** A request for a stream that tells the usage. */
  public static String chatStreamUsage(String question) {
    return """
    {"model":"gpt-test","messages":[{"role":"user","content":"%s"}],"stream":true,\
    "stream_options":{"include_usage":true}}\
    """
        .formatted(question);
  }

  /** A stream of events, one for each word, and those at its ends. */
  public static List<String> events(String... words) {
    var events = new ArrayList<String>();
    events.add(event("{\"role\":\"assistant\",\"content\":\"\"}", "null"));
    for (var word : words) {
      events.add(event("{\"content\":\"" + word + "\"}", "null"));
    }
    events.add(event("{}", "\"stop\""));
    events.add("data: [DONE]\n\n");
    return events;
  }

  private static String event(String delta, String ending) {
    return """
    data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,\
    "model":"gpt-test","choices":[{"index":0,"delta":%s,"logprobs":null,\
    "finish_reason":%s}]}

    """
        .formatted(delta, ending);
  }
}
