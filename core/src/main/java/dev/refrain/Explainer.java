package dev.refrain;

import dev.refrain.Decision.Bypass;
import dev.refrain.Decision.Lookup;
import dev.refrain.Decision.LookupAll;
import dev.refrain.Explanation.Item;
import dev.refrain.Explanation.NearMiss;
import dev.refrain.Explanation.Part;
import dev.refrain.LlmCache.Stations;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Goes the way of a call without doing anything, and says what it sees. */
final class Explainer {
  private static final int ITEMS_MAX = 20;
  private static final int NEAR_MAX = 3;

  /** Parameters of queries that say what is wanted, and not by whom. */
  private static final Set<String> PLAIN = Set.of("api-version", "alt", "beta", "stream", "model");

  private final Calls calls;
  private final Policy policy;
  private final Shelf shelf;
  private final Departures departures;
  private final @Nullable NearMisses nearMisses;

  Explainer(Stations stations, @Nullable NearMisses nearMisses) {
    this.calls = stations.calls();
    this.policy = stations.policy();
    this.shelf = stations.shelf();
    this.departures = stations.departures();
    this.nearMisses = nearMisses;
  }

  Explanation explain(Call call) throws InterruptedException {
    return switch (policy.decide(call)) {
      case Bypass(var reason) ->
          new Explanation(call, reason, parts(call), policy.ruleOf(call), List.of(), near(call));
      case Lookup lookup ->
          new Explanation(
              call, null, parts(call), lookup.rule(), List.of(item(lookup)), near(call));
      case LookupAll all -> {
        var items = new ArrayList<Item>();
        for (var lookup : all.items().subList(0, Math.min(ITEMS_MAX, all.items().size()))) {
          items.add(item(lookup));
        }
        yield new Explanation(
            call, null, parts(call), all.items().getFirst().rule(), items, List.of());
      }
    };
  }

  private Item item(Lookup lookup) throws InterruptedException {
    return shelf.explain(lookup, departures.passengers(lookup.slot()));
  }

  private List<NearMiss> near(Call call) {
    return (nearMisses == null || !(call.meaning() instanceof Meaning.Keyed))
        ? List.of()
        : nearMisses.nearest(call, NEAR_MAX);
  }

  private List<Part> parts(Call call) {
    var dialect = calls.dialectOf(call.request().method(), call.request().path());
    if (dialect == null || call.meaning() instanceof Meaning.Unkeyed) {
      return List.of();
    }
    var parts = new ArrayList<>(partsBesideTheBody(call, dialect));
    var body = CanonicalCopy.of(dialect, call.request());
    if (body != null) {
      var digest = HexFormat.of().formatHex(Digest.sha256().digest(body));
      parts.add(new Part("body", "%d bytes, SHA-256 %s".formatted(body.length, digest)));
    }
    return parts;
  }

  /** Returns what decides the key besides the body; no credentials, of which it has only a hash. */
  static List<Part> partsBesideTheBody(Call call, Dialect dialect) {
    var request = call.request();
    var parts = new ArrayList<Part>();
    parts.add(new Part("dialect", dialect.name()));
    parts.add(new Part("scope", call.scope().id()));
    parts.add(new Part("namespace", call.namespace()));
    parts.add(new Part("upstream", call.meaning().upstream()));
    parts.add(new Part("aim", request.upstream()));
    parts.add(new Part("method", request.method()));
    parts.add(new Part("target", shown(dialect.decidingTarget(request))));
    for (var name : dialect.decidingHeaders()) {
      for (var value : request.headers().all(name)) {
        parts.add(new Part("header " + name, value));
      }
    }
    return parts;
  }

  /** Returns a target without the values of its query, but those that are no secret for sure. */
  static String shown(String target) {
    int mark = target.indexOf('?');
    if (mark < 0) {
      return target;
    }
    var shown = new ArrayList<String>();
    for (var parameter : target.substring(mark + 1).split("&", -1)) {
      int equals = parameter.indexOf('=');
      boolean plain = equals < 0 || PLAIN.contains(parameter.substring(0, equals));
      shown.add(plain ? parameter : parameter.substring(0, equals) + "=…");
    }
    return target.substring(0, mark + 1) + String.join("&", shown);
  }
}
