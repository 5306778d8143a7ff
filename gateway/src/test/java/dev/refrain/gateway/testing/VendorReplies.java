package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.gateway.testing.FakeProvider.Act;
import java.util.ArrayList;
import java.util.List;

/** Replies as Gemini and Ollama send them, to whatever is asked. */
public final class VendorReplies {
  private static final String FACTS =
      "\"modelVersion\":\"gemini-2.5-flash\",\"responseId\":\"mAa7Z\"";
  private static final String SIGNATURE = "CpQBAcu98PDx+/b/wz0EjW4==";

  /** With line feeds, as Google has them. */
  private static final String CONTENT =
      """
      {
        "candidates": [{
          "content": {"parts": [
              {"text": "Let me see.", "thought": true},
              {"text": "Wo man singt, da laß’ dich ruhig nieder. 🎶"},
              {"text": "", "thoughtSignature": "%s"}],
            "role": "model"},
          "finishReason": "STOP",
          "index": 0
        }],
        "usageMetadata": {"promptTokenCount": 4, "candidatesTokenCount": 9,
          "totalTokenCount": 18, "thoughtsTokenCount": 5},
        %s
      }
      """
          .formatted(SIGNATURE, FACTS);

  private static final String CHAT =
      """
      {"model":"llama3.2","created_at":"2026-01-01T00:00:09.5Z",\
      "message":{"role":"assistant","content":"Grüße 🎶"},"done_reason":"stop","done":true,\
      "total_duration":5043500667,"load_duration":5025959,"prompt_eval_count":26,\
      "prompt_eval_duration":325953000,"eval_count":290,"eval_duration":4709213000}\
      """;

  private static final String GENERATED =
      CHAT.replaceFirst("\"message\":\\{.*?}", "\"response\":\"Grüße 🎶\",\"context\":[1,2,3]");

  private static final String EMBEDDED =
      """
      {"model":"all-minilm","embeddings":[[0.010071029,-0.0017594862],[0.05,0.06]],\
      "total_duration":14143917,"load_duration":1019500,"prompt_eval_count":8}\
      """;

  private VendorReplies() {}

  /** Replies by the path, and with an error to whoever asks for one. */
  public static Act byPath() {
    return exchange -> {
      var body = new String(exchange.readBody(), UTF_8);
      var line = exchange.head().line();
      if (body.contains("ERROR 429")) {
        exchange.send(Wire.json(429, error(line)));
      } else if (line.contains(":streamGenerateContent")) {
        exchange.send(Wire.stream(events()));
      } else if (line.contains(":generateContent")) {
        exchange.send(Wire.json(CONTENT));
      } else if (line.contains("/api/embed")) {
        exchange.send(Wire.json(EMBEDDED));
      } else {
        var whole = line.contains("/api/chat") ? CHAT : GENERATED;
        exchange.send(body.contains("\"stream\":true") ? lines(whole) : Wire.json(whole));
      }
    };
  }

  private static String error(String line) {
    return line.contains("/api/")
        ? "{\"error\":\"enough\"}"
        : "{\"error\":{\"code\":429,\"message\":\"enough\",\"status\":\"RESOURCE_EXHAUSTED\"}}";
  }

  private static List<String> events() {
    var events = new ArrayList<String>();
    for (var parts :
        List.of(
            "{\"text\": \"Let me see.\",\"thought\": true}",
            "{\"text\": \"Wo man singt, \"}",
            "{\"text\": \"da laß’ dich ruhig nieder. 🎶\"}",
            "{\"text\": \"\",\"thoughtSignature\": \"" + SIGNATURE + "\"}")) {
      var ending = parts.contains("Signature") ? ",\"finishReason\": \"STOP\"" : "";
      events.add(
          ("data: {\"candidates\": [{\"content\": {\"parts\": [%s],\"role\": \"model\"}%s,"
                  + "\"index\": 0}],\"usageMetadata\": {\"promptTokenCount\": 4,"
                  + "\"totalTokenCount\": %d},%s}\r\n\r\n")
              .formatted(parts, ending, 5 + events.size(), FACTS));
    }
    return events;
  }

  private static byte[] lines(String whole) {
    var lines = new ArrayList<byte[]>();
    for (var piece : List.of("Grü", "ße ", "🎶")) {
      var facts = whole.substring(0, whole.indexOf("Grüße"));
      var end = whole.contains("\"message\"") ? "\"}" : "\"";
      lines.add((facts + piece + end + ",\"done\":false}\n").getBytes(UTF_8));
    }
    lines.add((whole.replace("Grüße 🎶", "") + "\n").getBytes(UTF_8));
    return Wire.chunked(200, lines, "content-type: application/x-ndjson");
  }
}
