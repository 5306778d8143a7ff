package dev.refrain.gateway.admin;

import dev.refrain.Directives;
import dev.refrain.Entry;
import dev.refrain.Explanation;
import dev.refrain.Explanation.Item;
import dev.refrain.Explanation.Served;
import dev.refrain.Freshness;
import dev.refrain.Freshness.Expired;
import dev.refrain.Freshness.Fresh;
import dev.refrain.Freshness.Stale;
import dev.refrain.Lifetime;
import dev.refrain.Meaning;
import dev.refrain.Timing;
import dev.refrain.json.JsonWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An explanation as JSON.
 *
 * <pre>
 *   explanation = {"sentences": [+string], "reason": string / null, "key": string / null,
 *                  "dialect"?, "model"?, "form"?: string, "upstream", "scope", "namespace": string,
 *                  "tags": [*string], "directives": {*(name: true / milliseconds)},
 *                  "parts": [*{"name", "value": string}], "lifetime": {…} / null,
 *                  "items": [*item], "near": [*near]}
 *   item        = {"key", "form": string, "aboard": number, "turnedDown": boolean,
 *                  "tiers": [*{"tier", "form": string, "entry": entry / null, "trouble"?: string}],
 *                  "served": served / null}
 *   served      = {"tier": string, "freshness": "fresh" / "stale" / "expired",
 *                  "leftMillis"?: number, "whileRevalidate"?, "ifError"?: boolean,
 *                  "timing": {*(name: time / number)},
 *                  "tags": [*{"tag": string, "holds": boolean}],
 *                  "missing": [*string], "entry": entry}
 *   entry       = {"born": time, "tookMillis", "bytes", "hits": number,
 *                  "inputTokens"?, "outputTokens"?: number}
 *   near        = {"key": string, "at": time,
 *                  "differences": [+{"path", "here", "there": string}]}
 * </pre>
 */
final class ExplanationJson {
  private final JsonWriter json = new JsonWriter();

  private ExplanationJson() {}

  static JsonWriter of(Explanation explanation) {
    var writer = new ExplanationJson();
    writer.write(explanation);
    return writer.json;
  }

  private void write(Explanation explanation) {
    json.beginObject();
    strings("sentences", ExplanationText.of(explanation));
    var reason = explanation.reason();
    string("reason", (reason == null) ? null : reason.toString());
    var call = explanation.call();
    string("key", explanation.items().isEmpty() ? key(call.meaning()) : first(explanation));
    if (call.meaning() instanceof Meaning.Known known) {
      string("model", known.facts().model());
      string("form", known.facts().form().name());
    }
    string("upstream", call.meaning().upstream());
    string("scope", call.scope().id());
    string("namespace", call.namespace());
    strings("tags", call.tags());
    directives(call.directives());
    json.name("parts").beginArray();
    for (var part : explanation.parts()) {
      json.beginObject();
      string("name", part.name());
      string("value", part.value());
      json.endObject();
    }
    json.endArray();
    lifetime((explanation.rule() == null) ? null : explanation.rule().lifetime());
    json.name("items").beginArray();
    explanation.items().forEach(this::item);
    json.endArray().name("near").beginArray();
    explanation.near().forEach(this::near);
    json.endArray().endObject();
  }

  private static String first(Explanation explanation) {
    return explanation.items().getFirst().slot().key().toString();
  }

  private static @Nullable String key(Meaning meaning) {
    return switch (meaning) {
      case Meaning.Unkeyed unkeyed -> null;
      case Meaning.Keyed keyed -> keyed.key().toString();
      case Meaning.Batch batch -> batch.items().getFirst().key().toString();
    };
  }

  private void directives(Directives directives) {
    json.name("directives").beginObject();
    flag("no-cache", directives.noCache());
    flag("no-store", directives.noStore());
    flag("only-if-cached", directives.onlyIfCached());
    duration("max-age", directives.maxAge());
    duration("max-stale", directives.maxStale());
    duration("min-fresh", directives.minFresh());
    duration("stale-if-error", directives.staleIfError());
    duration("ttl", directives.ttl());
    json.endObject();
  }

