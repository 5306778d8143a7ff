package dev.refrain;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.refrain.Reading.Batch;
import dev.refrain.Reading.Clear;
import dev.refrain.Reading.Opaque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads requests into calls: finds the dialect, makes the key. */
final class Calls {
  /*
   * The key is SHA-256 over length-prefixed parts:
   *
   *   key   = format dialect scope namespace aim method target headers upstream body
   *   aim   = the upstream at which the request is aimed; the routes may lead to another
   *   target = path and query, as far as the dialect says that they decide
   *   headers = (count value*)*    for each name on the dialect's list, in its order
   *   body  = the dialect's canonical form of it, which comes last and so needs no length
   *
   * Of a batch, each item has a key of its own, of kind "item", with the canonical form of what
   * decides that item in place of the body.
   *
   * Identical bytes need no second parse: a memo leads from the digest of the same parts, with the
   * raw body and the whole target, and without the upstream, to what came of them. The routes are
   * asked for the upstream each time, since they may go by what is no part of the key.
   */

  private static final Logger log = LoggerFactory.getLogger(Calls.class);

  /** Changes with every change to what goes into a key, so that no old entry is taken for a new. */
  private static final String FORMAT = "refrain/1";

  private static final String RAW = "raw";
  private static final String CANONICAL = "canonical";
  private static final String ITEM = "item";
  private static final int MEMO_KEYS_MAX = 50_000;
  private static final int MEMO_BODY_BYTES_MAX = 64 << 10; // above, hashing costs as much again
  private static final int TAGS_MAX = 64;
  private static final int TAG_LENGTH_MAX = 256;

  private final List<Dialect> dialects;
  private final Routes routes;
  private final int bodyBytesMax;
  private final Variants variants = new Variants();
  private final Cache<Key, Meaning.Known> memo =
      Caffeine.newBuilder()
          .maximumWeight(MEMO_KEYS_MAX)
          .weigher((Key raw, Meaning.Known known) -> keys(known))
          .executor(Runnable::run) // to wake another thread costs more than to tidy up
          .build();

  Calls(List<Dialect> dialects, Routes routes, int bodyBytesMax) {
    this.dialects = List.copyOf(dialects);
    this.routes = routes;
    this.bodyBytesMax = bodyBytesMax;
  }

  Call read(Request request, Scope scope) {
    return read(request, scope, Wishes.of(request.headers()));
  }

  Call read(Request request, Scope scope, Wishes wishes) {
    var namespace = wishes.namespace();
    var tags = tags(request.headers().all(Header.TAG));
    var meaning =
        (tags == null || namespace.length() > TAG_LENGTH_MAX)
            ? unkeyed(request, Reason.TAGS)
            : meaning(request, scope, namespace);
    return new Call(
        request,
        scope,
        draw(meaning, wishes.variants()),
        wishes.directives(),
        namespace,
        (tags == null) ? List.of() : tags);
  }

  /** Each item of a batch has its own turns; the same item twice in one batch is one. */
  private Meaning draw(Meaning meaning, int count) {
    if (count == 1) {
      return meaning;
    }
    return switch (meaning) {
      case Meaning.Unkeyed unkeyed -> unkeyed;
      case Meaning.Keyed keyed -> keyed.with(variants.draw(keyed.key(), count));
      case Meaning.Batch batch -> {
        var drawn = new HashMap<Key, Key>();
        var items = new ArrayList<Meaning.Keyed>(batch.items().size());
        for (var item : batch.items()) {
          items.add(item.with(drawn.computeIfAbsent(item.key(), key -> variants.draw(key, count))));
        }
        yield new Meaning.Batch(items, batch.assembly());
      }
    };
  }

  @Nullable Dialect dialectOf(String method, String path) {
    for (var dialect : dialects) {
      if (dialect.speaks(method, path)) {
        return dialect;
      }
    }
    return null;
  }

