package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.json.JsonWriter;
import dev.refrain.sse.SseWriter;
import java.util.ArrayList;
import java.util.List;

/** An answer of the model {@code demo}, as Anthropic would write it. */
record RehearsedMessage(long number) implements Rehearsal.Style {
  private static final String MESSAGE =
      """
      {"id":"msg_rehearsal_%d","type":"message","role":"assistant","model":"demo","content":[%s],\
      "stop_reason":%s,"stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":%d}}\
      """;
  private static final String BLOCK = "\"index\":0,\"content_block\":";
  private static final String DELTA = "\"index\":0,\"delta\":";

  @Override
  public byte[] whole(List<String> words) {
    var content = text("text", String.join("", words));
    return MESSAGE.formatted(number, content, "\"end_turn\"", words.size()).getBytes(UTF_8);
  }

  @Override
  public List<byte[]> events(List<String> words) {
    var begun = MESSAGE.formatted(number, "", null, 0);
    var events = new ArrayList<byte[]>();
    events.add(event("message_start", "\"message\":" + begun));
    events.add(event("content_block_start", BLOCK + text("text", "")));
    for (var word : words) {
      events.add(event("content_block_delta", DELTA + text("text_delta", word)));
    }
    events.add(event("content_block_stop", "\"index\":0"));
    events.add(
        event(
            "message_delta",
            """
            "delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":%d}\
            """
                .formatted(words.size())));
    events.add(SseWriter.event("message_stop", "{\"type\":\"message_stop\"}".getBytes(UTF_8)));
    return events;
  }

  private static byte[] event(String type, String members) {
    return SseWriter.event(type, "{\"type\":\"%s\",%s}".formatted(type, members).getBytes(UTF_8));
  }

  private static String text(String type, String text) {
    var json = new JsonWriter().beginObject().name("type").string(type);
    return new String(json.name("text").string(text).endObject().toBytes(), UTF_8);
  }
}
