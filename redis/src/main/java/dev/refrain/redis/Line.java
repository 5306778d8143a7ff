package dev.refrain.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to Redis, replaced when it is lost, late or not to be trusted any more. */
@SuppressWarnings("FutureReturnValueIgnored") // of closing: there is nothing left to be done
final class Line<C extends StatefulConnection<byte[], byte[]>> implements AutoCloseable {
  /*
   * The breaker is the connection itself. A caller whose reply is not there in time goes on without
   * it, and from then on nobody is made to wait on this connection until that reply has come. If it
   * has not come after the grace, the connection is closed, which fails all who wait on it, and
   * another is dialled: which succeeds only when the server accepts and answers. One thread dials,
   * with growing pauses, so that a server that comes back does not meet a storm. The pauses grow,
   * too, before a server that answers, but again and again that it is not the one to talk to.
   *
   * "lock" guards the fields. It is held for moments only.
   */

  /** A reply that is later than this will hardly come any more. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final long PAUSE_MILLIS_MIN = 50;
  private static final long PAUSE_MILLIS_MAX = 1_000;

  /** Errors that say that this is not, or not now, the server to talk to. */
  private static final Pattern ELSEWHERE =
      Pattern.compile(
          "(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|MOVED|ASK|TRYAGAIN|UNBLOCKED|NOAUTH)\\b.*");

  /** How Lettuce refuses to queue more commands, which is not the fault of the connection. */
  private static final String NO_ROOM = "Request queue size exceeded";

  private static final Logger log = LoggerFactory.getLogger(Line.class);

  private final String name;
  private final Supplier<? extends CompletionStage<? extends C>> dialler;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final boolean isForMany;
  private final Patience patience = new Patience();
  private volatile @Nullable Call<C> call;
  private @Nullable Thread dialling;
  private boolean closed;
  private long pauseMillis = PAUSE_MILLIS_MIN; // after the next call that is over too soon
  private volatile String trouble = "not yet";

  /** One connection, from its beginning to its end. */
  static final class Call<C> {
    private final C connection;
    private final @Nullable Outbox outbox;
    private final long beganNanos = System.nanoTime();
    private volatile boolean isLate;

    private Call(C connection, @Nullable Outbox outbox) {
      this.connection = connection;
      this.outbox = outbox;
    }
  }

  private Line(
      String name, Supplier<? extends CompletionStage<? extends C>> dialler, boolean isForMany) {
    this.name = name;
    this.dialler = dialler;
    this.isForMany = isForMany;
  }

  /** Returns a line that begins to dial at once. */
  static <C extends StatefulConnection<byte[], byte[]>> Line<C> open(
      String name, Supplier<? extends CompletionStage<? extends C>> dialler) {
    return new Line<C>(name, dialler, false).dialled();
  }

  /** Returns a line that begins to dial at once, and on which many ask at the same time. */
  static <C extends StatefulConnection<byte[], byte[]>> Line<C> openForMany(
      String name, Supplier<? extends CompletionStage<? extends C>> dialler) {
    return new Line<C>(name, dialler, true).dialled();
  }

  private Line<C> dialled() {
    lock.lock();
    try {
      dial(0);
    } finally {
      lock.unlock();
    }
    return this;
  }

  /** Returns whether there is anybody to ask. */
  boolean isUp() {
    var now = call;
    return now != null && !now.isLate;
  }

  /** Returns why there was no connection when there was none last. */
  String trouble() {
    return trouble;
  }

