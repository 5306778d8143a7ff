package dev.refrain.sqlite;

import dev.refrain.EpochStore;
import dev.refrain.Lifetime;
import dev.refrain.Tier;
import dev.refrain.tier.Cover;
import dev.refrain.tier.Parcels;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory in which answers and epochs outlast the process. It belongs to one process at a time.
 *
 * <pre>{@code
 * var memory = MemoryTier.ofBytes(256L << 20);
 * try (var store = SqliteStore.open(SqliteStore.at(Path.of("answers")).behind(memory));
 *     var cache = LlmCache.builder()
 *         .dialect(OpenAiChat.DIALECT)
 *         .tier(memory)
 *         .tier(store.tier())
 *         .epochs(store.epochs())
 *         .build()) {
 *   …
 * }
 * }</pre>
 */
public final class SqliteStore implements AutoCloseable {
  /*
   * lock        says whose it is
   * state.db    epochs and secrets: written at once
   * answers.db  answers: written behind
   */

  private static final long BYTES_MAX = 4L << 30;
  private static final Logger log = LoggerFactory.getLogger(SqliteStore.class);

  private final Ownership ownership;
  private final SqliteEpochs epochs;
  private final SqliteTier tier;

  /**
   * What a store is to be like.
   *
   * @param bytesMax how large the file of answers may be; it is more by what is being written
   * @param cover how answers lie there
   * @param ageMax beyond which answers are never served, and so need not be kept
   * @param nearer the tier before this one, whose hits count for what is kept; null if there is
   *     none
   */
  public record Plan(
      Path directory,
      long bytesMax,
      Cover cover,
      Duration ageMax,
      @Nullable Tier nearer,
      InstantSource clock) {
    private Plan(Path directory) {
      this(
          directory,
          BYTES_MAX,
          Cover.none(),
          Lifetime.DEFAULT.maxAge(),
          null,
          InstantSource.system());
    }

    /** Returns this plan with another bound. */
    public Plan bytesMax(long bytes) {
      return new Plan(directory, bytes, cover, ageMax, nearer, clock);
    }

    /** Returns this plan with another cover. */
    public Plan cover(Cover other) {
      return new Plan(directory, bytesMax, other, ageMax, nearer, clock);
    }

    /** Returns this plan with another age. */
    public Plan ageMax(Duration age) {
      return new Plan(directory, bytesMax, cover, age, nearer, clock);
    }

    /** Returns this plan behind a nearer tier. */
    public Plan behind(Tier tier) {
      return new Plan(directory, bytesMax, cover, ageMax, tier, clock);
    }

    /** Returns this plan with another clock. */
    public Plan clock(InstantSource other) {
      return new Plan(directory, bytesMax, cover, ageMax, nearer, other);
    }
  }

  private SqliteStore(Ownership ownership, SqliteEpochs epochs, SqliteTier tier) {
    this.ownership = ownership;
    this.epochs = epochs;
    this.tier = tier;
  }

  /** Returns the plan of a store of 4 GiB in this directory, with what else fits most. */
  public static Plan at(Path directory) {
    return new Plan(directory);
  }

  /**
   * Loads SQLite, which is most of what opening the first store takes. Whoever has something else
   * to do at the start can have it done beside that.
   */
  public static void load() {
    try {
      Connector.load();
    } catch (SQLException e) {
      log.debug("SQLite cannot be loaded, as whoever opens a store will hear", e);
    }
  }

  /**
   * Opens a store, which is made if it is not there.
   *
   * @throws StoreInUseException if another process has it
   * @throws IOException if the directory cannot be used at all; what befalls it later is a miss
   */
  public static SqliteStore open(Plan plan) throws IOException, InterruptedException {
    return open(plan, Connector::sqlite);
  }

  static SqliteStore open(Plan plan, Connector connector) throws IOException, InterruptedException {
    PrivateFiles.makeDirectory(plan.directory);
    var ownership = Ownership.take(plan.directory);
    try {
      var state = StateFile.open(connector, plan.directory.resolve("state.db"), plan.clock);
      var epochs = new SqliteEpochs(state);
      var answers = new AnswerFile(connector, plan.directory.resolve("answers.db"), plan.clock);
      var parcels = Parcels.under(plan.cover);
      var tally = new Tally(plan.nearer);
      var bounds = new Upkeep.Bounds(plan.bytesMax, plan.ageMax);
      var upkeep = new Upkeep(parcels, tally, bounds, epochs, plan.clock);
      return new SqliteStore(ownership, epochs, SqliteTier.open(answers, parcels, upkeep, tally));
    } catch (IOException | InterruptedException | RuntimeException e) {
      ownership.close();
      throw e;
    }
  }

  /** Returns the number of the process that has a directory; null if none has. Changes nothing. */
  public static @Nullable String owner(Path directory) throws IOException {
    return Ownership.owner(directory);
  }

  /** Returns the tier. */
  public SqliteTier tier() {
    return tier;
  }

  /** Returns where the epochs are kept; a cache with the tier needs them. */
  public EpochStore epochs() {
    return epochs;
  }

  SqliteEpochs ownEpochs() {
    return epochs;
  }

  /** Returns random bytes that were made once for this name, and stay the same from then on. */
  public byte[] secret(String name) throws IOException, InterruptedException {
    return epochs.secret(name);
  }

  /** Writes what is still to be written, and lets the directory go. */
  @Override
  public void close() {
    tier.close();
    epochs.close();
    try {
      ownership.close();
    } catch (IOException e) {
      log.warn("The lock was not given up well: {}", e.getMessage());
    }
  }
}
