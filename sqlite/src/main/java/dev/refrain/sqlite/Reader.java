package dev.refrain.sqlite;

import dev.refrain.tier.Parcel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The answers as one reader sees them. For one thread at a time. */
final class Reader implements AutoCloseable {
  private final Connection connection;
  private final PreparedStatement find;
  private final PreparedStatement list;

  /** Takes over the connection. */
  Reader(Connection connection) throws SQLException {
    this.connection = connection;
    find =
        connection.prepareStatement(
            "SELECT entry.head, body.bytes FROM entry JOIN body ON body.id=entry.id"
                + " WHERE entry.hash=? AND entry.name=?");
    list = connection.prepareStatement(Listed.QUERY);
  }

  /** Returns what lies under the first of these names under which something does. */
  Optional<Parcel> find(List<byte[]> names) throws SQLException {
    for (var name : names) {
      find.setLong(1, Answers.hash(name));
      find.setBytes(2, name);
      try (var rows = find.executeQuery()) {
        if (rows.next()) {
          return Optional.of(new Parcel(name, Pragmas.bytes(rows, 1), Pragmas.bytes(rows, 2)));
        }
      }
    }
    return Optional.empty();
  }

  /** Returns the next entries behind an id. */
  List<Listed> list(long id, int count) throws SQLException {
    return Listed.behind(id, count, list);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
