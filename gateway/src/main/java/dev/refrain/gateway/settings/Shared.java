package dev.refrain.gateway.settings;

import dev.refrain.redis.RedisAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What several gateways share.
 *
 * @param url of Redis, which may hold a password
 * @param prefix of all names there
 * @param waitMax how long a call waits for it at most
 * @param authorities certificates in PEM, of which one must vouch for it over TLS; null for those
 *     that Java trusts
 */
public record Shared(Secret url, String prefix, Duration waitMax, @Nullable Path authorities) {
  /** For one that needs nobody to vouch for it, or one of whom Java trusts. */
  public Shared(Secret url, String prefix, Duration waitMax) {
    this(url, prefix, waitMax, null);
  }

  /** Returns where it is, and who must vouch for it. */
  public RedisAddress address() {
    var address = RedisAddress.parse(url.value());
    return (authorities == null) ? address : address.trusting(authorities);
  }
}
