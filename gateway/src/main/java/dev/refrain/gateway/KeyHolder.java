package dev.refrain.gateway;

import dev.refrain.Scope;
import dev.refrain.Upstream;
import dev.refrain.gateway.keys.GatewayKey;
import dev.refrain.gateway.keys.Ticket;
import io.vertx.core.MultiMap;
import java.util.Set;

/** One who asks with a gateway key. What he showed is gone; providers see what the purse holds. */
final class KeyHolder implements Caller {
  /*
   * A key that is good for some models, or for so many tokens, is good for nothing that was not
   * understood: nobody can tell what that would ask or cost. Lists of models are no secret.
   */

  private static final Set<String> MODELS = Set.of("/v1/models", "/v1beta/models", "/api/tags");

  private final GatewayKey key;
  private final Ticket ticket;
  private final Purse purse;

  KeyHolder(GatewayKey key, Ticket ticket, Purse purse) {
    this.key = key;
    this.ticket = ticket;
    this.purse = purse;
  }

  @Override
  public Scope scope() {
    return key.sharing();
  }

  @Override
  public String objection(String upstream, String model) {
    if (purse.lacks(key, upstream)) {
      return "The credential that this gateway key names for %s is not there.".formatted(upstream);
    }
    if (model.isEmpty() && key.isRestricted()) {
      return "This gateway key has bounds, and is good for no call that cannot be understood.";
    }
    return key.allows(model) ? "" : "This gateway key is not good for that model.";
  }

  @Override
  public String objectionToRelay(String upstream, String method, String path) {
    boolean list = method.equals("GET") && MODELS.contains(path);
    return (list && !purse.lacks(key, upstream)) ? "" : objection(upstream, "");
  }

  @Override
  public Upstream asking(String name, Upstream upstream) {
    return request -> {
      ticket.send();
      var shown = purse.shown(key, name);
      var asked = (shown == null) ? request : request.with(shown.name(), shown.value());
      return new CountedReply(upstream.send(asked), request.body().length, ticket::addTokens);
    };
  }

  @Override
  public void relay(String upstream, MultiMap headers) {
    ticket.send();
    var shown = purse.shown(key, upstream);
    if (shown != null) {
      headers.set(shown.name(), shown.value());
    }
  }

  @Override
  public void end(boolean served) {
    ticket.end(served);
  }
}
