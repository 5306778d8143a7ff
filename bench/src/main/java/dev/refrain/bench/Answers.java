package dev.refrain.bench;

import java.util.Base64;

/** What providers answer in the benchmarks, each in the words of its own interface. */
public final class Answers {
  private static final int BYTES = 2 << 10;
  private static final byte[] CHAT = Chat.answer(BYTES);
  private static final byte[] RESPONSE =
      Chat.filled(
          """
          {"id":"resp_1","object":"response","created_at":1760000000,"status":"completed",\
          "error":null,"incomplete_details":null,"model":"gpt-4o-mini","output":[{"type":"message",\
          "id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text",\
          "annotations":[],"text":"\
          """,
          """
          "}]}],"usage":{"input_tokens":200,"output_tokens":400,"total_tokens":600}}\
          """,
          BYTES);
  private static final byte[] MESSAGE =
      Chat.filled(
          """
          {"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-5",\
          "content":[{"type":"text","text":"\
          """,
          """
          "}],"stop_reason":"end_turn","stop_sequence":null,\
          "usage":{"input_tokens":200,"output_tokens":400}}\
          """,
          BYTES);
  private static final byte[] EMBEDDING = embedding();

  private Answers() {}

  /** Returns what is answered to a request for a path; a chat unless it is known. */
  public static byte[] at(String path) {
    return switch (path) {
      case "/v1/responses" -> RESPONSE;
      case "/v1/messages" -> MESSAGE;
      case "/v1/embeddings" -> EMBEDDING;
      default -> CHAT;
    };
  }

  /** One vector, of about as many bytes as the others. */
  private static byte[] embedding() {
    var vector = new byte[BYTES * 2 / 3 / Float.BYTES * Float.BYTES];
    for (int i = 0; i < vector.length; i++) {
      vector[i] =
          (byte) (i % Float.BYTES == Float.BYTES - 1 ? 0x3d : i); // small numbers, all of them
    }
    var start =
        """
        {"object":"list","data":[{"object":"embedding","index":0,"embedding":"\
        """;
    var end =
        """
        "}],"model":"text-embedding-3-small","usage":{"prompt_tokens":200,"total_tokens":200}}\
        """;
    var base64 = Base64.getEncoder().encodeToString(vector);
    return Chat.filled(start + base64, end, start.length() + base64.length() + end.length());
  }
}
