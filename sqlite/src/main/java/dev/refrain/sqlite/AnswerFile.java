package dev.refrain.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The large file: where it is, what it looks like, and what becomes of it when it is damaged. */
final class AnswerFile {
  /*
   * entry = id hash name born bytes took hits used head hot       in the order of writing
   * body  = id bytes
   *
   * "hash" is the beginning of the name, as short as an index wants it. What is asked of many
   * entries at once lies apart from the bodies, so that they need not be read.
   *
   * "hot" is when it had its last hit as a hot one, or 0. Version 1 had no such column.
   *
   * The sizes are measured: with pages of 4 KiB, two kilobytes fill one badly; with 16 KiB more is
   * written for each. The log may grow while there is much to write, since each page is written
   * into the file once, however often it was changed meanwhile. Of a million entries, 8 MiB hold
   * all of the trees but their leaves.
   */

  static final int PAGE_BYTES = 8192;
  static final int LOG_BYTES_MAX = 64 << 20;

  private static final Logger log = LoggerFactory.getLogger(AnswerFile.class);

  private static final Schema SCHEMA =
      new Schema(
          0x5246_5241,
          2,
          PAGE_BYTES,
          List.of(
              """
              CREATE TABLE entry(
                id INTEGER PRIMARY KEY,
                hash INTEGER NOT NULL,
                name BLOB NOT NULL,
                born INTEGER NOT NULL,
                bytes INTEGER NOT NULL,
                took INTEGER NOT NULL,
                hits INTEGER NOT NULL,
                used INTEGER NOT NULL,
                head BLOB NOT NULL,
                hot INTEGER NOT NULL DEFAULT 0)
              """,
              "CREATE INDEX entry_hash ON entry(hash)",
              "CREATE TABLE body(id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)",
              "CREATE TABLE sums(entries INTEGER NOT NULL)",
              "INSERT INTO sums VALUES(0)"),
          Map.of(1, "ALTER TABLE entry ADD COLUMN hot INTEGER NOT NULL DEFAULT 0"));
  private static final List<String> WRITING =
      List.of(
          "PRAGMA synchronous=NORMAL",
          "PRAGMA cache_size=-16384",
          "PRAGMA temp_store=MEMORY",
          "PRAGMA journal_size_limit=" + LOG_BYTES_MAX,
          "PRAGMA wal_autocheckpoint=" + LOG_BYTES_MAX / PAGE_BYTES);
  private static final List<String> READING =
      List.of("PRAGMA query_only=ON", "PRAGMA cache_size=-8192", "PRAGMA wal_autocheckpoint=0");

  private final Connector connector;
  private final Path file;
  private final InstantSource clock;

  AnswerFile(Connector connector, Path file, InstantSource clock) {
    this.connector = connector;
    this.file = file;
    this.clock = clock;
  }

  /** Opens the file for writing, a new one where there is none. */
  Answers openForWriting() throws SQLException {
    return opened(SCHEMA.open(connector, file, WRITING), Answers::new);
  }

  /** Opens the file for reading, once it was opened for writing. */
  Reader openForReading() throws SQLException {
    if (!Files.exists(file)) {
      throw new SQLException(file + " is not there");
    }
    return opened(SCHEMA.open(connector, file, READING), Reader::new);
  }

  private interface Opening<T> {
    T on(Connection connection) throws SQLException;
  }

  private static <T> T opened(Connection connection, Opening<T> opening) throws SQLException {
    try {
      return opening.on(connection);
    } catch (SQLException | RuntimeException | Error e) {
      Schema.close(connection, e);
      throw e;
    }
  }

  /** Puts the file out of the way; the next that is opened is a new one. */
  void putAside(String reason) throws IOException {
    var aside = Aside.move(file, clock.instant());
    log.warn("{} was put aside as {}, and a new one is begun: {}", file, aside, reason);
  }

  /** Deletes the file; the next that is opened is a new one. */
  void delete() throws IOException {
    for (var suffix : List.of("-wal", "-shm", "")) {
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + suffix));
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
