package dev.refrain.sqlite;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Short words to SQLite. */
final class Pragmas {
  private static final int ERROR = 1;
  private static final int PRIMARY_CODE = 0xff;
  private static final int CORRUPT = 11;
  private static final int NOT_A_DATABASE = 26;

  private Pragmas() {}

  /** Executes statements, one after the other. */
  static void execute(Connection connection, Iterable<String> statements) throws SQLException {
    try (var statement = connection.createStatement()) {
      for (var sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Returns the number that a query has for its answer. */
  static long number(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  /** Returns the bytes in a column; none where a damaged row has nothing. */
  static byte[] bytes(ResultSet row, int column) throws SQLException {
    byte @Nullable [] bytes = row.getBytes(column);
    return (bytes == null) ? new byte[0] : bytes;
  }

  /** Returns the text in a column, which must have one. */
  static String text(ResultSet row, int column) throws SQLException {
    @Nullable String text = row.getString(column);
    if (text == null) {
      throw damaged("a row is not whole");
    }
    return text;
  }

  /** Returns whether the file is damaged, or none of ours: it will not get better by waiting. */
  static boolean tellsOfDamage(SQLException e) {
    int code = e.getErrorCode() & PRIMARY_CODE;
    return code == CORRUPT || code == NOT_A_DATABASE || (code == ERROR && misses(e));
  }

  /** Our statements name nothing that our files have not, unless a bit of their schema is wrong. */
  private static boolean misses(SQLException e) {
    var message = String.valueOf(e.getMessage());
    return message.contains("no such ") || message.contains(" columns but ");
  }

  /** Returns the failure that says that a file is none of ours. */
  static SQLException foreign(String what) {
    return new SQLException(what, null, NOT_A_DATABASE);
  }

  /** Returns the failure that says that a file is damaged. */
  static SQLException damaged(String what) {
    return new SQLException(what, null, CORRUPT);
  }
}
