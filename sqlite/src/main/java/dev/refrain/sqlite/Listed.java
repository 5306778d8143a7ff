package dev.refrain.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What tells of an entry, without its body. */
final class Listed {
  /** Wants the id behind which to begin, and how many at most. */
  static final String QUERY =
      "SELECT id, name, head, born, hits FROM entry WHERE id>? ORDER BY id LIMIT ?";

  final long id;
  final byte[] name;
  final byte[] head;
  final long bornMillis;
  final long hits;

  private Listed(ResultSet row) throws SQLException {
    id = row.getLong(1);
    name = Pragmas.bytes(row, 2);
    head = Pragmas.bytes(row, 3);
    bornMillis = row.getLong(4);
    hits = row.getLong(5);
  }

  /** Returns the next entries behind an id. */
  static List<Listed> behind(long id, int count, PreparedStatement query) throws SQLException {
    query.setLong(1, id);
    query.setInt(2, count);
    var listed = new ArrayList<Listed>(count);
    try (var rows = query.executeQuery()) {
      while (rows.next()) {
        listed.add(new Listed(rows));
      }
    }
    return listed;
  }
}
