package dev.refrain.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.EpochStore.Snapshot;
import dev.refrain.Form;
import dev.refrain.Key;
import dev.refrain.Slot;
import dev.refrain.redis.Change.Altered;
import dev.refrain.redis.Change.Renewed;
import dev.refrain.redis.Change.Retired;
import dev.refrain.tier.Cover;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.SetArgs;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The epochs and the changes as they lie in Redis, and the steps by which they are read and
 * written.
 */
@SuppressWarnings({"FutureReturnValueIgnored", "TypeParameterUnusedInFormals"}) // see inOneStep
final class Archive {
  /*
   * epochs   hash: "store" and the covered name of each tag, each with its epoch, covered
   * log      stream: each change of an epoch, covered
   * changes  stream: each change of an entry, covered
   *
   * Epochs and log are written in one step, and always together, so that who has followed the log
   * up to its end knows the epochs.
   *
   * Each reading carries a random word that Redis must repeat in the same reply: a reply to
   * something else is told by that.
   */

  private static final byte[] STORE = "store".getBytes(UTF_8);
  private static final byte[] FIELD = {'r'};
  private static final byte[] EPOCH = {'e'};
  private static final byte[] RECORD = {'r'};
  private static final byte[] SCOPE = {'k'};
  private static final Form TAG = new Form("tag");
  private static final int NONCE_BYTES = 16;
  private static final int KEY_BYTES = 32;
  private static final long LOG_MAX = 50_000;
  private static final long CHANGES_MAX = 20_000;
  private static final int BATCH_MAX = 1_000;
  private static final Duration STEP_TIME_MAX = Duration.ofSeconds(1);
  private static final Duration SNAPSHOT_TIME_MAX = Duration.ofSeconds(5);
  private static final long REPLICA_MILLIS_MAX = 100;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Cover cover;
  private final byte[] epochs;
  private final byte[] log;
  private final byte[] changes;
  private final byte[] scopeKey;

  /** A connection for single steps, or for one reader alone. */
  record Desk(
      Line<StatefulRedisConnection<byte[], byte[]>> line,
      Line.Call<StatefulRedisConnection<byte[], byte[]>> call) {

    static Desk at(Line<StatefulRedisConnection<byte[], byte[]>> line) throws AwayException {
      return new Desk(line, line.current());
    }

    <T extends @Nullable Object> T ask(
        Duration timeMax,
        Function<RedisAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> question)
        throws IOException, InterruptedException {
      return line.ask(call, timeMax, connection -> question.apply(connection.async()));
    }

    void leave(String why) {
      line.hangUp(call, why);
    }
  }

  /** A change as it lies in its stream. */
  @SuppressWarnings("ArrayRecordComponent") // compared by isSame
  record Written(StreamId id, byte[] bytes) {
    boolean isSame(Written other) {
      return id.equals(other.id) && Arrays.equals(bytes, other.bytes);
    }
  }

  /** All epochs, if there are any at all, and the last record of each stream at that moment. */
  record Reading(
      boolean isBlank,
      @Nullable Snapshot epochs,
      @Nullable Written lastLogged,
      @Nullable Written lastChange) {}

  /** What has come since, in order. */
  record News(List<Written> logged, List<Written> changes) {}

  Archive(Names names, Cover cover) {
    this.cover = cover;
    epochs = names.ofFleet("epochs");
    log = names.ofFleet("log");
    changes = names.ofFleet("changes");
    scopeKey = names.ofFleet("scope-key");
  }

  /** Returns the key of whose server all of this is asked. */
  byte[] home() {
    return epochs;
  }

  /** Reads all epochs. */
  Reading read(Desk desk) throws IOException, InterruptedException {
    var results =
        inOneStep(
            desk,
            SNAPSHOT_TIME_MAX,
            redis -> {
              redis.hgetall(epochs);
              redis.xrevrange(log, Range.unbounded(), Limit.from(1));
              redis.xrevrange(changes, Range.unbounded(), Limit.from(1));
            });
    Map<byte[], byte[]> fields = results.get(0);
    return new Reading(
        fields.isEmpty(), snapshot(fields), only(results.get(1)), only(results.get(2)));
  }

