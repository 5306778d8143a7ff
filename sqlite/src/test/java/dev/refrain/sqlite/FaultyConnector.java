package dev.refrain.sqlite;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** SQLite, which fails or hangs where a test wants it to. Thread-safe. */
final class FaultyConnector implements Connector {
  static final Map<String, Integer> CODES =
      Map.of("BUSY", 5, "READONLY", 8, "IOERR", 10, "CORRUPT", 11, "FULL", 13, "CANTOPEN", 14);

  private static final List<Class<?>> WRAPPED =
      List.of(PreparedStatement.class, Statement.class, ResultSet.class);
  private static final Set<String> HARMLESS = Set.of("close", "isClosed", "toString", "hashCode");

  private final AtomicLong operations = new AtomicLong();
  private final ReentrantReadWriteLock hanging = new ReentrantReadWriteLock();
  private volatile long failsFrom = Long.MAX_VALUE;
  private volatile long failsUntil = Long.MAX_VALUE;
  private volatile boolean failed;
  private volatile String fault = "IOERR";
  private volatile @Nullable String afterOpening;

  /** Fails at some operations, the first of which is number 1. */
  FaultyConnector failing(long from, long count, String with) {
    fault = with;
    failsFrom = from;
    failsUntil = from + count;
    return this;
  }

  /** Fails at everything from now on. */
  void fail(String with) {
    failing(operations.get() + 1, Long.MAX_VALUE / 2, with);
  }

  void heal() {
    failsFrom = Long.MAX_VALUE;
  }

  /** Has each connection say this first. */
  FaultyConnector afterOpening(@Nullable String sql) {
    afterOpening = sql;
    return this;
  }

  /** Does something while nothing can begin. */
  void hangDuring(Doing doing) throws Exception {
    hanging.writeLock().lock();
    try {
      doing.run();
    } finally {
      hanging.writeLock().unlock();
    }
  }

  /** Something that may fail. */
  interface Doing {
    void run() throws Exception;
  }

  /** Returns whether it has failed at all. */
  boolean hasFailed() {
    return failed;
  }

  @Override
  public Connection connect(Path file) throws SQLException {
    operate();
    var connection = Connector.sqlite(file);
    var sql = afterOpening;
    if (sql != null) {
      Pragmas.execute(connection, List.of(sql));
    }
    return (Connection) wrap(connection, Connection.class);
  }

  private void operate() throws SQLException {
    hanging.readLock().lock();
    try {
      long number = operations.incrementAndGet();
      if (number >= failsFrom && number < failsUntil) {
        failed = true;
        throw new SQLException("planted: " + fault, null, CODES.get(fault));
      }
    } finally {
      hanging.readLock().unlock();
    }
  }

  private Object wrap(Object inner, Class<?> type) {
    return Proxy.newProxyInstance(
        FaultyConnector.class.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          if (!HARMLESS.contains(method.getName())) {
            operate();
          }
          try {
            var result = method.invoke(inner, arguments);
            for (var wrapped : WRAPPED) {
              if (method.getReturnType() == wrapped && result != null) {
                return wrap(result, wrapped);
              }
            }
            return result;
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }
}
