package dev.refrain.sqlite;

import dev.refrain.Epoch;
import dev.refrain.EpochStore.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The small file: what must be durable before somebody goes on. For one thread at a time. */
final class StateFile implements AutoCloseable {
  /*
   * Apart from the answers, so that who invalidates waits for no batch of them, and that damage to
   * the many does not touch the few.
   *
   * item  = name content          "store": the epoch of the store; "digest"; "secret:" name
   * epoch = tag epoch
   *
   * An epoch that were lost unnoticed would bring back what was invalidated. So "digest" is the sum
   * of the hashes of all epochs; where it does not fit, the file counts as damaged, and the new one
   * has a new epoch of the store, which invalidates everything.
   *
   * All of it is kept in memory, too. Where a write fails, memory goes on being right, and the next
   * write that succeeds writes everything.
   */

  private static final Logger log = LoggerFactory.getLogger(StateFile.class);

  private static final Schema SCHEMA =
      new Schema(
          0x5246_5253,
          1,
          4096,
          List.of(
              "CREATE TABLE item(name TEXT PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID",
              "CREATE TABLE epoch(tag TEXT PRIMARY KEY, epoch TEXT NOT NULL) WITHOUT ROWID"),
          Map.of());
  private static final List<String> PRAGMAS = List.of("PRAGMA synchronous=FULL");
  private static final String STORE = "store";
  private static final String DIGEST = "digest";
  private static final String SECRET = "secret:";

  private final Connector connector;
  private final Path file;
  private final InstantSource clock;
  private final Map<String, byte[]> secrets = new HashMap<>();
  private volatile Known known = Known.of(Epoch.first()); // read by others, too
  private long digest;
  private boolean behind; // the file has not all that memory has
  private @Nullable Connection connection;

  private StateFile(Connector connector, Path file, InstantSource clock) {
    this.connector = connector;
    this.file = file;
    this.clock = clock;
  }

  /** Opens the file, or a new one where it is none, or one of another version, or damaged. */
  static StateFile open(Connector connector, Path file, InstantSource clock) throws IOException {
    var state = new StateFile(connector, file, clock);
    try {
      try {
        state.load(state.connected());
      } catch (SQLException e) {
        state.forget();
        state.renew(e);
        state.load(state.connected());
      }
      return state;
    } catch (SQLException e) {
      state.close();
      throw new IOException("cannot open " + file + ": " + e.getMessage(), e);
    }
  }

  /** Returns the epochs that hold. May be called by anybody. */
  Known known() {
    return known;
  }

  /** Writes the epoch of a tag. */
  void write(String tag, String epoch) throws IOException {
    var old = known.tags().put(tag, epoch);
    digest += hash(tag, epoch) - ((old == null) ? 0 : hash(tag, old));
    save(now -> {
      try (var upsert = now.prepareStatement("INSERT OR REPLACE INTO epoch VALUES(?,?)")) {
        upsert.setString(1, tag);
        upsert.setString(2, epoch);
        upsert.executeUpdate();
      }
      putDigest(now);
    });
  }

  /** Writes all epochs anew. */
  void replace(Snapshot snapshot) throws IOException {
    known = Known.of(snapshot);
    digest = sum();
    save(this::putAll);
  }

  /** Returns the secret of this name. */
  byte @Nullable [] secret(String name) {
    return secrets.get(name);
  }

  /** Writes a secret. */
  void putSecret(String name, byte[] secret) throws IOException {
    secrets.put(name, secret);
    save(now -> put(now, SECRET + name, secret));
  }

  /** Writes what could not be written before. */
  void catchUp() throws IOException {
    if (behind) {
      save(this::putAll);
    }
  }

  private interface Change {
    void to(Connection connection) throws SQLException;
  }

  private void save(Change change) throws IOException {
    var needed = behind ? (Change) this::putAll : change;
    behind = true;
    try {
      try {
        transact(needed);
      } catch (SQLException e) {
        renew(e);
        transact(this::putAll);
      }
      behind = false;
    } catch (SQLException e) {
      close();
      throw new IOException("cannot write to " + file + ": " + e.getMessage(), e);
    }
  }

