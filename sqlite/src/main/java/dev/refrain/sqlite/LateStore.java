package dev.refrain.sqlite;

import dev.refrain.EpochStore;
import dev.refrain.Tier;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store that need not be there yet: the disk may be full or mounted for reading only, or another
 * process may have it. It is tried again until it can be opened; meanwhile nothing is kept in it,
 * and what is retired is not forgotten.
 */
public final class LateStore implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Logger log = LoggerFactory.getLogger(LateStore.class);

  private final SqliteStore.Plan plan;
  private final String secretName;
  private final Duration pause;
  private final LateTier tier = new LateTier();
  private final LateEpochs epochs;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final @Nullable Thread thread;
  private volatile @Nullable Opened opened;
  private volatile String trouble = "";

  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  private record Opened(SqliteStore store, byte[] secret) {}

  private LateStore(SqliteStore.Plan plan, String secretName, Duration pause)
      throws InterruptedException {
    this.plan = plan;
    this.secretName = secretName;
    this.pause = pause;
    this.epochs = new LateEpochs(plan.clock());
    this.thread =
        tryToOpen()
            ? null
            : Thread.ofPlatform().daemon().name("refrain-sqlite-late").start(this::tryOn);
  }

  /**
   * Opens a store, now or later.
   *
   * @param secretName of the secret that {@link #secret} returns
   */
  public static LateStore open(SqliteStore.Plan plan, String secretName)
      throws InterruptedException {
    return open(plan, secretName, PAUSE);
  }

  static LateStore open(SqliteStore.Plan plan, String secretName, Duration pause)
      throws InterruptedException {
    return new LateStore(plan, secretName, pause);
  }

  private void tryOn() {
    try {
      while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        if (tryToOpen()) {
          log.info("{} is used from now on", plan.directory());
          return;
        }
      }
    } catch (InterruptedException e) {
      log.warn("{} is not tried any more", plan.directory(), e);
    }
  }

  private boolean tryToOpen() throws InterruptedException {
    try {
      var store = SqliteStore.open(plan);
      try {
        var secret = store.secret(secretName);
        epochs.arrive(store.ownEpochs()); // first, for the tier may hold what was retired since
        opened = new Opened(store, secret);
        tier.arrive(store.tier());
        return true;
      } catch (IOException | InterruptedException | RuntimeException e) {
        store.close();
        throw e;
      }
    } catch (IOException e) {
      trouble = String.valueOf(e.getMessage());
      return false;
    }
  }

  /** Returns the tier, which holds nothing before the store is open. */
  public Tier tier() {
    return tier;
  }

  /** Returns where the epochs are kept; a cache with the tier needs them. */
  public EpochStore epochs() {
    return epochs;
  }

  /** Returns the secret; null before the store is open. For reading only. */
  public byte @Nullable [] secret() {
    var now = opened;
    return (now == null) ? null : now.secret;
  }

  /** Returns whether the store is open. */
  public boolean isOpen() {
    return opened != null;
  }

  /** Returns why the store is not open; "" if it is, or was from the beginning. */
  public String trouble() {
    return isOpen() ? "" : trouble;
  }

  /** Ends all attempts, and closes the store if it is open. */
  @Override
  public void close() {
    closing.countDown();
    try {
      if (thread != null) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it ends without us
    }
    var now = opened;
    if (now != null) {
      now.store.close();
    }
  }
}
