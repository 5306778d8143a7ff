package dev.refrain.gateway.figures;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Call;
import dev.refrain.Meaning;
import dev.refrain.Usage;
import dev.refrain.json.JsonWriter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One call, as the access log tells it.
 *
 * @param time when the request came
 * @param bytes of the answer's body
 * @param usage the tokens of the answer, whoever paid for them
 * @param nanosSaved billionths of a dollar
 */
record LogLine(
    Visit visit,
    Instant time,
    int status,
    long bytes,
    long nanos,
    Usage usage,
    boolean estimated,
    long nanosSaved) {
  /*
   * A line is an object with these members, those in brackets only where they are known:
   *
   *   time          when the request came, RFC 3339
   *   [id]          the request's id
   *   method, path  without the query, in which there may be credentials
   *   dialect       or "none"
   *   [model], [namespace], [scope]: the scope is a name, or a keyed hash of credentials
   *   [key]         of the answer, in hexadecimal digits; a list of them for a batch
   *   outcome       replayed, stale, joined, fetched, bypassed, refused or failed
   *   [reason]      why it was not answered from the cache
   *   status, bytes, ms: of the answer, to its end
   *   [upstream_ms] how long upstream took; of hits, for what is replayed: to the reply's end,
   *                 otherwise to its beginning
   *   [first_token_ms], [added_ms], [age_ms]
   *   [input_tokens], [output_tokens], and "estimated": true where we have counted them
   *   [saved]       in dollars
   *   [request]     the body, only where that was asked for
   */

  private static final int PATH_LENGTH_MAX = 500;
  private static final int NAME_LENGTH_MAX = 200;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Returns this with what the answer cost. */
  LogLine costing(Usage usage, boolean isEstimate, long nanosSaved) {
    return new LogLine(visit, time, status, bytes, nanos, usage, isEstimate, nanosSaved);
  }

  byte[] toBytes(boolean withRequest) {
    var out = new JsonWriter().beginObject();
    out.name("time").string(time.toString());
    text("id", visit.id(), out);
    out.name("method").string(visit.method());
    out.name("path").string(cut(visit.path(), PATH_LENGTH_MAX));
    var call = visit.call();
    out.name("dialect").string((call == null) ? Series.NONE : Answers.dialect(call.meaning()));
    if (call != null) {
      writeCall(call, out);
    }
    out.name("outcome").string(visit.result().toString());
    text("reason", visit.reason(status), out);
    out.name("status").number(status);
    out.name("bytes").number(bytes);
    out.name("ms").number(nanos / NANOS_PER_MILLI);
    writeTimes(out);
    writeTokens(out);
    if (withRequest && call != null) {
      out.name("request").string(new String(call.request().body(), UTF_8));
    }
    return out.endObject().toBytes();
  }

  private static void writeCall(Call call, JsonWriter out) {
    text(
        "model", (call.meaning() instanceof Meaning.Known known) ? known.facts().model() : "", out);
    text("namespace", call.namespace(), out);
    text("scope", call.scope().id(), out);
    switch (call.meaning()) {
      case Meaning.Keyed keyed -> out.name("key").string(keyed.key().toString());
      case Meaning.Batch batch -> {
        out.name("key").beginArray();
        batch.items().forEach(item -> out.string(item.key().toString()));
        out.endArray();
      }
      case Meaning.Unkeyed unkeyed -> {} // there is none
    }
  }

  private void writeTimes(JsonWriter out) {
    var answer = visit.answer();
    var age = (answer == null) ? null : answer.age();
    long recorded = (answer == null || age == null) ? -1 : answer.cost().tookMillis();
    number("upstream_ms", (age == null) ? millis(visit.upstreamNanos()) : recorded, out);
    number("first_token_ms", millis(visit.firstChunkNanos()), out);
    number("added_ms", millis(visit.addedNanos()), out);
    number("age_ms", (age == null) ? -1 : age.ageMillis(), out);
  }

  private void writeTokens(JsonWriter out) {
    number("input_tokens", usage.inputTokens(), out);
    number("output_tokens", usage.outputTokens(), out);
    if (estimated) {
      out.name("estimated").bool(true);
    }
    if (nanosSaved > 0) {
      out.name("saved").raw(NowJson.dollars(nanosSaved));
    }
  }

  private static long millis(long nanos) {
    return (nanos < 0) ? -1 : nanos / NANOS_PER_MILLI;
  }

  private static void number(String name, long value, JsonWriter out) {
    if (value >= 0) {
      out.name(name).number(value);
    }
  }

  private static void text(String name, @Nullable String value, JsonWriter out) {
    if (value != null && !value.isEmpty()) {
      out.name(name).string(cut(value, NAME_LENGTH_MAX));
    }
  }

  private static String cut(String text, int length) {
    return (text.length() <= length) ? text : text.substring(0, length);
  }
}
