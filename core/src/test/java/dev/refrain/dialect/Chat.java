package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Chunks;
import dev.refrain.Dialect.Verdict;
import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.Reading;
import dev.refrain.Reading.Clear;
import dev.refrain.Recording;
import dev.refrain.Request;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Usage;
import dev.refrain.json.CanonicalJson;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Requests and replies as the tests write them: JSON with single quotes instead of double ones. */
final class Chat {
  static final Form STREAM = StreamForms.STREAM;
  static final Form STREAM_USAGE = StreamForms.STREAM_USAGE;

  static final String USAGE_CHUNK = "{'choices':[],'usage':{'prompt_tokens':1}}";

  private static final Key KEY = new Key(1, 2, 3, 4);
  private static final int[] NO_ENDS = {};

  private Chat() {}

  static Reading read(String body) {
    return OpenAiChat.DIALECT.read(
        Request.post("openai", "/v1/chat/completions", Headers.none(), json(body)));
  }

  static Facts facts(String body) {
    assertThat(read(body)).isInstanceOf(Clear.class);
    return ((Clear) read(body)).facts();
  }

  /** Returns what is understood of a request for this model and with these members besides. */
  static Facts asked(String model, String... members) {
    var more = Stream.of(members).map(member -> "," + member).toList();
    return facts("{'messages':[],'model':'" + model + "'" + String.join("", more) + "}");
  }

  static Verdict judge(Facts asked, Recording reply) {
    return OpenAiChat.DIALECT.judge(asked, reply);
  }

  static Recording whole(String reply) {
    return recording(Form.WHOLE, json(reply));
  }

  /** Returns a stream of these events, each a chunk, with the terminal one behind them. */
  static Recording stream(Form form, List<String> events) {
    var stream = new EventChunks();
    for (int i = 0; i < events.size(); i++) {
      stream.add(json(events.get(i)), 10 * i);
    }
    return recording(form, stream.done(10 * events.size()));
  }

  /** Returns a recording in one chunk. */
  static Recording recording(Form form, byte[] bytes) {
    return recording(
        form,
        bytes.length == 0
            ? new Chunks(bytes, NO_ENDS, NO_ENDS)
            : new Chunks(bytes, new int[] {bytes.length}, new int[] {70}));
  }

  static Recording recording(Form form, Chunks chunks) {
    var type = StreamForms.isStream(form) ? "text/event-stream" : "application/json";
    return new Recording(
        new Slot(KEY, form),
        200,
        Headers.of("Content-Type", type, "x-request-id", "req_1"),
        chunks,
        1_762_800_000_000L,
        90,
        new Usage(7, 8),
        new Stamp(List.of("namespace:"), List.of("0")),
        "\"etag\"",
        null,
        null);
  }

  /** Returns a chunk of the first choice. */
  static String chunk(String content, String ending) {
    return "{'choices':[{'index':0,'delta':{'content':'%s'},'finish_reason':%s}]}"
        .formatted(content, ending);
  }

  static @Nullable Recording tryConvert(Recording recording, Form form) {
    return OpenAiChat.DIALECT.convert(recording, form);
  }

  static Recording convert(Recording recording, Form form) {
    var converted = tryConvert(recording, form);
    assertThat(converted).as("%s as %s", text(recording), form).isNotNull();
    return converted;
  }

  /** Returns a file of this folder. */
  static byte[] resource(String name) {
    try (var in = Chat.class.getResourceAsStream("chat/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] json(String singleQuoted) {
    return singleQuoted.replace('\'', '"').getBytes(UTF_8);
  }

  static String canonical(byte[] json, String... without) {
    try {
      return new String(CanonicalJson.bytes(Json.parse(json), Set.of(without)), UTF_8);
    } catch (JsonRejected e) {
      throw new AssertionError(new String(json, UTF_8), e);
    }
  }

  static String text(Recording recording) {
    return new String(recording.chunks().bytes(), UTF_8);
  }
}
