package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.LlmCacheBuilder;
import dev.refrain.gateway.settings.Data;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.settings.Settings;
import dev.refrain.sqlite.SqliteStore;
import dev.refrain.tier.Cover;
import dev.refrain.tier.MemoryTier;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where this gateway keeps answers: in memory, and on disk if that can be had. */
final class Vault implements AutoCloseable {
  /*
   * A disk that cannot be used is no reason not to serve: it is said, and answers are kept in
   * memory alone.
   *
   * The scope key makes of a credential the scope of those who hold it. It outlasts the process
   * with the answers: it comes from the secret, so that all who share that share answers, or else
   * it lies beside the answers. While there are two secrets it comes from the old one, by which
   * the scopes of all that is kept were made.
   */

  private static final int SCOPE_KEY_BYTES = 32;
  private static final int MEBIBYTE = 1 << 20;
  private static final Logger log = LoggerFactory.getLogger(Vault.class);

  private final MemoryTier memory;
  private final @Nullable SqliteStore store;
  private final @Nullable Path directory; // where the store is
  private final byte[] scopeKey;
  private final String description;

  /** Keeps nothing on disk. */
  private Vault(MemoryTier memory, byte[] key, String description) {
    this(memory, null, null, key, description);
  }

  private Vault(
      MemoryTier memory,
      @Nullable SqliteStore store,
      @Nullable Path directory,
      byte[] key,
      String description) {
    this.memory = memory;
    this.store = store;
    this.directory = directory;
    this.scopeKey = key;
    this.description = description;
  }

  /** Opens what can be opened. */
  static Vault open(Settings settings) throws InterruptedException {
    var memory = MemoryTier.ofBytes(settings.memoryBytes());
    var data = settings.data();
    var directory = data.directory();
    if (directory == null) {
      return new Vault(memory, scopeKey(data.secrets()), "nothing on disk");
    }
    try {
      var store =
          SqliteStore.open(
              SqliteStore.at(directory)
                  .bytesMax(data.bytesMax())
                  .cover(cover(data.secrets()))
                  .ageMax(settings.rules().maxAge())
                  .behind(memory));
      return of(memory, store, data);
    } catch (IOException e) {
      log.warn("Answers are kept in memory alone: {}", e.toString());
      var reason = "nothing on disk: " + e.getMessage();
      return new Vault(memory, scopeKey(data.secrets()), reason);
    }
  }

  private static Vault of(MemoryTier memory, SqliteStore store, Data data)
      throws IOException, InterruptedException {
    try {
      var key = data.secrets().isEmpty() ? store.secret("scope") : scopeKey(data.secrets());
      var description = "%d MiB in %s".formatted(data.bytesMax() / MEBIBYTE, data.directory());
      return new Vault(memory, store, data.directory(), key, description);
    } catch (IOException | InterruptedException e) {
      store.close();
      throw e;
    }
  }

  private static Cover cover(List<Secret> secrets) {
    return secrets.isEmpty()
        ? Cover.none()
        : Cover.of(
            secrets.getFirst().value(),
            secrets.stream().skip(1).map(Secret::value).toArray(String[]::new));
  }

  private static byte[] scopeKey(List<Secret> secrets) {
    if (secrets.isEmpty()) {
      var random = new byte[SCOPE_KEY_BYTES];
      new SecureRandom().nextBytes(random);
      return random;
    }
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secrets.getLast().value().getBytes(UTF_8), "HmacSHA256"));
      return mac.doFinal("refrain scopes".getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /** Adds the tiers and where epochs are kept. */
  LlmCacheBuilder furnish(LlmCacheBuilder builder) {
    builder.tier(memory);
    return (store == null) ? builder : builder.tier(store.tier()).epochs(store.epochs());
  }

  /** Returns what makes scopes of credentials. */
  byte[] scopeKey() {
    return scopeKey.clone();
  }

  /** Returns what is kept on disk and where, or why nothing is. */
  String description() {
    return description;
  }

  /** Returns where other things can be kept, too, which no other process touches; or null. */
  @Nullable Path directory() {
    return directory;
  }

  /** To be closed behind the cache, and all who keep things in its directory. */
  @Override
  public void close() {
    if (store != null) {
      store.close();
    }
  }
}