  private void lifetime(@Nullable Lifetime lifetime) {
    json.name("lifetime");
    if (lifetime == null) {
      json.nothing();
      return;
    }
    json.beginObject();
    duration("ttl", lifetime.ttl());
    json.name("jitter").raw(Double.toString(lifetime.jitter()));
    json.name("hotHits").number(lifetime.hotHits());
    duration("hotWindow", lifetime.hotWindow());
    duration("hotLife", lifetime.hotLife());
    duration("maxAge", lifetime.maxAge());
    duration("staleWhileRevalidate", lifetime.staleWhileRevalidate());
    duration("staleIfError", lifetime.staleIfError());
    json.endObject();
  }

  private void item(Item item) {
    json.beginObject();
    string("key", item.slot().key().toString());
    string("form", item.slot().form().name());
    json.name("aboard").number(item.aboard()).name("turnedDown").bool(item.turnedDown());
    json.name("tiers").beginArray();
    for (var lying : item.lying()) {
      json.beginObject();
      string("tier", lying.tier());
      string("form", lying.form().name());
      json.name("entry");
      entry(lying.entry());
      if (lying.trouble() != null) {
        string("trouble", lying.trouble());
      }
      json.endObject();
    }
    json.endArray().name("served");
    served(item.served());
    json.endObject();
  }

  private void served(@Nullable Served served) {
    if (served == null) {
      json.nothing();
      return;
    }
    json.beginObject();
    string("tier", served.tier());
    freshness(served.freshness());
    timing(served.timing());
    json.name("tags").beginArray();
    for (var tag : served.tags()) {
      json.beginObject();
      string("tag", tag.tag());
      json.name("holds").bool(tag.holds()).endObject();
    }
    json.endArray();
    strings("missing", served.missing());
    json.name("entry");
    entry(served.entry());
    json.endObject();
  }

  private void freshness(Freshness freshness) {
    switch (freshness) {
      case Fresh fresh -> {
        string("freshness", "fresh");
        json.name("leftMillis").number(fresh.leftMillis());
      }
      case Stale stale -> {
        string("freshness", "stale");
        json.name("leftMillis").number(stale.leftMillis());
        json.name("whileRevalidate").bool(stale.whileRevalidate());
        json.name("ifError").bool(stale.ifError());
      }
      case Expired expired -> string("freshness", "expired");
    }
  }

  private void timing(Timing timing) {
    json.name("timing").beginObject();
    time("now", timing.nowMillis());
    time("born", timing.bornMillis());
    json.name("jitterMillis").number(timing.jitterMillis());
    time("expires", timing.expiresMillis());
    if (timing.hotUntilMillis() != null) {
      time("hotUntil", timing.hotUntilMillis());
    }
    time("freshUntil", timing.freshUntilMillis());
    time("revalidateUntil", timing.revalidateUntilMillis());
    time("errorUntil", timing.errorUntilMillis());
    time("end", timing.endMillis());
    json.endObject();
  }

  private void entry(@Nullable Entry entry) {
    if (entry == null) {
      json.nothing();
      return;
    }
    json.beginObject();
    time("born", entry.bornMillis());
    json.name("tookMillis").number(entry.tookMillis());
    json.name("bytes").number(entry.bytes()).name("hits").number(entry.hits());
    if (entry.usage().inputTokens() >= 0) {
      json.name("inputTokens").number(entry.usage().inputTokens());
      json.name("outputTokens").number(entry.usage().outputTokens());
    }
    json.endObject();
  }

  private void near(Explanation.NearMiss near) {
    json.beginObject();
    string("key", near.key().toString());
    time("at", near.atMillis());
    json.name("differences").beginArray();
    for (var difference : near.differences()) {
      json.beginObject();
      string("path", difference.path());
      string("here", difference.here());
      string("there", difference.there());
      json.endObject();
    }
    json.endArray().endObject();
  }

  private void string(String name, @Nullable String text) {
    json.name(name);
    if (text == null) {
      json.nothing();
    } else {
      json.string(text);
    }
  }

  private void strings(String name, List<String> texts) {
    json.name(name).beginArray();
    texts.forEach(json::string);
    json.endArray();
  }

  private void flag(String name, boolean set) {
    if (set) {
      json.name(name).bool(true);
    }
  }

  private void duration(String name, @Nullable Duration duration) {
    if (duration != null) {
      json.name(name).number(duration.toMillis());
    }
  }

  private void time(String name, long millis) {
    json.name(name).string(Instant.ofEpochMilli(millis).toString());
  }
}
