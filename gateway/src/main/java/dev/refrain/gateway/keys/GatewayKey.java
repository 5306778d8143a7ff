package dev.refrain.gateway.keys;

import dev.refrain.Scope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway key is good for. The key itself is nowhere kept.
 *
 * @param hash see {@link KeyText#hash}
 * @param tenant whose it is
 * @param scope the name under which several tenants share answers; empty for the tenant's own
 * @param models that may be asked: names, or beginnings of some followed by {@code *}; empty for
 *     all
 * @param credentials by upstream, the name of that which is shown there instead of the usual one
 * @param expires from when on it is good for nothing; null for never
 */
public record GatewayKey(
    String hash,
    String tenant,
    String scope,
    List<String> models,
    Map<String, String> credentials,
    Instant created,
    @Nullable Instant expires,
    Quota quota) {
  private static final int ID_LENGTH = 12;

  public GatewayKey {
    models = List.copyOf(models);
    credentials = Map.copyOf(credentials);
  }

  /** Returns the short name by which people and counters know it. */
  public String id() {
    return hash.substring(0, ID_LENGTH);
  }

  /** Returns who shares its answers. */
  public Scope sharing() {
    return scope.isEmpty() ? Scope.tenant(tenant) : Scope.shared(scope);
  }

  /** Returns whether its time has come. */
  public boolean isExpired(Instant now) {
    return expires != null && !now.isBefore(expires);
  }

  /** Returns whether it is good for some calls only, so that a call must be understood. */
  public boolean isRestricted() {
    return !models.isEmpty() || quota.boundsCosts();
  }

  /** Returns whether a model may be asked. */
  public boolean allows(String model) {
    return models.isEmpty() || models.stream().anyMatch(pattern -> fits(pattern, model));
  }

  private static boolean fits(String pattern, String model) {
    return pattern.endsWith("*")
        ? model.startsWith(pattern.substring(0, pattern.length() - 1))
        : model.equals(pattern);
  }

  /** Returns {@link #credentials}, always in the same order. */
  public Map<String, String> credentialsInOrder() {
    return new TreeMap<>(credentials);
  }
}