  /** Waits until there is a connection, and returns whether there is. */
  boolean await(Duration timeMax) throws InterruptedException {
    long nanos = timeMax.toNanos();
    lock.lockInterruptibly();
    try {
      while (call == null && !closed && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      return call != null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asks something, and waits for the reply.
   *
   * @throws AwayException if there is nobody to ask
   * @throws IOException if there is no reply in time, or it is an error
   */
  <T extends @Nullable Object> T ask(
      Duration timeMax, Function<? super C, ? extends CompletionStage<T>> question)
      throws IOException, InterruptedException {
    var now = current();
    return ask(now, timeMax, question);
  }

  /** Returns the present connection, on which alone what belongs together can be asked. */
  Call<C> current() throws AwayException {
    var now = call;
    if (now == null || now.isLate) {
      throw new AwayException();
    }
    return now;
  }

  /** Asks something on a certain connection. */
  <T extends @Nullable Object> T ask(
      Call<C> on, Duration timeMax, Function<? super C, ? extends CompletionStage<T>> question)
      throws IOException, InterruptedException {
    CompletableFuture<T> reply;
    try {
      reply = question.apply(on.connection).toCompletableFuture();
    } catch (RedisException e) { // it could not even be sent: the line is cut, or has no room
      throw failed(on, e);
    }
    if (on.outbox != null) {
      on.outbox.send(reply);
    }
    try {
      return patience.await(reply, timeMax);
    } catch (TimeoutException e) {
      mind(on, reply);
      throw new IOException("Redis did not answer within " + timeMax.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw failed(on, e.getCause());
    }
  }

  /** Closes a connection that must not be used any more. */
  void hangUp(Call<C> ended, String why) {
    hangUp(ended, why, false);
  }

  private void hangUp(Call<C> ended, String why, boolean isSentAway) {
    lock.lock();
    try {
      if (call != ended) {
        return;
      }
      call = null;
      changed.signalAll();
      if (!closed) {
        trouble = why;
        log.debug("The {} to Redis is closed: {}", name, why);
        long lived = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ended.beganNanos);
        boolean hasLasted = lived >= PAUSE_MILLIS_MAX;
        pauseMillis =
            (hasLasted || !isSentAway)
                ? PAUSE_MILLIS_MIN
                : Math.min(2 * pauseMillis, PAUSE_MILLIS_MAX);
        dial(hasLasted ? 0 : pauseMillis);
      }
    } finally {
      lock.unlock();
    }
    if (ended.connection.isOpen()) {
      ended.connection.closeAsync();
    }
  }

  /** Dials no more. The last connection ends with the servers. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      call = null;
      changed.signalAll();
      if (dialling != null) {
        dialling.interrupt();
      }
    } finally {
      lock.unlock();
    }
    patience.close();
  }

  /** Makes nobody wait until this late reply has come, and gives it up if it does not. */
  private void mind(Call<C> on, CompletableFuture<?> reply) {
    on.isLate = true;
    reply
        .handle((value, trouble) -> true)
        .completeOnTimeout(false, GRACE.toMillis(), TimeUnit.MILLISECONDS)
        .thenAccept(came -> {
          if (came) {
            on.isLate = false;
          } else {
            hangUp(on, "no answer for more than " + GRACE.toMillis() + " ms");
          }
        });
  }

  private IOException failed(Call<C> on, @Nullable Throwable trouble) {
    var message = String.valueOf((trouble == null) ? null : trouble.getMessage());
    boolean isAnswer = trouble instanceof RedisCommandExecutionException;
    if (isAnswer ? ELSEWHERE.matcher(message).matches() : !message.startsWith(NO_ROOM)) {
      hangUp(on, message, isAnswer);
    }
    return new IOException("Redis: " + message, trouble);
  }

  /** Begins to dial after a pause; called with the lock held. */
  private void dial(long pauseMillis) {
    dialling =
        Thread.ofVirtual().name("refrain-redis-dial").start(() -> dialUntilAnswered(pauseMillis));
  }

  private void dialUntilAnswered(long firstPauseMillis) {
    long pause = firstPauseMillis;
    try {
      while (true) {
        Thread.sleep(pause + ((pause == 0) ? 0 : ThreadLocalRandom.current().nextLong(pause)));
        var connection = dialOnce();
        if (connection != null) {
          answered(connection);
          return;
        }
        pause = Math.clamp(2 * pause, PAUSE_MILLIS_MIN, PAUSE_MILLIS_MAX);
      }
    } catch (InterruptedException e) {
      log.debug("The {} to Redis is no longer dialled", name);
    }
  }

  private @Nullable C dialOnce() throws InterruptedException {
    CompletableFuture<? extends C> dialled = CompletableFuture.failedFuture(new AwayException());
    try {
      dialled = dialler.get().toCompletableFuture();
      return dialled.get(2 * Servers.CONNECT_TIME_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException | RedisException e) {
      dialled.thenAccept(StatefulConnection::closeAsync); // if it comes after all
      trouble = reason(e);
      log.debug("The {} to Redis cannot be dialled: {}", name, trouble);
      return null;
    }
  }

  static String reason(Throwable trouble) {
    var deepest = trouble;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return (deepest.getMessage() == null) ? deepest.toString() : deepest.getMessage();
  }

  private void answered(C connection) {
    boolean isSingle = connection instanceof StatefulRedisConnection<?, ?>;
    var outbox = (isForMany && isSingle) ? Outbox.of(connection) : null; // a cluster is many
    var begun = new Call<>(connection, outbox);
    boolean tooLate;
    lock.lock();
    try {
      tooLate = closed;
      if (!tooLate) {
        call = begun;
        dialling = null;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (tooLate) {
      connection.closeAsync();
      return;
    }
    log.debug("The {} to Redis is open", name);
    connection.addListener(new Watch(begun));
    if (!connection.isOpen()) { // before anybody watched
      hangUp(begun, "the connection was lost");
    }
  }

  private final class Watch implements RedisConnectionStateListener {
    private final Call<C> watched;

    Watch(Call<C> watched) {
      this.watched = watched;
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
      hangUp(watched, "the connection was lost");
    }
  }
}
