package dev.refrain.gateway.console;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Inventory;
import dev.refrain.Inventory.Held;
import dev.refrain.KeptRequest;
import dev.refrain.Key;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.gateway.admin.AdminRefusal;
import dev.refrain.gateway.admin.AdminReply;
import dev.refrain.gateway.admin.AdminRequest;
import dev.refrain.gateway.admin.Route;
import dev.refrain.json.JsonWriter;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One answer: what lies under a key, in all its forms and tiers. */
final class EntryPage {
  /*
   *   answer = {"key": hex, "nowMillis": time, "forms": [form, …], "silent": [tier, …]}
   *   form   = {"form": name, "tiers": [{"name", "hits"}, …], "status": n, "contentType": text,
   *             "headers": [[name, value], …], "etag", "tags": [text, …], "bornMillis": time,
   *             "tookMillis": n, "inputTokens": n or -1, "outputTokens": n or -1, "valid": bool,
   *             "times": {"freshUntil", "revalidateUntil", "errorUntil", "end"},
   *             "request": null or {"method", "target", "upstream", "headers": [[name, value], …],
   *             "total": bytes, "base64": its beginning},
   *             "body": {"total": bytes, "base64": its beginning, "ends": [n, …],
   *                      "millis": [n, …]}}
   *
   * A key does not tell in which forms its answer lies, so the usual ones are tried, and the one
   * that was asked for.
   */

  private static final int BODY_SHOWN_MAX = 256 << 10;
  private static final int CHUNKS_SHOWN_MAX = 50_000;
  private static final List<String> USUAL_FORMS =
      List.of("whole", "stream", "stream+usage", "sse", "array", "float", "base64");

  private final Inventory inventory;
  private final InstantSource clock;

  EntryPage(Inventory inventory, InstantSource clock) {
    this.inventory = inventory;
    this.clock = clock;
  }

  Route route() {
    return Route.get("/-/api/entries/{key}", this::answer);
  }

  private AdminReply answer(AdminRequest request) throws AdminRefusal, InterruptedException {
    var key = key(request.variable("key"));
    var forms = new LinkedHashSet<>(USUAL_FORMS);
    forms.add(request.parameter("form", USUAL_FORMS.getFirst()));
    var silent = new TreeSet<String>();
    var out = new JsonWriter().beginObject().name("key").string(key.toString());
    out.name("nowMillis").number(clock.millis()).name("forms").beginArray();
    int found = 0;
    for (var form : forms) {
      var seen = inventory.find(new Slot(key, new Form(form)));
      silent.addAll(seen.silent());
      if (!seen.found().isEmpty()) {
        write(seen.found(), out);
        found++;
      }
    }
    if (found == 0 && silent.isEmpty()) {
      throw AdminRefusal.notFound("Nothing is kept under this key.");
    }
    out.endArray().name("silent").beginArray();
    silent.forEach(out::string);
    return AdminReply.json(out.endArray().endObject());
  }

  static Key key(String hex) throws AdminRefusal {
    try {
      return Key.parse(hex);
    } catch (IllegalArgumentException e) {
      throw AdminRefusal.badRequest("A key is 64 hexadecimal digits.");
    }
  }

  private static void write(List<Held> held, JsonWriter out) {
    var nearest = held.getFirst();
    var recording = nearest.recording();
    out.beginObject().name("form").string(recording.slot().form().name());
    out.name("tiers").beginArray();
    for (var one : held) {
      out.beginObject().name("name").string(one.tier());
      out.name("hits").number(one.hits()).endObject();
    }
    out.endArray();
    writeHead(recording, out);
    writeTimes(nearest, out);
    writeRequest(recording.request(), out.name("request"));
    writeBody(recording.chunks(), out);
    out.endObject();
  }

  private static void writeHead(Recording recording, JsonWriter out) {
    var types = recording.headers().all("content-type");
    out.name("status").number(recording.status());
    out.name("contentType").string(types.isEmpty() ? "" : types.getFirst());
    writeHeaders(recording.headers(), out);
    out.name("etag").string(recording.etag()).name("tags").beginArray();
    recording.stamp().tags().forEach(out::string);
    out.endArray().name("bornMillis").number(recording.bornMillis());
    out.name("tookMillis").number(recording.tookMillis());
    out.name("inputTokens").number(recording.usage().inputTokens());
    out.name("outputTokens").number(recording.usage().outputTokens());
  }

  private static void writeHeaders(Headers headers, JsonWriter out) {
    out.name("headers").beginArray();
    headers.forEach((name, value) -> out.beginArray().string(name).string(value).endArray());
    out.endArray();
  }

  private static void writeRequest(@Nullable KeptRequest kept, JsonWriter out) {
    if (kept == null) {
      out.nothing();
      return;
    }
    var request = kept.request();
    out.beginObject().name("method").string(request.method());
    out.name("target").string(request.target()).name("upstream").string(request.upstream());
    writeHeaders(request.headers(), out);
    out.name("total").number(request.body().length);
    var beginning = Arrays.copyOf(request.body(), Math.min(request.body().length, BODY_SHOWN_MAX));
    out.name("base64").string(Base64.getEncoder().encodeToString(beginning)).endObject();
  }

  private static void writeTimes(Held held, JsonWriter out) {
    var timing = held.timing();
    long end = timing.endMillis();
    out.name("valid").bool(held.valid()).name("times").beginObject();
    out.name("freshUntil").number(timing.freshUntilMillis());
    out.name("revalidateUntil").number(Math.min(end, timing.revalidateUntilMillis()));
    out.name("errorUntil").number(Math.min(end, timing.errorUntilMillis()));
    out.name("end").number(end).endObject();
  }

  private static void writeBody(Chunks chunks, JsonWriter out) {
    int size = Math.min(chunks.size(), BODY_SHOWN_MAX);
    int count = Math.min(chunks.count(), CHUNKS_SHOWN_MAX);
    out.name("body").beginObject().name("total").number(chunks.size());
    var beginning = Arrays.copyOf(chunks.bytes(), size);
    out.name("base64").string(Base64.getEncoder().encodeToString(beginning));
    out.name("ends").beginArray();
    int end = 0;
    for (int i = 0; i < count; i++) {
      end += chunks.chunk(i).remaining();
      out.number(end);
    }
    out.endArray().name("millis").beginArray();
    for (int i = 0; i < count; i++) {
      out.number(chunks.millis(i));
    }
    out.endArray().endObject();
  }
}
