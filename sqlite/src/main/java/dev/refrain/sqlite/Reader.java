package dev.refrain.sqlite;

import dev.refrain.Heat;
import dev.refrain.tier.Parcel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The answers as one reader sees them. For one thread at a time. */
final class Reader implements AutoCloseable {
  private final Connection connection;
  private final PreparedStatement find;
  private final PreparedStatement list;
  private final PreparedStatement head;
  private final PreparedStatement parcels;

  /** How much is read at once: as long as it is less than both, one more. */
  record Portion(int entries, long bytes) {}

  /** An entry with its place in the file. */
  record Row(long id, Parcel parcel) {}

  /** An entry, and when it had its last hit as a hot one; see {@link Heat}. */
  record Lying(Parcel parcel, long hotMillis) {}

  /** What tells of an entry, and under which name it lies. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Head(byte[] name, byte[] head) {}

  /** Takes over the connection. */
  Reader(Connection connection) throws SQLException {
    this.connection = connection;
    find =
        connection.prepareStatement(
            "SELECT entry.head, body.bytes, entry.hot FROM entry JOIN body ON body.id=entry.id"
                + " WHERE entry.hash=? AND entry.name=?");
    list = connection.prepareStatement(Listed.QUERY);
    head = connection.prepareStatement("SELECT head FROM entry WHERE hash=? AND name=?");
    parcels =
        connection.prepareStatement(
            "SELECT entry.id, entry.name, entry.head, body.bytes"
                + " FROM entry JOIN body ON body.id=entry.id WHERE entry.id>? ORDER BY entry.id");
  }

  /** Returns what lies under the first of these names under which something does. */
  Optional<Lying> find(List<byte[]> names) throws SQLException {
    for (var name : names) {
      find.setLong(1, Answers.hash(name));
      find.setBytes(2, name);
      try (var rows = find.executeQuery()) {
        if (rows.next()) {
          var parcel = new Parcel(name, Pragmas.bytes(rows, 1), Pragmas.bytes(rows, 2));
          long hot = rows.getLong(3);
          return Optional.of(new Lying(parcel, (hot == 0) ? Heat.NEVER : hot));
        }
      }
    }
    return Optional.empty();
  }

  /** Returns the next entries behind an id. */
  List<Listed> list(long id, int count) throws SQLException {
    return Listed.behind(id, count, list);
  }

  /** Returns what tells of all that lies under these names. */
  List<Head> heads(List<byte[]> names) throws SQLException {
    var heads = new ArrayList<Head>();
    for (var name : names) {
      head.setLong(1, Answers.hash(name));
      head.setBytes(2, name);
      try (var rows = head.executeQuery()) {
        if (rows.next()) {
          heads.add(new Head(name, Pragmas.bytes(rows, 1)));
        }
      }
    }
    return heads;
  }

  /** Returns the next entries behind an id, whole. */
  List<Row> parcels(long id, Portion portion) throws SQLException {
    parcels.setLong(1, id);
    var found = new ArrayList<Row>();
    long bytes = 0;
    try (var rows = parcels.executeQuery()) {
      while (found.size() < portion.entries && bytes < portion.bytes && rows.next()) {
        var body = Pragmas.bytes(rows, 4);
        bytes += body.length;
        var parcel = new Parcel(Pragmas.bytes(rows, 2), Pragmas.bytes(rows, 3), body);
        found.add(new Row(rows.getLong(1), parcel));
      }
    }
    return found;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
