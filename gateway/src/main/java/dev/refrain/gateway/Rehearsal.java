package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Headers;
import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Upstream;
import dev.refrain.dialect.AnthropicMessages;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The model {@code demo}: slow, streaming and built in, so that everything can be tried with no
 * network and no key. It says what it was asked, and how often it was asked at all.
 */
final class Rehearsal implements Upstream {
  private static final int OK = 200;

  private final Duration time;
  private final InstantSource clock;
  private final AtomicLong calls = new AtomicLong();

  /** A model that takes so long for each answer. */
  Rehearsal(Duration time, InstantSource clock) {
    this.time = time;
    this.clock = clock;
  }

  @Override
  public Reply send(Request request) throws IOException, InterruptedException {
    Json asked;
    try {
      asked = Json.parse(request.body());
    } catch (JsonRejected e) {
      var error = ErrorStyle.OPENAI.write(400, "invalid_json", "The body is not strict JSON.");
      return Reply.of(400, Headers.of("content-type", "application/json"), error);
    }
    long number = calls.incrementAndGet();
    var words = words(asked, number);
    Style style =
        AnthropicMessages.DIALECT.speaks(request.method(), request.path())
            ? new RehearsedMessage(number)
            : new Completion(number, clock.instant().getEpochSecond(), wantsUsage(asked));
    var stream = asked.get("stream");
    if (stream == null || !stream.is(Kind.TRUE)) {
      Thread.sleep(time);
      var headers = Headers.of("content-type", "application/json");
      return Reply.of(OK, headers, style.whole(words));
    }
    var headers = Headers.of("content-type", "text/event-stream; charset=utf-8");
    var events = style.events(words);
    return new PacedReply(OK, headers, events, time.dividedBy(events.size()));
  }

  /** How a vendor would write an answer of these words. */
  interface Style {
    byte[] whole(List<String> words);

    List<byte[]> events(List<String> words);
  }

  private static boolean wantsUsage(Json asked) {
    var options = asked.get("stream_options");
    var usage = (options == null) ? null : options.get("include_usage");
    return usage != null && usage.is(Kind.TRUE);
  }

  private static List<String> words(Json asked, long number) {
    var text =
        """
        You asked: “%s” This is the rehearsal of call %d. It was slow, as models are; \
        ask again, and Refrain gives the same answer at once.\
        """
            .formatted(question(asked), number);
    var words = new ArrayList<String>();
    for (var word : text.split("(?<= )", -1)) {
      words.add(word);
    }
    return words;
  }

  /** The text of the last message. */
  private static String question(Json asked) {
    var question = "";
    var messages = asked.get("messages");
    if (messages != null) {
      for (var message : messages.elements()) {
        var content = message.get("content");
        question = (content != null && content.is(Kind.STRING)) ? content.text() : question;
      }
    }
    return question;
  }

  /** One answer, in the words of OpenAI. */
  private record Completion(long number, long createdSeconds, boolean withUsage) implements Style {
    @Override
    public byte[] whole(List<String> words) {
      var json = begin("chat.completion").name("choices").beginArray().beginObject();
      json.name("index").number(0).name("message").beginObject();
      json.name("role").string("assistant").name("content").string(String.join("", words));
      json.name("refusal").nothing().endObject();
      json.name("logprobs").nothing().name("finish_reason").string("stop").endObject().endArray();
      return usage(json, words).endObject().toBytes();
    }

    @Override
    public List<byte[]> events(List<String> words) {
      var events = new ArrayList<byte[]>();
      events.add(event(delta("role", "assistant")));
      for (var word : words) {
        events.add(event(delta("content", word)));
      }
      events.add(event(delta(null, "")));
      if (withUsage) {
        var last = begin("chat.completion.chunk").name("choices").beginArray().endArray();
        events.add(event(usage(last, words).endObject()));
      }
      events.add("data: [DONE]\n\n".getBytes(UTF_8));
      return events;
    }

    private JsonWriter begin(String object) {
      var json = new JsonWriter().beginObject();
      json.name("id").string("chatcmpl-rehearsal-" + number).name("object").string(object);
      return json.name("created").number(createdSeconds).name("model").string(Upstreams.DEMO);
    }

    private JsonWriter delta(@Nullable String name, String text) {
      var json = begin("chat.completion.chunk").name("choices").beginArray().beginObject();
      json.name("index").number(0).name("delta").beginObject();
      if (name != null) {
        json.name(name).string(text);
      }
      json.endObject().name("logprobs").nothing().name("finish_reason");
      (name == null ? json.string("stop") : json.nothing()).endObject().endArray();
      return (withUsage ? json.name("usage").nothing() : json).endObject();
    }

    private static JsonWriter usage(JsonWriter json, List<String> words) {
      json.name("usage").beginObject().name("prompt_tokens").number(1);
      json.name("completion_tokens").number(words.size());
      return json.name("total_tokens").number(1L + words.size()).endObject();
    }

    private static byte[] event(JsonWriter json) {
      return ("data: " + new String(json.toBytes(), UTF_8) + "\n\n").getBytes(UTF_8);
    }
  }

  /** Says one chunk after the other, at its own pace. */
  private static final class PacedReply implements Reply {
    private final int status;
    private final Headers headers;
    private final List<byte[]> chunks;
    private final Duration pause;
    private int said;

    PacedReply(int status, Headers headers, List<byte[]> chunks, Duration pause) {
      this.status = status;
      this.headers = headers;
      this.chunks = chunks;
      this.pause = pause;
    }

    @Override
    public int status() {
      return status;
    }

    @Override
    public Headers headers() {
      return headers;
    }

    @Override
    public byte @Nullable [] next() throws InterruptedException {
      if (said == chunks.size()) {
        return null;
      }
      Thread.sleep(pause);
      return chunks.get(said++);
    }

    @Override
    public void close() {} // a rehearsal costs nothing
  }
}
