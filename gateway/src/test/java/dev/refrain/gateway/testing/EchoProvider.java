package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.gateway.testing.FakeProvider.Act;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import java.io.IOException;

/** A model that answers each question with the question itself, whatever that is. */
public final class EchoProvider {
  private EchoProvider() {}

  /** Answers chats in one piece. */
  public static Act act() {
    return exchange -> exchange.send(Wire.json(new String(completion(exchange.readBody()), UTF_8)));
  }

  /** Returns the reply to a request. */
  public static byte[] completion(byte[] request) throws IOException {
    try {
      var asked = Json.parse(request);
      var question = "";
      for (var message : asked.get("messages").elements()) {
        question = message.get("content").text();
      }
      return completion(asked.get("model").text(), question);
    } catch (JsonRejected e) {
      throw new IOException(e);
    }
  }

  private static byte[] completion(String model, String text) {
    var json = new JsonWriter().beginObject().name("id").string("chatcmpl-1");
    json.name("object").string("chat.completion").name("created").number(1);
    json.name("model").string(model).name("choices").beginArray().beginObject();
    json.name("index").number(0).name("message").beginObject();
    json.name("role").string("assistant").name("content").string(text).endObject();
    json.name("finish_reason").string("stop").endObject().endArray();
    json.name("usage").beginObject().name("prompt_tokens").number(9);
    json.name("completion_tokens").number(90).name("total_tokens").number(99).endObject();
    return json.endObject().toBytes();
  }
}
