package dev.refrain.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.sqlite.JDBC;

/** Opens connections to database files. Tests put themselves between. */
@FunctionalInterface
interface Connector {
  /** Opens a file, which is made if it is not there. */
  Connection connect(Path file) throws SQLException;

  /** SQLite itself. The name goes as a URI, in which no sign of it has a meaning of its own. */
  static Connection sqlite(Path file) throws SQLException {
    PrivateFiles.make(file);
    return JDBC.createConnection("jdbc:sqlite:" + file.toUri(), new Properties());
  }

  /** Loads SQLite, by opening what is no file. */
  static void load() throws SQLException {
    JDBC.createConnection("jdbc:sqlite::memory:", new Properties()).close();
  }
}
