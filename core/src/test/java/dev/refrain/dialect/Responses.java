package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Dialect;
import dev.refrain.Dialect.Verdict;
import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Reading;
import dev.refrain.Reading.Clear;
import dev.refrain.Reason;
import dev.refrain.Recording;
import dev.refrain.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Requests and replies of the responses API: JSON with single quotes instead of double ones. */
final class Responses {
  static final Form STREAM = StreamForms.STREAM;

  private static final Pattern TYPE = Pattern.compile("'type':'([^']*)'");

  private Responses() {}

  static Reading read(String body) {
    return read(OpenAiResponses.DIALECT, body);
  }

  static Reading read(OpenAiDialect dialect, String body) {
    var path = dialect.paths().iterator().next();
    return dialect.read(Request.post("openai", path, Headers.none(), Chat.json(body)));
  }

  static Facts facts(Dialect dialect, Reading reading) {
    assertThat(reading).as(dialect.name()).isInstanceOf(Clear.class);
    return ((Clear) reading).facts();
  }

  /** Returns what is understood of a request for model "m" with these members besides. */
  static Facts asked(String... members) {
    var more = Stream.of(members).map(member -> "," + member).toList();
    return facts(
        OpenAiResponses.DIALECT, read("{'model':'m','input':'?'" + String.join("", more) + "}"));
  }

  /** Returns a completed response of these items. */
  static String response(String... items) {
    return "{'id':'resp_1','object':'response','status':'completed','model':'m','output':["
        + String.join(",", items)
        + "],'usage':{'input_tokens':3,'output_tokens':4}}";
  }

  /** Returns a message of these parts. */
  static String message(String... parts) {
    return "{'id':'msg_1','type':'message','status':'completed','role':'assistant','content':["
        + String.join(",", parts)
        + "]}";
  }

  static String text(String text) {
    return "{'type':'output_text','text':'" + text + "','annotations':[]}";
  }

  static Recording whole(String response) {
    return Chat.recording(Form.WHOLE, Chat.json(response));
  }

  /** Returns a stream of these events, each named by its type, and numbered if it has one. */
  static Recording stream(String... events) {
    var stream = new StringBuilder();
    for (int i = 0; i < events.length; i++) {
      var number = "$0,'sequence_number':" + i;
      stream.append(named(events[i].replaceFirst("^\\{'type':'[^']*'", number)));
    }
    return Chat.recording(STREAM, Chat.json(stream.toString()));
  }

  /** Returns an event with its type before its data; that comes behind the first "type". */
  static String named(String event) {
    return TYPE.matcher(event)
        .results()
        .findFirst()
        .map(type -> "event: " + type.group(1) + "\n")
        .orElse("")
        .concat("data: " + event + "\n\n");
  }

  /** Returns the stream that has these items and ends in this response. */
  static Recording streamed(String ending, String response, List<String> items) {
    var events = new ArrayList<String>();
    events.add("{'type':'response.created','response':{'status':'in_progress','output':[]}}");
    for (var item : items) {
      int index = events.size() - 1;
      events.add(
          "{'type':'response.output_item.done','output_index':" + index + ",'item':" + item + "}");
    }
    events.add("{'type':'" + ending + "','response':" + response + "}");
    return stream(events.toArray(String[]::new));
  }

  static Verdict judge(Facts asked, Recording reply) {
    return OpenAiResponses.DIALECT.judge(asked, reply);
  }

  static Set<Reason> defects(Recording reply) {
    return judge(asked(), reply).defects();
  }

  static @Nullable Recording tryConvert(Recording recording, Form form) {
    return OpenAiResponses.DIALECT.convert(recording, form);
  }

  static Recording convert(Recording recording, Form form) {
    var converted = tryConvert(recording, form);
    assertThat(converted).as("%s as %s", Chat.text(recording), form).isNotNull();
    return converted;
  }

  /** Returns the data of the events of a stream. */
  static List<String> data(Recording stream) throws Exception {
    return EventStream.read(stream.chunks()).events().stream()
        .map(event -> new String(event.data(), UTF_8))
        .toList();
  }
}
