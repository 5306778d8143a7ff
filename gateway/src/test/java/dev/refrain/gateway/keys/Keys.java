package dev.refrain.gateway.keys;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Keys for tests, for copying with one thing changed. */
public record Keys(
    String tenant,
    String scope,
    List<String> models,
    Map<String, String> credentials,
    Instant expires,
    Quota quota) {

  /** A key of a tenant that is good for everything. */
  public static Keys of(String tenant) {
    return new Keys(tenant, "", List.of(), Map.of(), null, Quota.NONE);
  }

  /** Returns this with another scope. */
  public Keys sharing(String name) {
    return new Keys(tenant, name, models, credentials, expires, quota);
  }

  /** Returns this for some models only. */
  public Keys models(String... patterns) {
    return new Keys(tenant, scope, List.of(patterns), credentials, expires, quota);
  }

  /** Returns this with a credential of its own. */
  public Keys credential(String upstream, String name) {
    return new Keys(tenant, scope, models, Map.of(upstream, name), expires, quota);
  }

  /** Returns this with an end. */
  public Keys expiring(Instant when) {
    return new Keys(tenant, scope, models, credentials, when, quota);
  }

  /** Returns this with bounds; 0 for none. */
  public Keys quota(long callsPerMinute, long callsPerMonth, long tokensPerMonth) {
    var money = quota.billionthsPerMonth();
    var bounds = new Quota(callsPerMinute, callsPerMonth, tokensPerMonth, money);
    return new Keys(tenant, scope, models, credentials, expires, bounds);
  }

  /** Returns this with a budget in money. */
  public Keys dollars(String amount) {
    var money = Dollars.billionths(amount);
    return new Keys(tenant, scope, models, credentials, expires, new Quota(0, 0, 0, money));
  }

  /** Returns the key whose text this is. */
  public GatewayKey key(String text) {
    var created = Instant.parse("2026-01-31T12:00:00Z");
    var hash = KeyText.hash(text);
    return new GatewayKey(hash, tenant, scope, models, credentials, created, expires, quota);
  }

  /** Adds a key to a file, and returns its text. */
  public String addTo(Path file) throws Exception {
    var text = KeyText.random();
    new KeysFile(file).change(ring -> ring.with(key(text)));
    return text;
  }

  /** Takes a key out of a file. */
  public static void revoke(String text, Path file) throws Exception {
    var id = KeyText.hash(text).substring(0, 12);
    new KeysFile(file).change(ring -> ring.without(java.util.Set.of(id)));
  }
}
