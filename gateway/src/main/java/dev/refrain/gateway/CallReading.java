package dev.refrain.gateway;

import dev.refrain.Call;
import dev.refrain.Key;
import dev.refrain.LlmCache;
import dev.refrain.Request;
import dev.refrain.Scope;
import dev.refrain.Wishes;
import dev.refrain.gateway.admin.AdminRefusal;
import dev.refrain.gateway.admin.CallReader;
import dev.refrain.gateway.controls.Translator;
import dev.refrain.gateway.controls.Translator.Translation;
import io.vertx.core.MultiMap;
import java.util.List;

/** Reads requests that are only talked about, as they would be read if somebody asked them. */
final class CallReading implements CallReader {
  private final LlmCache cache;
  private final Upstreams upstreams;
  private final Translator translator;
  private final Gatekeeper gatekeeper;

  CallReading(LlmCache cache, Upstreams upstreams, Translator translator, Gatekeeper gatekeeper) {
    this.cache = cache;
    this.upstreams = upstreams;
    this.translator = translator;
    this.gatekeeper = gatekeeper;
  }

  /** A request as it would come to the cache. */
  private record Arrived(Translation translation, Scope scope) {}

  @Override
  public Call read(Asked asked) throws AdminRefusal {
    var arrived = arrive(asked);
    var wishes = arrived.translation.wishes();
    var alone = new Wishes(wishes.directives(), wishes.namespace(), 1); // it is nobody's turn
    return cache.read(arrived.translation.request(), arrived.scope, alone);
  }

  @Override
  public List<Key> keys(Asked asked) throws AdminRefusal {
    var arrived = arrive(asked);
    var translation = arrived.translation;
    return cache.keys(translation.request(), arrived.scope, translation.wishes());
  }

  private Arrived arrive(Asked asked) throws AdminRefusal {
    var headers = MultiMap.caseInsensitiveMultiMap();
    asked.headers().forEach(headers::add);
    int mark = asked.target().indexOf('?');
    var path = (mark < 0) ? asked.target() : asked.target().substring(0, mark);
    var query = (mark < 0) ? null : asked.target().substring(mark + 1);
    var identity = gatekeeper.identify(headers, query);
    var scope = (asked.scope() == null) ? identity.scope() : asked.scope();
    if (scope == null) {
      throw AdminRefusal.badRequest(
          "Who asks is not known: 'headers' need a gateway key that is good, or 'scope' says it.");
    }
    var left = identity.query();
    var aim = upstreams.aim((left == null) ? path : path + "?" + left);
    var request =
        Request.of(
            aim.upstream(),
            asked.method(),
            aim.target(),
            CallHandler.headers(headers),
            asked.body());
    return new Arrived(translator.translate(request), scope);
  }
}
