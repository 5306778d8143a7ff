package dev.refrain.gateway;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.refrain.Scope;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets everybody in. The credentials of a request are its scope: only who holds them shares
 * answers. Whether they are good for anything is for the provider to say.
 */
final class Credentials implements Gatekeeper {
  /*
   * The hash key is as old as what is kept: with another, nobody would find his answers again. The
   * few credentials of late are remembered with their scopes, as hashing them costs more than
   * looking them up.
   */

  static final List<String> KNOWN =
      List.of("authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie");

  /** Parameters of a query that are credentials, and the headers for which they stand. */
  static final Map<String, String> PARAMETERS =
      Map.of("key", "x-goog-api-key", "access_token", "authorization");

  private static final int REMEMBERED_MAX = 10_000;

  private final List<String> names;
  private final Supplier<byte[]> hashKeys;
  private volatile Scopes scopes;

  /** What one hash key makes of credentials. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Scopes(byte[] hashKey, LoadingCache<List<String>, Scope> all) {
    static Scopes of(byte[] hashKey) {
      return new Scopes(
          hashKey,
          Caffeine.newBuilder()
              .maximumSize(REMEMBERED_MAX)
              .build(credentials -> Scope.credentials(hashKey, credentials)));
    }
  }

  /**
   * Takes further headers that are credentials, too.
   *
   * @param hashKeys gives the key, another one once a fleet was joined
   */
  Credentials(List<String> further, Supplier<byte[]> hashKeys) {
    names = new ArrayList<>(KNOWN);
    names.addAll(further);
    this.hashKeys = hashKeys;
    scopes = Scopes.of(hashKeys.get());
  }

  @Override
  public List<String> names() {
    return List.copyOf(names);
  }

  @Override
  public Admission admit(HttpServerRequest request) {
    var query = request.query();
    return new Admitted(new Caller.Holder(scope(request.headers(), query)), query);
  }

  @Override
  public Identity identify(MultiMap headers, @Nullable String query) {
    return new Identity(scope(headers, query), query);
  }

  @Override
  public Supplier<Caller> standing(MultiMap headers, @Nullable String query) {
    var credentials = List.copyOf(credentials(headers, query));
    return () -> new Caller.Holder(scopes().all.get(credentials));
  }

  private Scope scope(MultiMap headers, @Nullable String query) {
    return scopes().all.get(credentials(headers, query));
  }

  private List<String> credentials(MultiMap headers, @Nullable String query) {
    var credentials = new ArrayList<String>();
    addParameters(query, credentials);
    for (var name : names) {
      for (var value : headers.getAll(name)) {
        credentials.add(name);
        credentials.add(value);
      }
    }
    return credentials;
  }

  private Scopes scopes() {
    var now = scopes;
    var hashKey = hashKeys.get();
    if (!Arrays.equals(now.hashKey, hashKey)) {
      now = Scopes.of(hashKey);
      scopes = now;
    }
    return now;
  }

  private static void addParameters(@Nullable String query, List<String> credentials) {
    if (query == null) {
      return;
    }
    for (var parameter : query.split("&", -1)) {
      var nameAndValue = parameter.split("=", 2);
      var header = PARAMETERS.get(nameAndValue[0]);
      if (header != null) {
        credentials.add(header);
        credentials.add((nameAndValue.length > 1) ? nameAndValue[1] : "");
      }
    }
  }
}
