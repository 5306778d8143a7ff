package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.recording;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Reading;
import dev.refrain.Reading.Clear;
import dev.refrain.Recording;
import dev.refrain.Request;
import dev.refrain.sse.SseWriter;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Requests to Gemini, and its replies, with single quotes instead of double ones. */
final class GeminiTalk {
  static final List<Form> FORMS = List.of(Form.WHOLE, GeminiTarget.ARRAY, GeminiTarget.EVENTS);

  private static final String MODEL = "/v1beta/models/gemini-2.5-flash";

  private GeminiTalk() {}

  static Request request(Form form, String body) {
    var action =
        switch (form.name()) {
          case "whole" -> ":generateContent";
          case "array" -> ":streamGenerateContent";
          default -> ":streamGenerateContent?alt=sse";
        };
    return Request.post("gemini", MODEL + action, Headers.none(), json(body));
  }

  static Reading read(String body) {
    return Gemini.DIALECT.read(request(Form.WHOLE, body));
  }

  static Facts facts(String body) {
    assertThat(read(body)).as(body).isInstanceOf(Clear.class);
    return ((Clear) read(body)).facts();
  }

  /** Returns what is understood of a request with these members besides. */
  static Facts asked(String members) {
    return facts("{'contents':[]" + (members.isEmpty() ? "" : "," + members) + "}");
  }

  /** Returns a reply of these responses, the first of them alone if it is to be whole. */
  static Recording reply(Form form, String... responses) {
    if (form.equals(GeminiTarget.ARRAY)) {
      return recording(form, json("[" + String.join("\n,\r\n", responses) + "]"));
    }
    if (form.equals(Form.WHOLE)) {
      return recording(form, json(responses[0]));
    }
    var events = new ByteArrayOutputStream();
    for (var response : responses) {
      events.writeBytes(SseWriter.event(json(response)));
    }
    return recording(form, events.toByteArray());
  }

  /** Returns a response whose only candidate says this, and ends if that is given. */
  static String says(String parts, String ending) {
    return "{'candidates':[{'content':{'parts':[%s],'role':'model'}%s,'index':0}]}"
        .formatted(parts, ending.isEmpty() ? "" : ",'finishReason':'" + ending + "'");
  }

  static String text(String text) {
    return "{'text':'" + text + "'}";
  }

  static String read(Recording recording) {
    return new String(recording.chunks().bytes(), UTF_8).replace('"', '\'');
  }
}