  /** Waits for what comes after these records, for a while. */
  @SuppressWarnings("unchecked") // an array of two, which is only read
  News await(Desk desk, StreamId logged, StreamId changed, Duration timeMax)
      throws IOException, InterruptedException {
    var how = XReadArgs.Builder.count(BATCH_MAX);
    if (timeMax.isPositive()) {
      how.block(timeMax);
    }
    var messages =
        desk.ask(
            timeMax.plus(STEP_TIME_MAX),
            redis ->
                redis.xread(
                    how,
                    StreamOffset.from(log, logged.toString()),
                    StreamOffset.from(changes, changed.toString())));
    var news = new News(new ArrayList<>(), new ArrayList<>());
    for (var message : messages) {
      (Arrays.equals(message.getStream(), log) ? news.logged : news.changes).add(written(message));
    }
    return news;
  }

  /** What Redis has of what is known to have been written there. */
  record Proof(
      List<@Nullable Written> logged, @Nullable Written change, @Nullable Written oldest) {}

  /** Looks up records of the log, one of the changes, and the oldest of the changes. */
  Proof prove(Desk desk, List<StreamId> logged, StreamId change)
      throws IOException, InterruptedException {
    var results =
        inOneStep(
            desk,
            STEP_TIME_MAX,
            redis -> {
              logged.forEach(id -> redis.xrange(log, Range.create(id.toString(), id.toString())));
              redis.xrange(changes, Range.create(change.toString(), change.toString()));
              redis.xrange(changes, Range.unbounded(), Limit.from(1));
            });
    var found = new ArrayList<@Nullable Written>();
    for (int i = 0; i < logged.size(); i++) {
      found.add(only(results.get(i)));
    }
    return new Proof(found, only(results.get(logged.size())), only(results.get(logged.size() + 1)));
  }

  /** Writes the new epoch of a tag. */
  Written retire(Desk desk, Retired retired, boolean awaitReplica)
      throws IOException, InterruptedException {
    var names = cover.names(new Slot(Key.of(Names.sha256(retired.tag())), TAG));
    var value = cover.seal(names.getFirst(), EPOCH, pair(retired.tag(), retired.epoch()));
    return append(
        desk,
        retired,
        awaitReplica,
        redis -> {
          redis.hset(epochs, names.getFirst(), value);
          names.stream().skip(1).forEach(name -> redis.hdel(epochs, name));
        });
  }

  /** Begins a new epoch of the store. */
  Written renew(Desk desk, Renewed renewed, boolean awaitReplica)
      throws IOException, InterruptedException {
    var value = cover.seal(STORE, EPOCH, pair("", renewed.epoch()));
    return append(
        desk,
        renewed,
        awaitReplica,
        redis -> {
          redis.del(epochs);
          redis.hset(epochs, STORE, value);
        });
  }

  private Written append(
      Desk desk,
      Change change,
      boolean awaitReplica,
      Consumer<RedisAsyncCommands<byte[], byte[]>> write)
      throws IOException, InterruptedException {
    var record = cover.seal(log, RECORD, change.toBytes());
    var results =
        inOneStep(
            desk,
            STEP_TIME_MAX,
            redis -> {
              redis.xadd(log, atMost(LOG_MAX), Map.of(FIELD, record));
              write.accept(redis);
            });
    String id = results.get(0);
    if (awaitReplica) { // how many have it changes nothing: it is written, and would be again
      desk.ask(STEP_TIME_MAX, redis -> redis.waitForReplication(1, REPLICA_MILLIS_MAX));
    }
    return new Written(StreamId.parse(id), record);
  }

  /** Returns the question by which all others are told of a changed entry. */
  Lines.Question<String> telling(Altered altered) {
    var record = cover.seal(changes, RECORD, altered.toBytes());
    return c -> Servers.commands(c).xadd(changes, atMost(CHANGES_MAX), Map.of(FIELD, record));
  }

  /** Returns what a record of the log says. */
  Change logged(Written written) throws IOException {
    return Change.of(cover.open(log, RECORD, written.bytes));
  }

  /** Returns what a record of the changes says. */
  Change changed(Written written) throws IOException {
    return Change.of(cover.open(changes, RECORD, written.bytes));
  }

  /** Returns the key with which the fleet makes scopes of credentials. */
  byte[] scopeKey(Desk desk) throws IOException, InterruptedException {
    var fresh = new byte[KEY_BYTES];
    RANDOM.nextBytes(fresh);
    var value = cover.seal(scopeKey, SCOPE, fresh);
    var results =
        inOneStep(
            desk,
            STEP_TIME_MAX,
            redis -> {
              redis.set(scopeKey, value, SetArgs.Builder.nx());
              redis.get(scopeKey);
            });
    byte[] kept = results.get(1);
    return cover.open(scopeKey, SCOPE, kept);
  }

