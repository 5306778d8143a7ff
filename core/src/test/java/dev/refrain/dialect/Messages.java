package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Dialect.Verdict;
import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Reading;
import dev.refrain.Reading.Clear;
import dev.refrain.Recording;
import dev.refrain.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Requests for messages, and messages, as the tests write them. */
final class Messages {
  static final Form STREAM = StreamForms.STREAM;
  static final String CLAUDE = "claude-sonnet-4-5";

  static final String START = start("'usage':{'input_tokens':1,'output_tokens':1}");
  static final String TEXT =
      "{'type':'content_block_start','index':0,'content_block':{'type':'text','text':''}}";
  static final String HI = delta("'type':'text_delta','text':'Hi'");
  static final String BLOCK_STOP = "{'type':'content_block_stop','index':0}";
  static final String END = ending("'end_turn'");
  static final String STOP = "{'type':'message_stop'}";

  /** What the folder of replies has. */
  static final List<String> REPLIES =
      List.of(
          "text",
          "stop-sequence",
          "thinking",
          "citations",
          "tool-use",
          "web-search",
          "refusal",
          "compaction",
          "vllm");

  private Messages() {}

  static Request request(String body) {
    return Request.post("anthropic", "/v1/messages", Headers.none(), Chat.json(body));
  }

  static Reading read(String body) {
    return AnthropicMessages.DIALECT.read(request(body));
  }

  static Facts facts(String body) {
    assertThat(read(body)).as(body).isInstanceOf(Clear.class);
    return ((Clear) read(body)).facts();
  }

  /** Returns what is understood of a request for this model and with these members besides. */
  static Facts asked(String model, String... members) {
    var more = Stream.of(members).map(member -> "," + member).toList();
    return facts(
        "{'max_tokens':9,'messages':[],'model':'" + model + "'" + String.join("", more) + "}");
  }

  static String model(String reply) {
    return reply.equals("vllm") ? "qwen3-32b" : CLAUDE;
  }

  static Verdict judge(Facts asked, Recording reply) {
    return AnthropicMessages.DIALECT.judge(asked, reply);
  }

  static Recording whole(String reply) {
    return Chat.whole(reply);
  }

  static Recording whole(byte[] reply) {
    return Chat.recording(Form.WHOLE, reply);
  }

  static Recording stream(byte[] events) {
    return Chat.recording(STREAM, events);
  }

  /** Returns a stream of these events, each a chunk that is called what its data say. */
  static Recording stream(String... events) {
    var stream = new EventChunks();
    for (int i = 0; i < events.length; i++) {
      stream.add(type(events[i]), Chat.json(events[i]), 10 * i);
    }
    return Chat.recording(STREAM, stream.all());
  }

  private static String type(String event) {
    int from = event.indexOf("'type':'") + "'type':'".length();
    return event.startsWith("{'type':'") ? event.substring(from, event.indexOf('\'', from)) : "x";
  }

  /** Returns the event in which a message starts that has these members besides. */
  static String start(String members) {
    return "{'type':'message_start','message':{'content':[]," + members + "}}";
  }

  /** Returns a delta of the first block. */
  static String delta(String members) {
    return "{'type':'content_block_delta','index':0,'delta':{" + members + "}}";
  }

  static String ending(String reason) {
    return "{'type':'message_delta','delta':{'stop_reason':" + reason + "},'usage':{}}";
  }

  static @Nullable Recording tryConvert(Recording recording, Form form) {
    return AnthropicMessages.DIALECT.convert(recording, form);
  }

  static Recording convert(Recording recording, Form form) {
    var converted = tryConvert(recording, form);
    assertThat(converted).as("%s as %s", Chat.text(recording), form).isNotNull();
    return converted;
  }

  static String canonical(Recording whole) {
    return Chat.canonical(whole.chunks().bytes());
  }

  /** Returns a file of the folder of replies. */
  static byte[] resource(String name) {
    try (var in = Messages.class.getResourceAsStream("messages/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the lines as a stream: each the data of an event that is called what it says. */
  static String events(String lines) {
    var events = new StringBuilder();
    lines
        .lines()
        .forEach(line ->
            events
                .append("event: ")
                .append(type(line))
                .append("\ndata: ")
                .append(line)
                .append("\n\n"));
    return new String(Chat.json(events.toString()), UTF_8);
  }
}
