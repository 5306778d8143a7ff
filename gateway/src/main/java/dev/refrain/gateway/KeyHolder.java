package dev.refrain.gateway;

import dev.refrain.Call;
import dev.refrain.Meaning;
import dev.refrain.Scope;
import dev.refrain.Upstream;
import dev.refrain.Usage;
import dev.refrain.gateway.figures.ExpectedUsage;
import dev.refrain.gateway.figures.Prices;
import dev.refrain.gateway.keys.Departure;
import dev.refrain.gateway.keys.Fare;
import dev.refrain.gateway.keys.GatewayKey;
import dev.refrain.gateway.keys.Spending;
import dev.refrain.gateway.keys.Ticket;
import io.vertx.core.MultiMap;
import java.util.Set;
import java.util.function.Supplier;

/** One who asks with a gateway key. What he showed is gone; providers see what the purse holds. */
final class KeyHolder implements Caller {
  /*
   * A key that is good for some models, or for so many tokens, is good for nothing that was not
   * understood: nobody can tell what that would ask or cost. Lists of models are no secret. One
   * that is good for so much money is good for no model whose price nobody has told.
   */

  private static final Set<String> MODELS = Set.of("/v1/models", "/v1beta/models", "/api/tags");

  private final GatewayKey key;
  private final Ticket ticket;
  private final Purse purse;
  private final Supplier<Prices> prices;

  KeyHolder(GatewayKey key, Ticket ticket, Purse purse, Supplier<Prices> prices) {
    this.key = key;
    this.ticket = ticket;
    this.purse = purse;
    this.prices = prices;
  }

  @Override
  public Scope scope() {
    return key.sharing();
  }

  @Override
  public String objection(Call call) {
    var lacking = lacking(call.meaning().upstream());
    if (!lacking.isEmpty()) {
      return lacking;
    }
    return (call.meaning() instanceof Meaning.Known known)
        ? objectionTo(known.facts().model())
        : objectionToUnknown();
  }

  /** Returns why an upstream cannot be asked for want of a credential, or nothing if it can. */
  private String lacking(String upstream) {
    return purse.lacks(key, upstream)
        ? "The credential that this gateway key names for %s is not there.".formatted(upstream)
        : "";
  }

  private String objectionToUnknown() {
    return key.isRestricted()
        ? "This gateway key has bounds, and is good for no call that cannot be understood."
        : "";
  }

  private String objectionTo(String model) {
    if (!key.allows(model)) {
      return model.isEmpty()
          ? "This gateway key is good for some models, and the call names none."
          : "This gateway key is not good for that model.";
    }
    return (key.quota().billionthsPerMonth() > 0 && !prices.get().knows(model))
        ? "This gateway key has a budget in money, and no price of that model is known."
        : "";
  }

  @Override
  public String objectionToRelay(String upstream, String method, String path) {
    var lacking = lacking(upstream);
    boolean isList = method.equals("GET") && MODELS.contains(path);
    return (isList || !lacking.isEmpty()) ? lacking : objectionToUnknown();
  }

  @Override
  public Upstream asking(Call call, Upstream upstream) {
    return request -> {
      var fare = depart(expected(call, request.body()));
      boolean begun = false;
      try {
        var shown = purse.shown(key, call.meaning().upstream());
        var asked = (shown == null) ? request : request.with(shown.name(), shown.value());
        var reply = upstream.send(asked);
        begun = true;
        return new CountedReply(
            reply, request.body().length, usage -> fare.settle(spending(call, usage)));
      } finally {
        if (!begun) {
          fare.settle(Spending.NOTHING);
        }
      }
    };
  }

  private Spending expected(Call call, byte[] body) {
    int choices = (call.meaning() instanceof Meaning.Known known) ? known.facts().choices() : 1;
    return key.quota().boundsCosts()
        ? spending(call, ExpectedUsage.of(body, choices))
        : Spending.NOTHING;
  }

  private Fare depart(Spending expected) throws UnpaidException {
    return switch (ticket.depart(expected)) {
      case Departure.Departed(var fare) -> fare;
      case Departure.Crowded crowded ->
          throw new UnpaidException(
              this,
              Failure.BUDGET_HELD,
              "What is left of this gateway key's budget is held for calls under way.");
      case Departure.Spent(var budget) ->
          throw new UnpaidException(this, Failure.BUDGET_SPENT, spent(budget));
    };
  }

  /** Returns what to tell one whose budget is used up. */
  static String spent(String budget) {
    return "This gateway key was good for %s this month, and they are used up.".formatted(budget);
  }

  private Spending spending(Call call, Usage usage) {
    if (call.meaning().isFree()) {
      return Spending.NOTHING;
    }
    var model = (call.meaning() instanceof Meaning.Known known) ? known.facts().model() : "";
    return new Spending(
        usage.inputTokens() + usage.outputTokens(), prices.get().billionths(model, usage));
  }

  @Override
  public void relay(String upstream, MultiMap headers) throws UnpaidException {
    var reached = ticket.send();
    if (!reached.isEmpty()) {
      throw new UnpaidException(this, Failure.BUDGET_SPENT, spent(reached));
    }
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
