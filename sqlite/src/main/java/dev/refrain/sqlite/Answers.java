package dev.refrain.sqlite;

import dev.refrain.sqlite.Tally.Hits;
import dev.refrain.sqlite.Usefulness.Merit;
import dev.refrain.tier.Parcel;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The answers as their one writer sees them. For one thread. */
final class Answers implements AutoCloseable {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final Connection connection;
  private final PreparedStatement begin;
  private final PreparedStatement commit;
  private final PreparedStatement find;
  private final PreparedStatement insertEntry;
  private final PreparedStatement insertBody;
  private final PreparedStatement deleteEntry;
  private final PreparedStatement deleteBody;
  private final PreparedStatement touch;
  private final PreparedStatement sum;
  private final PreparedStatement merits;
  private final PreparedStatement list;
  private final PreparedStatement pages;
  private final PreparedStatement freePages;
  private long nextId;
  private long entries;
  private boolean durable;

  /** What a new entry is, beside its parcel. */
  record Birth(long bornMillis, long tookMillis, long writtenMillis) {}

  /** Takes over the connection. */
  Answers(Connection connection) throws SQLException {
    this.connection = connection;
    begin = connection.prepareStatement("BEGIN IMMEDIATE");
    commit = connection.prepareStatement("COMMIT");
    find = connection.prepareStatement("SELECT id FROM entry WHERE hash=? AND name=?");
    insertEntry = connection.prepareStatement("INSERT INTO entry VALUES(?,?,?,?,?,?,0,?,?,0)");
    insertBody = connection.prepareStatement("INSERT INTO body VALUES(?,?)");
    deleteEntry = connection.prepareStatement("DELETE FROM entry WHERE id=?");
    deleteBody = connection.prepareStatement("DELETE FROM body WHERE id=?");
    touch =
        connection.prepareStatement(
            "UPDATE entry SET hits=hits+?, used=max(used,?), hot=max(hot,?)"
                + " WHERE hash=? AND name=?");
    sum = connection.prepareStatement("UPDATE sums SET entries=?");
    merits =
        connection.prepareStatement(
            "SELECT id, bytes, took, hits, used FROM entry WHERE id>=? ORDER BY id LIMIT ?");
    list = connection.prepareStatement(Listed.QUERY);
    pages = connection.prepareStatement("PRAGMA page_count");
    freePages = connection.prepareStatement("PRAGMA freelist_count");
    nextId = 1 + Pragmas.number(connection, "SELECT max(id) FROM entry");
    entries = Pragmas.number(connection, "SELECT entries FROM sums");
  }

  static long hash(byte[] name) {
    return (long) LONG.get(name, 0);
  }

  /** Sets whether what is committed must survive even a power cut, with all that was before. */
  void durable(boolean durable) throws SQLException {
    if (durable != this.durable) {
      Pragmas.execute(connection, List.of("PRAGMA synchronous=" + (durable ? "FULL" : "NORMAL")));
      this.durable = durable;
    }
  }

  void begin() throws SQLException {
    begin.execute();
  }

  void commit() throws SQLException {
    sum.setLong(1, entries);
    sum.executeUpdate();
    commit.execute();
  }

  void put(Parcel parcel, Birth birth) throws SQLException {
    long id = nextId++;
    insertEntry.setLong(1, id);
    insertEntry.setLong(2, hash(parcel.name()));
    insertEntry.setBytes(3, parcel.name());
    insertEntry.setLong(4, birth.bornMillis());
    insertEntry.setLong(5, parcel.head().length + (long) parcel.body().length);
    insertEntry.setLong(6, birth.tookMillis());
    insertEntry.setLong(7, birth.writtenMillis());
    insertEntry.setBytes(8, parcel.head());
    insertEntry.executeUpdate();
    insertBody.setLong(1, id);
    insertBody.setBytes(2, parcel.body());
    insertBody.executeUpdate();
    entries++;
  }

  /** Deletes all that lies under these names. */
  void delete(List<byte[]> names) throws SQLException {
    for (var name : names) {
      for (long id : ids(name)) {
        delete(id);
      }
    }
  }

  private List<Long> ids(byte[] name) throws SQLException {
    find.setLong(1, hash(name));
    find.setBytes(2, name);
    var ids = new ArrayList<Long>(1);
    try (var rows = find.executeQuery()) {
      while (rows.next()) {
        ids.add(rows.getLong(1));
      }
    }
    return ids;
  }

  void delete(long id) throws SQLException {
    deleteEntry.setLong(1, id);
    entries -= deleteEntry.executeUpdate();
    deleteBody.setLong(1, id);
    deleteBody.executeUpdate();
  }

  /** Counts hits on what lies under a name, if anything does. */
  void touch(byte[] name, Hits hits) throws SQLException {
    touch.setLong(1, hits.count());
    touch.setLong(2, hits.lastMillis());
    touch.setLong(3, Math.max(0, hits.hotMillis()));
    touch.setLong(4, hash(name));
    touch.setBytes(5, name);
    touch.executeUpdate();
  }

  /** Returns some neighbours, from the first whose id is not smaller. */
  List<Merit> merits(long fromId, int count) throws SQLException {
    merits.setLong(1, fromId);
    merits.setInt(2, count);
    var found = new ArrayList<Merit>(count);
    try (var rows = merits.executeQuery()) {
      while (rows.next()) {
        found.add(
            new Merit(
                rows.getLong(1),
                rows.getLong(2),
                rows.getLong(3),
                rows.getLong(4),
                rows.getLong(5)));
      }
    }
    return found;
  }

  /** Returns the next entries behind an id. */
  List<Listed> list(long id, int count) throws SQLException {
    return Listed.behind(id, count, list);
  }

  long firstId() throws SQLException {
    return Pragmas.number(connection, "SELECT min(id) FROM entry");
  }

  /** Returns an id that was not yet given to an entry. */
  long nextId() {
    return nextId;
  }

  long entries() {
    return entries;
  }

  /** Returns how large the file is, with what is free in it. */
  long pages() throws SQLException {
    return number(pages);
  }

  long freePages() throws SQLException {
    return number(freePages);
  }

  private static long number(PreparedStatement statement) throws SQLException {
    try (var rows = statement.executeQuery()) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  /** Gives free pages back to the disk: a row for each, which only this way are all fetched. */
  void giveBack(int pages) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.executeUpdate("PRAGMA incremental_vacuum(" + pages + ")");
    }
  }

  /** Writes the log into the file, as far as no reader needs it, and makes both durable. */
  void checkpoint() throws SQLException {
    Pragmas.number(connection, "PRAGMA wal_checkpoint(PASSIVE)");
  }

  /** Closes the connection, and with it all statements; what was not committed is undone. */
  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
