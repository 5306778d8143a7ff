package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.LlmCacheBuilder;
import dev.refrain.fleet.LeasedFleet;
import dev.refrain.gateway.keys.Board;
import dev.refrain.gateway.settings.Data;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.settings.Settings;
import dev.refrain.redis.RedisSettings;
import dev.refrain.redis.RedisStore;
import dev.refrain.redis.RedisTallies;
import dev.refrain.sqlite.LateStore;
import dev.refrain.sqlite.SqliteStore;
import dev.refrain.tier.Cover;
import dev.refrain.tier.MemoryTier;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where this gateway keeps answers: in memory, on disk if that can be had, and with others. */
final class Vault implements AutoCloseable {
  /*
   * A disk that cannot be used is no reason not to serve: it is said, and answers are kept in
   * memory alone until it can be.
   *
   * The scope key makes of a credential the scope of those who hold it. It outlasts the process
   * with the answers: it comes from the secret, so that all who share that share answers, or else
   * it lies beside the answers. While there are two secrets it comes from the old one, by which
   * the scopes of all that is kept were made. Without a secret, a fleet has one that lies where it
   * shares answers: that counts as soon as it is known, for until then there is nothing to share.
   */

  private static final int SCOPE_KEY_BYTES = 32;
  private static final int MEBIBYTE = 1 << 20;
  private static final Logger log = LoggerFactory.getLogger(Vault.class);

  private final MemoryTier memory;
  private final Data data;
  private final @Nullable LateStore store;
  private final @Nullable Path directory; // where the store was from the beginning
  private final @Nullable RedisStore shared;
  private final boolean hasSecret;
  private final byte[] scopeKey;

  private Vault(Settings settings, MemoryTier memory, @Nullable LateStore store) {
    this.memory = memory;
    this.data = settings.data();
    this.store = store;
    this.directory = (store != null && store.isOpen()) ? data.directory() : null;
    this.shared = shared(settings);
    this.hasSecret = !data.secrets().isEmpty();
    this.scopeKey = scopeKey(data.secrets());
  }

  private static @Nullable RedisStore shared(Settings settings) {
    var shared = settings.data().shared();
    if (shared == null) {
      return null;
    }
    var redis =
        RedisSettings.of(shared.address())
            .withPrefix(shared.prefix())
            .withCover(cover(settings.data().secrets()))
            .withAgeMax(settings.rules().maxAge())
            .withReplyTimeMax(shared.waitMax());
    return RedisStore.open(redis, InstantSource.system());
  }

  /** Opens what can be opened. */
  static Vault open(Settings settings) throws InterruptedException {
    var memory = MemoryTier.ofBytes(settings.memoryBytes());
    var data = settings.data();
    var directory = data.directory();
    if (directory == null) {
      return new Vault(settings, memory, null);
    }
    var plan =
        SqliteStore.at(directory)
            .bytesMax(data.bytesMax())
            .cover(cover(data.secrets()))
            .ageMax(settings.rules().maxAge())
            .behind(memory);
    var store = LateStore.open(plan, "scope");
    if (!store.isOpen()) {
      log.warn("Answers are kept in memory alone for the time being: {}", store.trouble());
    }
    return new Vault(settings, memory, store);
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
    if (store != null) {
      builder.tier(store.tier()).epochs(store.epochs());
    }
    if (shared != null) {
      builder.tier(shared.tier()).epochs(shared.epochs()).fleet(new LeasedFleet(shared.tower()));
    }
    return builder;
  }

  /** Returns what makes scopes of credentials, for reading only. */
  byte[] scopeKey() {
    if (hasSecret) {
      return scopeKey;
    }
    byte[] ofFleet = (shared == null) ? null : shared.scopeKey();
    byte[] ofDisk = (store == null) ? null : store.secret();
    return (ofFleet != null) ? ofFleet : Objects.requireNonNullElse(ofDisk, scopeKey);
  }

  /** Returns where all gateways see what each of them counts; null if this one is alone. */
  @Nullable Board board() {
    if (shared == null) {
      return null;
    }
    var tallies = shared.tallies();
    return sheets -> tallies.exchange(sheets.stream().map(Vault::sheet).toList());
  }

  private static RedisTallies.Sheet sheet(Board.Sheet sheet) {
    return new RedisTallies.Sheet(sheet.name(), sheet.until(), sheet.lines(), sheet.ifMissing());
  }

  /** Returns whether what is kept outlasts the process. */
  boolean isDurable() {
    return store != null && store.isOpen();
  }

  /** Returns what is kept on disk and where, or why nothing is. */
  String description() {
    if (store == null) {
      return "nothing on disk";
    }
    return store.isOpen()
        ? "%d MiB in %s".formatted(data.bytesMax() / MEBIBYTE, data.directory())
        : "nothing on disk yet: " + store.trouble();
  }

  /** Returns where other things can be kept, too, which no other process touches; or null. */
  @Nullable Path directory() {
    return directory;
  }

  /** To be closed behind the cache, and all who keep things in its directory. */
  @Override
  public void close() {
    if (shared != null) {
      shared.close();
    }
    if (store != null) {
      store.close();
    }
  }
}
