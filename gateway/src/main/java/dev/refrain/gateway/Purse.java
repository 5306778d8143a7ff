package dev.refrain.gateway;

import dev.refrain.gateway.keys.GatewayKey;
import dev.refrain.gateway.settings.CredentialHeader;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.settings.Settings;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The credentials that the gateway holds, and which of them is shown where for whom. */
final class Purse {
  private final Map<String, Secret> named;
  private final Map<String, Secret> usual = new HashMap<>();
  private final Map<String, CredentialHeader> headers = new HashMap<>();

  Purse(Settings settings) {
    named = settings.access().credentials();
    for (var upstream : settings.upstreams()) {
      headers.put(upstream.name(), upstream.credentialHeader());
      if (upstream.credential() != null) {
        usual.put(upstream.name(), upstream.credential());
      }
    }
  }

  /** Returns whether a key names a credential that is not there. */
  boolean lacks(GatewayKey key, String upstream) {
    var name = key.credentials().get(upstream);
    return name != null && !named.containsKey(name);
  }

  /** Returns what an upstream is shown for a key, or null if nothing. */
  @Nullable Shown shown(GatewayKey key, String upstream) {
    var name = key.credentials().get(upstream);
    var secret = (name == null) ? usual.get(upstream) : named.get(name);
    var header = headers.get(upstream);
    return (secret == null || header == null)
        ? null
        : new Shown(header.header(), header.value(secret));
  }

  /** A header with a credential. */
  record Shown(String name, String value) {
    @Override
    public String toString() {
      return name;
    }
  }
}