  /** Returns whether there are replicas that could acknowledge a write. */
  boolean hasReplicas(Desk desk) throws IOException, InterruptedException {
    var said = desk.ask(STEP_TIME_MAX, redis -> redis.info("replication"));
    return said.lines().anyMatch(line -> line.matches("connected_slaves:[1-9].*"));
  }

  /** Returns the results of steps that Redis does as one, and of which none must fail. */
  private static Results inOneStep(
      Desk desk, Duration timeMax, Consumer<RedisAsyncCommands<byte[], byte[]>> steps)
      throws IOException, InterruptedException {
    var results = attempted(desk, timeMax, steps);
    for (var result : results.all) {
      if (result instanceof Exception e) {
        throw new IOException("Redis: " + e.getMessage(), e);
      }
    }
    return results;
  }

  /** Returns the results of steps that Redis does as one; some may be errors. */
  static Results attempted(
      Desk desk, Duration timeMax, Consumer<RedisAsyncCommands<byte[], byte[]>> steps)
      throws IOException, InterruptedException {
    var nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    var done =
        desk.line.ask(
            desk.call,
            timeMax,
            connection -> {
              var redis = connection.async();
              connection.setAutoFlushCommands(false); // all of it in one go, there and back
              try {
                redis.multi();
                redis.echo(nonce);
                steps.accept(redis);
                return redis.exec();
              } finally {
                connection.flushCommands();
                connection.setAutoFlushCommands(true);
              }
            });
    if (done == null || done.wasDiscarded() || !isEcho(done, nonce)) {
      desk.leave("a reply was not what had been asked for");
      throw new IOException("Redis answered something else than it was asked");
    }
    return new Results(done);
  }

  private static boolean isEcho(TransactionResult done, byte[] nonce) {
    return !done.isEmpty() && done.get(0) instanceof byte[] echo && Arrays.equals(echo, nonce);
  }

  /** The results of the steps, after the echo. */
  record Results(TransactionResult all) {
    <T> T get(int step) {
      return all.get(step + 1);
    }

    int size() {
      return all.size() - 1;
    }

    /** Returns why a step was not done, or null if it was. */
    @Nullable Exception error(int step) {
      return (all.get(step + 1) instanceof Exception e) ? e : null;
    }
  }

  /**
   * Returns null if there is no epoch of the store, or if there are tags that cannot be read: they
   * were invalidated, and nobody here can tell which.
   */
  private @Nullable Snapshot snapshot(Map<byte[], byte[]> fields) throws IOException {
    String store = null;
    var tags = new HashMap<String, String>();
    for (var field : fields.entrySet()) {
      boolean isStore = Arrays.equals(field.getKey(), STORE);
      var pair = pair(field.getKey(), field.getValue());
      if (pair == null && isStore) {
        throw new IOException("this Redis is shared by a fleet that has another secret");
      } else if (pair == null) {
        return null;
      } else if (isStore) {
        store = pair.epoch();
      } else {
        tags.merge(pair.tag(), pair.epoch(), Archive::either);
      }
    }
    return (store == null) ? null : new Snapshot(store, tags);
  }

  private @Nullable Retired pair(byte[] field, byte[] value) {
    try (var in = new DataInputStream(new ByteArrayInputStream(cover.open(field, EPOCH, value)))) {
      return new Retired(in.readUTF(), in.readUTF());
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * While secrets are exchanged, a tag may have two epochs. Which is the later is not known, so
   * neither holds.
   */
  private static String either(String one, String other) {
    return (one.compareTo(other) < 0) ? one + "+" + other : other + "+" + one;
  }

  private static byte[] pair(String tag, String epoch) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeUTF(tag);
      out.writeUTF(epoch);
    } catch (IOException e) { // longer than 64 KiB, which no tag is
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static @Nullable Written only(List<StreamMessage<byte[], byte[]>> messages) {
    return messages.isEmpty() ? null : written(messages.getFirst());
  }

  private static Written written(StreamMessage<byte[], byte[]> message) {
    var values = message.getBody().values().iterator();
    return new Written(
        StreamId.parse(message.getId()), values.hasNext() ? values.next() : new byte[0]);
  }

  private static XAddArgs atMost(long records) {
    return XAddArgs.Builder.maxlen(records).approximateTrimming();
  }
}
