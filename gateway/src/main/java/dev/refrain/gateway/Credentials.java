package dev.refrain.gateway;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.refrain.Headers;
import dev.refrain.Scope;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** Finds the credentials of a request, which are its scope: only who holds them shares answers. */
final class Credentials {
  /*
   * The hash key is random for each process: scopes mean nothing outside of it, and nothing that
   * is kept outlives it. The few credentials of late are remembered with their scopes, as hashing
   * them costs more than looking them up.
   */

  private static final List<String> KNOWN =
      List.of("authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie");
  private static final int REMEMBERED_MAX = 10_000;
  private static final int HASH_KEY_BYTES = 32;

  private final List<String> names;
  private final LoadingCache<List<String>, Scope> scopes;

  /** Takes further headers that are credentials, too. */
  Credentials(List<String> further) {
    names = new ArrayList<>(KNOWN);
    names.addAll(further);
    var hashKey = new byte[HASH_KEY_BYTES];
    new SecureRandom().nextBytes(hashKey);
    scopes =
        Caffeine.newBuilder()
            .maximumSize(REMEMBERED_MAX)
            .build(credentials -> Scope.credentials(hashKey, credentials));
  }

  /** Returns the scope of a request with these headers. */
  Scope scope(Headers headers) {
    var credentials = new ArrayList<String>();
    for (var name : names) {
      for (var value : headers.all(name)) {
        credentials.add(name);
        credentials.add(value);
      }
    }
    return scopes.get(credentials);
  }
}
