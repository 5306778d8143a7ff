package dev.refrain;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.refrain.Reading.Clear;
import dev.refrain.Reading.Opaque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads requests into calls: finds the dialect, makes the key. */
final class Calls {
  /*
   * The key is SHA-256 over length-prefixed parts:
   *
   *   key   = format dialect scope namespace aim method target headers upstream body
   *   aim   = the upstream at which the request is aimed; the routes may lead to another
   *   headers = count (name value)*    those that the dialect names, sorted by it, where present
   *   body  = the dialect's canonical form of it, which comes last and so needs no length
   *
   * Identical bytes need no second parse: a memo leads from the digest of the same parts with the
   * raw body, and without the upstream, which follows from the others, to what came of them.
   */

  /** Changes with every change to what goes into a key, so that no old entry is taken for a new. */
  private static final String FORMAT = "refrain/1";

  private static final String RAW = "raw";
  private static final String CANONICAL = "canonical";
  private static final int MEMO_ENTRIES_MAX = 50_000;
  private static final int MEMO_BODY_BYTES_MAX = 64 << 10; // above, hashing costs as much again
  private static final int TAGS_MAX = 64;
  private static final int TAG_LENGTH_MAX = 256;

  private final List<Dialect> dialects;
  private final Routes routes;
  private final int bodyBytesMax;
  private final Cache<Key, Meaning.Keyed> memo =
      Caffeine.newBuilder().maximumSize(MEMO_ENTRIES_MAX).build();

  Calls(List<Dialect> dialects, Routes routes, int bodyBytesMax) {
    this.dialects = List.copyOf(dialects);
    this.routes = routes;
    this.bodyBytesMax = bodyBytesMax;
  }

  Call read(Request request, Scope scope) {
    var headers = request.headers();
    var named = headers.get(Header.NAMESPACE);
    var namespace = (named == null) ? "" : named;
    var tags = tags(headers.all(Header.TAG));
    var meaning =
        (tags == null || namespace.length() > TAG_LENGTH_MAX)
            ? unkeyed(request, Reason.TAGS)
            : meaning(request, scope, namespace);
    return new Call(
        request,
        scope,
        meaning,
        Directives.of(headers),
        namespace,
        (tags == null) ? List.of() : tags);
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
    raw.body().update(request.body());
    var rawKey = raw.key();
    var known = memo.getIfPresent(rawKey);
    if (known != null) {
      return known;
    }
    var meaning = parse(dialect, request, scope, namespace);
    if (meaning instanceof Meaning.Keyed keyed) {
      memo.put(rawKey, keyed);
    }
    return meaning;
  }

  private Meaning parse(Dialect dialect, Request request, Scope scope, String namespace) {
    return switch (dialect.read(request)) {
      case Opaque opaque -> unkeyed(request, opaque.reason());
      case Clear clear -> {
        var digest = digest(CANONICAL, dialect, request, scope, namespace);
        var upstream = routes.upstreamFor(request, clear.facts().model());
        clear.body().addTo(digest.part(upstream).body());
        yield new Meaning.Keyed(dialect, upstream, digest.key(), clear.facts());
      }
    };
  }

  private Meaning unkeyed(Request request, Reason reason) {
    return new Meaning.Unkeyed(routes.upstreamFor(request, ""), reason);
  }

  private static Digest digest(
      String kind, Dialect dialect, Request request, Scope scope, String namespace) {
    var digest =
        new Digest()
            .part(FORMAT)
            .part(kind)
            .part(dialect.name())
            .part(scope.id())
            .part(namespace)
            .part(request.upstream())
            .part(request.method())
            .part(request.target());
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
        if (name.length() > TAG_LENGTH_MAX || tags.size() == TAGS_MAX) {
          return null;
        }
        if (!name.isEmpty() && !tags.contains(name)) {
          tags.add(name);
        }
      }
    }
    return tags;
  }
}