  private Meaning meaning(Request request, Scope scope, String namespace) {
    var dialect = dialectOf(request.method(), request.path());
    if (dialect == null) {
      return unkeyed(request, Reason.ENDPOINT);
    }
    if (request.body().length > bodyBytesMax) {
      return unkeyed(request, Reason.BODY_TOO_LARGE);
    }
    if (request.body().length > MEMO_BODY_BYTES_MAX) {
      return parse(dialect, request, scope, namespace);
    }
    var raw = digest(RAW, dialect, request, scope, namespace);
    raw.rest().update(request.body());
    var rawKey = raw.key();
    var known = memo.getIfPresent(rawKey);
    if (known != null && known.upstream().equals(upstream(request, known.facts()))) {
      return known;
    }
    var meaning = parse(dialect, request, scope, namespace);
    if (meaning instanceof Meaning.Known understood) {
      memo.put(rawKey, understood);
    }
    return meaning;
  }

  private static int keys(Meaning.Known known) {
    return switch (known) {
      case Meaning.Keyed keyed -> 1;
      case Meaning.Batch batch -> batch.items().size();
    };
  }

  private Meaning parse(Dialect dialect, Request request, Scope scope, String namespace) {
    return switch (read(dialect, request)) {
      case Opaque opaque -> unkeyed(request, opaque.reason());
      case Clear clear -> {
        var digest = digest(CANONICAL, dialect, request, scope, namespace);
        var upstream = upstream(request, clear.facts());
        clear.body().addTo(digest.part(upstream).rest());
        yield new Meaning.Keyed(dialect, upstream, digest.key(), clear.facts());
      }
      case Batch batch -> {
        var upstream = upstream(request, batch.facts());
        var items = new ArrayList<Meaning.Keyed>(batch.items().size());
        for (var item : batch.items()) {
          var digest = digest(ITEM, dialect, request, scope, namespace);
          item.addTo(digest.part(upstream).rest());
          items.add(new Meaning.Keyed(dialect, upstream, digest.key(), batch.facts()));
        }
        yield new Meaning.Batch(items, batch.assembly());
      }
    };
  }

  /** What a dialect with a bug cannot read, upstream may understand all the same. */
  private static Reading read(Dialect dialect, Request request) {
    try {
      return dialect.read(request);
    } catch (RuntimeException e) {
      log.warn("Dialect {} failed to read a request, which is passed on", dialect.name(), e);
      return new Opaque(Reason.UNPARSABLE);
    }
  }

  private String upstream(Request request, Facts facts) {
    return routes.upstreamFor(request, facts.model());
  }

  private Meaning unkeyed(Request request, Reason reason) {
    return new Meaning.Unkeyed(routes.upstreamFor(request, modelOf(request)), reason);
  }

  /** Returns the model that is asked for, or nothing if it cannot be told. */
  String modelOf(Request request) {
    var dialect = dialectOf(request.method(), request.path());
    if (dialect == null) {
      return "";
    }
    try {
      return dialect.modelOf(request);
    } catch (RuntimeException e) {
      log.warn("Dialect {} failed to find a model", dialect.name(), e);
      return "";
    }
  }

  private static Digest digest(
      String kind, Dialect dialect, Request request, Scope scope, String namespace) {
    var target = kind.equals(RAW) ? request.target() : dialect.decidingTarget(request);
    var digest =
        Digest.begin()
            .part(FORMAT)
            .part(kind)
            .part(dialect.name())
            .part(scope.id())
            .part(namespace)
            .part(request.upstream())
            .part(request.method())
            .part(target);
    for (var name : dialect.decidingHeaders()) {
      var values = request.headers().all(name);
      digest.part(values.size());
      values.forEach(digest::part);
    }
    return digest;
  }

  /** Returns null if there are too many or too long ones. */
  private static @Nullable List<String> tags(List<String> fields) {
    if (fields.isEmpty()) {
      return List.of();
    }
    var tags = new ArrayList<String>();
    for (var field : fields) {
      for (var tag : field.split(",", -1)) {
        var name = tag.strip();
        if (name.isEmpty() || tags.contains(name)) {
          continue;
        }
        if (name.length() > TAG_LENGTH_MAX || tags.size() == TAGS_MAX) {
          return null;
        }
        tags.add(name);
      }
    }
    return tags;
  }
}
