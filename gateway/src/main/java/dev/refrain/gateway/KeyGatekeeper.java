package dev.refrain.gateway;

import dev.refrain.gateway.figures.Prices;
import dev.refrain.gateway.keys.GatewayKey;
import dev.refrain.gateway.keys.KeyText;
import dev.refrain.gateway.keys.LiveKeys;
import dev.refrain.gateway.keys.Ticket;
import dev.refrain.gateway.keys.Verdict;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lets in who shows a gateway key, while its quota lasts. */
final class KeyGatekeeper implements Gatekeeper {
  /*
   * What the vendors' clients make of it: they raise an authentication error for 401, and never
   * try again; after 429 they come again, as they are told by Retry-After, unless they are told
   * not to, which helps nobody before the month is over.
   */

  private static final Map<String, String> CHALLENGE =
      Map.of("www-authenticate", "Bearer realm=\"refrain\"");

  private final LiveKeys keys;
  private final Purse purse;
  private final Supplier<Prices> prices;
  private final InstantSource clock;

  KeyGatekeeper(LiveKeys keys, Purse purse, Supplier<Prices> prices, InstantSource clock) {
    this.keys = keys;
    this.purse = purse;
    this.prices = prices;
    this.clock = clock;
  }

  @Override
  public List<String> names() {
    return Credentials.KNOWN;
  }

  @Override
  public Admission admit(HttpServerRequest request) {
    var shown = ShownKeys.take(request.headers(), request.query());
    if (shown.texts().size() != 1) {
      return stranger(
          shown.texts().isEmpty()
              ? "This gateway wants a key of its own, which begins with " + KeyText.PREFIX + "."
              : "There are several gateway keys in this request.");
    }
    var key = keys.find(shown.texts().iterator().next());
    if (key == null) {
      return stranger("This gateway key is not known; it may have been revoked.");
    }
    if (key.isExpired(clock.instant())) {
      return stranger("This gateway key has expired.");
    }
    return switch (keys.admit(key)) {
      case Verdict.Admitted(var ticket) -> new Admitted(caller(key, ticket), shown.query());
      case Verdict.TooFast tooFast ->
          new Refused(
              Failure.RATE_LIMITED,
              "This gateway key is good for %d calls a minute.".formatted(tooFast.callsPerMinute()),
              Map.of("retry-after", Long.toString(1 + tooFast.pause().toSeconds())));
      case Verdict.OverBudget spent ->
          new Refused(Failure.BUDGET_SPENT, KeyHolder.spent(spent.budget()), Map.of());
    };
  }

  @Override
  public Identity identify(MultiMap headers, @Nullable String query) {
    var shown = ShownKeys.take(headers, query);
    var key = (shown.texts().size() == 1) ? keys.find(shown.texts().iterator().next()) : null;
    var scope = (key == null || key.isExpired(clock.instant())) ? null : key.sharing();
    return new Identity(scope, shown.query());
  }

  private Caller caller(GatewayKey key, Ticket ticket) {
    return new KeyHolder(key, ticket, purse, prices);
  }

  private static Refused stranger(String message) {
    return new Refused(Failure.UNAUTHORIZED, message, CHALLENGE);
  }
}
