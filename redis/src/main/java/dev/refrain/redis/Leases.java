package dev.refrain.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps that are done only if a key has a certain value, or none: by a script, or by watching. */
final class Leases implements AutoCloseable {
  /*
   * What to do stands in one form only, a list of commands; from that a script is made, or a
   * transaction. A server that forbids scripts says so at the first one; from then on the key is
   * watched, on a connection of its own, one step at a time.
   */

  private static final Pattern FORBIDDEN =
      Pattern.compile("(?i).*(NOPERM|unknown command|not allowed).*");

  private static final Logger log = LoggerFactory.getLogger(Leases.class);

  private final Servers servers;
  private final ReentrantLock watching = new ReentrantLock();
  private volatile boolean areScriptsForbidden;
  private @Nullable Line<StatefulRedisConnection<byte[], byte[]>> line;

  /** What is done about a key. */
  sealed interface Deed {
    /** Sets it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Put(byte[] key, byte[] value, Duration ttl) implements Deed {}

    /** Prolongs its life. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Prolong(byte[] key, Duration ttl) implements Deed {}

    /** Deletes it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Delete(byte[] key) implements Deed {}

    /** Returns the key. */
    byte[] key();
  }

  /**
   * What is done on a condition.
   *
   * @param watched the key on which it depends, in the same slot of a cluster
   * @param expected its value, or null if it must not be there
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Step(byte[] watched, byte @Nullable [] expected, Deed deed) {}

  Leases(Servers servers) {
    this.servers = servers;
  }

  /** Returns the script that does a step; its keys and arguments follow from the step alike. */
  private static String script(Step step) {
    var test =
        (step.expected == null)
            ? "if redis.call('exists', KEYS[1]) == 1 then return 0 end "
            : "if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end ";
    var deed =
        switch (step.deed) {
          case Deed.Put put -> "redis.call('set', KEYS[2], ARGV[2], 'px', ARGV[3]) ";
          case Deed.Prolong prolong -> "redis.call('pexpire', KEYS[2], ARGV[3]) ";
          case Deed.Delete delete -> "redis.call('del', KEYS[2]) ";
        };
    return test + deed + "return 1";
  }

  private static byte[][] arguments(Step step) {
    var expected = (step.expected == null) ? new byte[0] : step.expected;
    return switch (step.deed) {
      case Deed.Put put -> new byte[][] {expected, put.value, millis(put.ttl)};
      case Deed.Prolong prolong -> new byte[][] {expected, {}, millis(prolong.ttl)};
      case Deed.Delete delete -> new byte[][] {expected, {}, {}};
    };
  }

  private static byte[] millis(Duration ttl) {
    return String.valueOf(ttl.toMillis()).getBytes(UTF_8);
  }

  /** How a question is put on the line for writing, within its time. */
  interface Asker {
    <T extends @Nullable Object> T ask(Lines.Question<T> question)
        throws IOException, InterruptedException;
  }

  /** Does a step if its condition holds, and returns whether it did. */
  boolean attempt(Step step, Duration timeMax, Asker asker)
      throws IOException, InterruptedException {
    if (!areScriptsForbidden) {
      try {
        byte[][] keys = {step.watched, step.deed.key()};
        Long done =
            asker.<Long>ask(c ->
                Servers.commands(c)
                    .eval(script(step), ScriptOutputType.INTEGER, keys, arguments(step)));
        return done == 1;
      } catch (IOException e) {
        if (!FORBIDDEN.matcher(String.valueOf(e.getMessage())).matches()) {
          throw e;
        }
        log.info("Redis forbids scripts, and is asked in transactions: {}", e.getMessage());
        areScriptsForbidden = true;
      }
    }
    return watch(step, timeMax);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // all is in EXEC's
  private boolean watch(Step step, Duration timeMax) throws IOException, InterruptedException {
    watching.lockInterruptibly();
    try {
      var line = line(step);
      var call = line.current();
      line.ask(call, timeMax, c -> c.async().watch(step.watched));
      byte @Nullable [] value = line.ask(call, timeMax, c -> c.async().get(step.watched));
      if (!Arrays.equals(value, step.expected)) {
        line.ask(call, timeMax, c -> c.async().unwatch());
        return false;
      }
      var done =
          line.ask(
              call,
              timeMax,
              c -> {
                var redis = c.async();
                redis.multi();
                switch (step.deed) {
                  case Deed.Put(var key, var put, var ttl) ->
                      redis.set(key, put, SetArgs.Builder.px(ttl));
                  case Deed.Prolong(var key, var ttl) -> redis.pexpire(key, ttl);
                  case Deed.Delete(var key) -> redis.del(key);
                }
                return redis.exec();
              });
      return !done.wasDiscarded();
    } finally {
      watching.unlock();
    }
  }

  /** In a cluster this is the server of one key, and others say that theirs is elsewhere. */
  private Line<StatefulRedisConnection<byte[], byte[]>> line(Step step)
      throws InterruptedException {
    if (line == null) {
      line = Line.open("line for transactions", () -> servers.connectTo(step.watched));
      line.await(Servers.CONNECT_TIME_MAX);
    }
    return line;
  }

  @Override
  public void close() {
    watching.lock();
    try {
      if (line != null) {
        line.close();
      }
    } finally {
      watching.unlock();
    }
  }
}
