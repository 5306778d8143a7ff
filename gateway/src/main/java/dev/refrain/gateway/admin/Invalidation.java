package dev.refrain.gateway.admin;

import dev.refrain.Key;
import dev.refrain.LlmCache;
import dev.refrain.Tag;
import dev.refrain.json.Json;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Retires answers, or counts which it would.
 *
 * <pre>
 *   asked    = {which, "dryRun"?: boolean}
 *   which    = "tag": string / "namespace": string / "key": 64 hexadecimal digits
 *            / "request": see {@link AskedJson} / "all": true
 *   answered = {"dryRun": boolean, "what": [+string], "entries"?: number, "complete"?: boolean,
 *               "tiers"?: [*{"tier": string, "entries": number, "bytes": number,
 *                            "trouble"?: string}]}
 * </pre>
 *
 * What is retired is not counted first: a million entries are retired as fast as one.
 */
public final class Invalidation {
  private static final List<String> SELECTORS =
      List.of("tag", "namespace", "key", "request", "all");
  private static final int UNAVAILABLE = 503;
  private static final int TEXT_LENGTH_MAX = 1024;

  private final LlmCache cache;
  private final CallReader reader;

  public Invalidation(LlmCache cache, CallReader reader) {
    this.cache = cache;
    this.reader = reader;
  }

  /** What is to be retired. */
  private sealed interface Which {
    /** All that has one of these tags. */
    record Tagged(List<String> tags) implements Which {}

    /** All. */
    record All() implements Which {}
  }

  /** Returns what there is to ask for. */
  public Route route(int bodyBytesMax) {
    return Route.post("/-/api/invalidate", this::answer).bodiesUpTo(bodyBytesMax);
  }

  private AdminReply answer(AdminRequest request) throws AdminRefusal, InterruptedException {
    var members = new ArrayList<>(SELECTORS);
    members.add("dryRun");
    var json = request.json(members);
    var which = which(json);
    return AskedJson.truth(json, "dryRun") ? counted(which) : retired(which);
  }

  private Which which(Json json) throws AdminRefusal {
    var given = SELECTORS.stream().filter(json::has).toList();
    if (given.size() != 1) {
      throw AdminRefusal.badRequest("Say one of " + String.join(", ", SELECTORS) + ".");
    }
    var value = json.get(given.getFirst());
    return switch (given.getFirst()) {
      case "tag" -> tagged(name(json, "tag"));
      case "namespace" -> tagged(Tag.namespace(text(json, "namespace")));
      case "key" -> tagged(Tag.key(key(json)));
      case "request" -> request(value);
      default -> {
        if (value == null || !value.is(Kind.TRUE)) {
          throw AdminRefusal.badRequest("'all' is true, or not there.");
        }
        yield new Which.All();
      }
    };
  }

  private static Which tagged(String tag) {
    return new Which.Tagged(List.of(tag));
  }

  private Which request(@Nullable Json value) throws AdminRefusal {
    if (value == null || !value.is(Kind.OBJECT)) {
      throw AdminRefusal.badRequest("'request' is an object with a 'body'.");
    }
    var keys = reader.keys(AskedJson.read(value));
    if (keys.isEmpty()) {
      throw AdminRefusal.badRequest(
          "This request has no key: no answer to it is ever kept. Explain says why.");
    }
    return new Which.Tagged(keys.stream().map(Tag::key).toList());
  }

  private static Key key(Json json) throws AdminRefusal {
    try {
      return Key.parse(text(json, "key"));
    } catch (IllegalArgumentException e) {
      throw AdminRefusal.badRequest("A key has 64 hexadecimal digits.");
    }
  }

  /** The usual namespace has no name. */
  private static String text(Json json, String member) throws AdminRefusal {
    var text = AskedJson.text(json, member, "").strip();
    if (text.length() > TEXT_LENGTH_MAX) {
      throw AdminRefusal.badRequest("'%s' is too long.".formatted(member));
    }
    return text;
  }

  private static String name(Json json, String member) throws AdminRefusal {
    var text = text(json, member);
    if (text.isEmpty()) {
      throw AdminRefusal.badRequest("'%s' is empty.".formatted(member));
    }
    return text;
  }

  private AdminReply retired(Which which) throws InterruptedException {
    try {
      switch (which) {
        case Which.All all -> cache.invalidateAll();
        case Which.Tagged(var tags) -> {
          for (var tag : tags) {
            cache.invalidate(tag);
          }
        }
      }
    } catch (IOException e) {
      return AdminReply.error(
          UNAVAILABLE,
          "not_written",
          "It holds in this process, but could not be written everywhere, and may be forgotten"
              + " after a restart: say it again. "
              + e.getMessage());
    }
    return AdminReply.json(begin(which, false).endObject());
  }

  private AdminReply counted(Which which) throws InterruptedException {
    var census =
        switch (which) {
          case Which.All all -> cache.countAll();
          case Which.Tagged(var tags) -> cache.count(Set.copyOf(tags));
        };
    var json = begin(which, true).name("entries").number(census.entries());
    json.name("complete").bool(census.complete()).name("tiers").beginArray();
    for (var tier : census.tiers()) {
      json.beginObject().name("tier").string(tier.tier());
      json.name("entries").number(tier.entries()).name("bytes").number(tier.bytes());
      if (tier.trouble() != null) {
        json.name("trouble").string(tier.trouble());
      }
      json.endObject();
    }
    return AdminReply.json(json.endArray().endObject());
  }

  private static JsonWriter begin(Which which, boolean dryRun) {
    var json = new JsonWriter().beginObject().name("dryRun").bool(dryRun);
    json.name("what").beginArray();
    switch (which) {
      case Which.All all -> json.string("everything");
      case Which.Tagged(var tags) -> tags.forEach(json::string);
    }
    return json.endArray();
  }
}
