package dev.refrain.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a file of ours looks like, and of which version it is.
 *
 * @param applicationId by which the file is known as ours
 * @param version other versions are never read
 * @param tables the statements that make them
 * @param upgrades the statement that makes a file of an older version one of the next
 */
record Schema(
    int applicationId,
    int version,
    int pageBytes,
    List<String> tables,
    Map<Integer, String> upgrades) {
  /*
   * A file is made in one transaction, so that it is there whole, with its version, or is empty.
   * The size of pages and the way of giving space back must be said before that, and do no harm.
   */

  Schema {
    tables = List.copyOf(tables);
    upgrades = Map.copyOf(upgrades);
  }

  /**
   * Opens a file, which is made if it is not there.
   *
   * @param pragmas what else is to be said to SQLite
   */
  Connection open(Connector connector, Path file, List<String> pragmas) throws SQLException {
    var connection = connector.connect(file);
    try {
      Pragmas.execute(
          connection,
          List.of("PRAGMA trusted_schema=OFF", "PRAGMA cell_size_check=ON", "PRAGMA mmap_size=0"));
      if (isEmpty(connection)) {
        make(connection);
      }
      upgrade(connection);
      check(connection);
      Pragmas.execute(connection, pragmas);
      return connection;
    } catch (SQLException | RuntimeException | Error e) {
      close(connection, e);
      throw e;
    }
  }

  private static boolean isEmpty(Connection connection) throws SQLException {
    return Pragmas.number(connection, "PRAGMA application_id") == 0
        && Pragmas.number(connection, "SELECT count(*) FROM sqlite_schema") == 0;
  }

  private void make(Connection connection) throws SQLException {
    var statements = new ArrayList<String>();
    statements.add("PRAGMA page_size=" + pageBytes);
    statements.add("PRAGMA auto_vacuum=INCREMENTAL");
    statements.add("PRAGMA journal_mode=WAL");
    statements.add("BEGIN IMMEDIATE");
    statements.addAll(tables);
    statements.add("PRAGMA user_version=" + version);
    statements.add("PRAGMA application_id=" + applicationId);
    statements.add("COMMIT");
    Pragmas.execute(connection, statements);
  }

  private void upgrade(Connection connection) throws SQLException {
    var step = upgrades.get((int) foundVersion(connection));
    while (step != null && isOurs(connection)) {
      long next = foundVersion(connection) + 1;
      Pragmas.execute(
          connection, List.of("BEGIN IMMEDIATE", step, "PRAGMA user_version=" + next, "COMMIT"));
      step = upgrades.get((int) next);
    }
  }

  private boolean isOurs(Connection connection) throws SQLException {
    return Pragmas.number(connection, "PRAGMA application_id") == applicationId;
  }

  private static long foundVersion(Connection connection) throws SQLException {
    return Pragmas.number(connection, "PRAGMA user_version");
  }

  private void check(Connection connection) throws SQLException {
    if (!isOurs(connection)) {
      throw Pragmas.foreign("it is no file of Refrain's");
    }
    long found = foundVersion(connection);
    if (found != version) {
      throw Pragmas.foreign("it is of version " + found + ", and this program reads " + version);
    }
  }

  /** Closes a connection on which something failed. */
  static void close(Connection connection, Throwable cause) {
    try {
      connection.close();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }
}