  private void transact(Change change) throws SQLException {
    var now = connected();
    Pragmas.execute(now, List.of("BEGIN IMMEDIATE"));
    change.to(now);
    Pragmas.execute(now, List.of("COMMIT"));
  }

  /** Puts a damaged file aside; other failures are thrown on. */
  private void renew(SQLException e) throws SQLException, IOException {
    close();
    if (!Pragmas.tellsOfDamage(e)) {
      throw e;
    }
    var aside = Aside.move(file, clock.instant());
    log.warn("{} cannot be read and was put aside as {}: {}", file, aside, e.getMessage());
  }

  private Connection connected() throws SQLException {
    var now = connection;
    if (now == null) {
      now = SCHEMA.open(connector, file, PRAGMAS);
      connection = now;
    }
    return now;
  }

  private void load(Connection now) throws SQLException {
    byte @Nullable [] sum = null;
    @Nullable String found = null;
    var tags = new HashMap<String, String>();
    try (var statement = now.createStatement();
        var rows = statement.executeQuery("SELECT name, content FROM item")) {
      while (rows.next()) {
        var name = Pragmas.text(rows, 1);
        var content = Pragmas.bytes(rows, 2);
        if (name.startsWith(SECRET)) {
          secrets.put(name.substring(SECRET.length()), content);
        } else if (name.equals(STORE)) {
          found = new String(content, StandardCharsets.UTF_8);
        } else if (name.equals(DIGEST)) {
          sum = content;
        }
      }
    }
    try (var statement = now.createStatement();
        var rows = statement.executeQuery("SELECT tag, epoch FROM epoch")) {
      while (rows.next()) {
        tags.put(Pragmas.text(rows, 1), Pragmas.text(rows, 2));
      }
    }
    known = (found == null) ? known : Known.of(new Snapshot(found, tags));
    digest = sum();
    if (found == null && sum == null && tags.isEmpty() && secrets.isEmpty()) {
      transact(this::putAll);
    } else if (sum == null || !MessageDigest.isEqual(sum, bytes(digest))) {
      throw Pragmas.damaged("its epochs are not all there");
    }
  }

  /** What was retired is not known any more, so all counts as retired by now. */
  private void forget() {
    secrets.clear();
    known = Known.of(Epoch.begun(clock.millis()));
  }

  private void putAll(Connection now) throws SQLException {
    Pragmas.execute(now, List.of("DELETE FROM epoch", "DELETE FROM item"));
    put(now, STORE, known.store().getBytes(StandardCharsets.UTF_8));
    for (var secret : secrets.entrySet()) {
      put(now, SECRET + secret.getKey(), secret.getValue());
    }
    try (var insert = now.prepareStatement("INSERT INTO epoch VALUES(?,?)")) {
      for (var entry : known.tags().entrySet()) {
        insert.setString(1, entry.getKey());
        insert.setString(2, entry.getValue());
        insert.executeUpdate();
      }
    }
    putDigest(now);
  }

  private void putDigest(Connection now) throws SQLException {
    put(now, DIGEST, bytes(digest));
  }

  private static void put(Connection now, String name, byte[] content) throws SQLException {
    try (var upsert = now.prepareStatement("INSERT OR REPLACE INTO item VALUES(?,?)")) {
      upsert.setString(1, name);
      upsert.setBytes(2, content);
      upsert.executeUpdate();
    }
  }

  private long sum() {
    long sum = hash("", known.store());
    for (var entry : known.tags().entrySet()) {
      sum += hash(entry.getKey(), entry.getValue());
    }
    return sum;
  }

  /** The length before it keeps a tag and its epoch apart; a tag of no length is the store. */
  private static long hash(String tag, String epoch) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update((tag.length() + ":" + tag + epoch).getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest.digest()).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] bytes(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  @Override
  public void close() {
    var now = connection;
    connection = null;
    if (now != null) {
      try {
        now.close();
      } catch (SQLException e) {
        log.debug("{} was not closed well: {}", file, e.getMessage());
      }
    }
  }
}
