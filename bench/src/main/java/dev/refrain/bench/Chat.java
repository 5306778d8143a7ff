package dev.refrain.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.refrain.Headers;
import dev.refrain.Request;
import java.io.ByteArrayOutputStream;

/** What is said in the benchmarks: chats of a given size, in the words of OpenAI. */
@SuppressWarnings("InlineFormatString") // a text of many lines has a name
public final class Chat {
  /** Where chats are held. */
  public static final String PATH = "/v1/chat/completions";

  private static final String MODEL = "gpt-4o-mini";
  private static final String PROSE =
      "It was a dark and stormy night; the rain fell in torrents, except at occasional intervals. ";
  private static final String CHUNK =
      """
      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,\
      "model":"gpt-4o-mini","choices":[%s],"usage":%s}

      """;
  private static final String CHOICE =
      """
      {"index":0,"delta":{%s},"logprobs":null,"finish_reason":%s}\
      """;
  private static final String USAGE =
      """
      {"prompt_tokens":200,"completion_tokens":400,"total_tokens":600}\
      """;

  private Chat() {}

  /** Returns a call with this body. */
  public static Request request(byte[] body) {
    var headers =
        Headers.of(
            "host", "127.0.0.1",
            "content-type", "application/json",
            "authorization", "Bearer sk-of-the-benchmark");
    return Request.post("openai", PATH, headers, body);
  }

  /** Returns a question of exactly so many bytes. */
  public static byte[] question(String text, int bytes) {
    var start =
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"%s "
            .formatted(MODEL, text);
    return filled(start, "\"}]}", bytes);
  }

  /** Returns a question to be answered by a stream of so many events. */
  public static byte[] streamed(String text, int events, int bytes) {
    var start =
        """
        {"model":"%s","stream":true,"max_tokens":%d,"stream_options":{"include_usage":true},\
        "messages":[{"role":"user","content":"%s \
        """
            .formatted(MODEL, events, text);
    return filled(start, "\"}]}", bytes);
  }

  /** Returns an answer of exactly so many bytes. */
  public static byte[] answer(int bytes) {
    var start =
        """
        {"id":"chatcmpl-1","object":"chat.completion","created":1760000000,"model":"%s",\
        "choices":[{"index":0,"message":{"role":"assistant","refusal":null,"content":"\
        """
            .formatted(MODEL);
    var end =
        """
        "},"logprobs":null,"finish_reason":"stop"}],"usage":%s}\
        """
            .formatted(USAGE);
    return filled(start, end, bytes);
  }

  /** Returns one event of a streamed answer. */
  public static byte[] event(String text) {
    return chunk(CHOICE.formatted("\"content\":\"" + text + "\"", "null"), "null");
  }

  /** Returns the last events of a streamed answer: that it is whole, and what it cost. */
  public static byte[] streamEnd() {
    var end = new ByteArrayOutputStream();
    end.writeBytes(chunk(CHOICE.formatted("", "\"stop\""), "null"));
    end.writeBytes(chunk("", USAGE));
    end.writeBytes("data: [DONE]\n\n".getBytes(US_ASCII));
    return end.toByteArray();
  }

  private static byte[] chunk(String choices, String usage) {
    return CHUNK.formatted(choices, usage).getBytes(US_ASCII);
  }

  /** Returns a text of exactly so many bytes, with prose in its middle. */
  public static byte[] filled(String start, String end, int bytes) {
    int gap = bytes - start.length() - end.length();
    if (gap < 0) {
      throw new IllegalArgumentException("does not fit into " + bytes + " bytes");
    }
    var prose = PROSE.repeat(gap / PROSE.length() + 1).substring(0, gap);
    return (start + prose + end).getBytes(US_ASCII);
  }
}
