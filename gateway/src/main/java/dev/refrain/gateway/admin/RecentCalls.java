package dev.refrain.gateway.admin;

import dev.refrain.json.JsonWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The calls of late, by the ids that their answers carried. Thread-safe. */
public final class RecentCalls {
  /*
   * A ring: whoever comes takes the next place, and the one who had it is forgotten. That costs a
   * call an addition and a write. Who looks sees each place before or after that.
   */

  private static final int SHOWN_USUAL = 100;

  private final AtomicReferenceArray<@Nullable RecentCall> ring;
  private final AtomicLong count = new AtomicLong();

  public RecentCalls(int callsMax) {
    ring = new AtomicReferenceArray<>(callsMax);
  }

  /** Notes a call. */
  public void add(RecentCall call) {
    ring.set((int) (count.getAndIncrement() % ring.length()), call);
  }

  /** Returns the last ones, the newest first. */
  public List<RecentCall> last(int max) {
    var last = new ArrayList<RecentCall>();
    long next = count.get();
    for (long i = next - 1; i >= 0 && i >= next - ring.length() && last.size() < max; i--) {
      var call = ring.get((int) (i % ring.length()));
      if (call != null) {
        last.add(call);
      }
    }
    return last;
  }

  /** Returns the call of this id, or null if it is not known, or no longer. */
  public @Nullable RecentCall find(String id) {
    for (var call : last(ring.length())) {
      if (call.id().equals(id)) {
        return call;
      }
    }
    return null;
  }

  /** Returns what there is to ask for. */
  public List<Route> routes() {
    return List.of(
        Route.get(
            "/-/api/calls",
            request -> {
              var json = new JsonWriter().beginObject().name("calls").beginArray();
              int limit = request.parameter("limit", SHOWN_USUAL, ring.length());
              last(limit).forEach(call -> write(call, json));
              return AdminReply.json(json.endArray().endObject());
            }),
        Route.get(
            "/-/api/calls/{id}",
            request -> {
              var call = find(request.variable("id"));
              if (call == null) {
                throw AdminRefusal.notFound(
                    "This call is not known, or no longer: the last %d are."
                        .formatted(ring.length()));
              }
              var json = new JsonWriter();
              write(call, json);
              return AdminReply.json(json);
            }));
  }

  /** As {@code {"id", "time", "method", "path": string, "status", "millis": number, …}}. */
  private static void write(RecentCall call, JsonWriter json) {
    json.beginObject().name("id").string(call.id());
    json.name("time").string(Instant.ofEpochMilli(call.timeMillis()).toString());
    json.name("method").string(call.method()).name("path").string(call.path());
    json.name("status").number(call.status());
    json.name("millis").raw(Double.toString(call.micros() / 1000.0));
    string("outcome", call.outcome(), json);
    string("reason", (call.reason() == null) ? null : call.reason().toString(), json);
    if (call.reason() != null) {
      string("why", ReasonText.of(call.reason()), json);
    }
    string("key", (call.key() == null) ? null : call.key().toString(), json);
    string("model", call.model(), json);
    string("namespace", call.namespace(), json);
    string("scope", call.scope(), json);
    string("upstream", call.upstream(), json);
    json.endObject();
  }

  private static void string(String name, @Nullable String text, JsonWriter json) {
    if (text != null) {
      json.name(name).string(text);
    }
  }
}
