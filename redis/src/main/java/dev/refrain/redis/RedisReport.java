package dev.refrain.redis;

import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What somebody finds out about a Redis who connects to it as a node does, and changes nothing.
 *
 * @param roundTrip how long a question takes, in the middle of several
 * @param servers what each of them says of itself; none if it may not be asked
 * @param refusals which of the steps of a node are refused
 */
public record RedisReport(
    Duration roundTrip, List<RedisServerReport> servers, List<Refusal> refusals) {
  /*
   * Each step of a node is tried in a way that leaves nothing behind: what is set is set only if it
   * lies there already, which it never does, and on the channel nobody listens. The server looks
   * first whether it may be done, and so refuses as it would refuse a node.
   */

  private static final Duration TIME_MAX = Duration.ofSeconds(5);
  private static final int DIALS_MAX = 3;
  private static final int UNTOLD_MAX = 20;
  private static final int PINGS = 15;

  /** What stands before the server's own words if it is one of several that were tried. */
  private static final Pattern AROUND = Pattern.compile("(?s).*Details:.*?\\]: ");

  private static final String NAME = "doctor";

  public RedisReport {
    servers = List.copyOf(servers);
    refusals = List.copyOf(refusals);
  }

  /** Returns how far the worst of their clocks is from ours; null if none says. */
  public @Nullable Duration skew() {
    return servers.stream()
        .map(RedisServerReport::skew)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  /** A step of a node. */
  public enum Step {
    READ("GET"),
    STORE("SET"),
    LEAD("EVAL"),
    TELL("PUBLISH"),
    ASK("INFO");

    private final String command;

    Step(String command) {
      this.command = command;
    }

    /** Returns the command of Redis that it needs. */
    public String command() {
      return command;
    }
  }

  /** What was said instead of doing it. */
  public record Refusal(Step step, String said) {}

  /**
   * Connects, asks, and disconnects.
   *
   * @throws IOException if nobody can be asked; the message says why, and shows no password
   */
  public static RedisReport of(RedisSettings settings, InstantSource clock)
      throws IOException, InterruptedException {
    try (var servers = Servers.at(settings.address())) {
      return new Inquiry(settings, clock, connect(servers)).report();
    }
  }

  /**
   * Who dials only once may have come at a bad moment; a node dials until it is let in. If Lettuce
   * is refused before it listens for that, it does not know why, and must be asked again.
   */
  private static StatefulConnection<byte[], byte[]> connect(Servers servers)
      throws IOException, InterruptedException {
    for (int dialled = 1; ; dialled++) {
      try {
        return answer(servers::connect);
      } catch (IOException e) {
        boolean isUntold = e.getMessage() != null && e.getMessage().contains("not registered");
        if (dialled >= (isUntold ? UNTOLD_MAX : DIALS_MAX)) {
          throw e;
        }
      }
    }
  }

  /** One connection, asked one thing after the other. */
  private record Inquiry(
      RedisSettings settings, InstantSource clock, StatefulConnection<byte[], byte[]> connection) {
    RedisReport report() throws IOException, InterruptedException {
      var redis = Servers.commands(connection);
      var roundTrip = roundTrip(redis);
      var refusals = new ArrayList<Refusal>();
      var key = new Names(settings.prefix(), settings.cover()).ofFleet(NAME);
      var onlyIfThere = SetArgs.Builder.xx().px(1);
      attempt(Step.READ, refusals, () -> redis.get(key));
      attempt(Step.STORE, refusals, () -> redis.set(key, key, onlyIfThere));
      attempt(
          Step.LEAD,
          refusals,
          () -> redis.eval("return 1", ScriptOutputType.INTEGER, new byte[][] {key}));
      attempt(Step.TELL, refusals, () -> redis.publish(key, key));
      var servers = new ArrayList<RedisServerReport>();
      attempt(
          Step.ASK,
          refusals,
          () ->
              new Servers.All(connection)
                  .info("default")
                  .thenAccept(said ->
                      said.forEach(text -> servers.add(RedisServerReport.read(text, clock)))));
      return new RedisReport(roundTrip, servers, refusals);
    }

    private static Duration roundTrip(RedisClusterAsyncCommands<byte[], byte[]> redis)
        throws IOException, InterruptedException {
      var nanos = new long[PINGS];
      for (int i = 0; i < PINGS; i++) {
        long asked = System.nanoTime();
        answer(redis::ping);
        nanos[i] = System.nanoTime() - asked;
      }
      Arrays.sort(nanos);
      return Duration.ofNanos(nanos[PINGS / 2]);
    }
  }

  private interface Question<T> {
    CompletionStage<? extends T> ask();
  }

  private static void attempt(Step step, List<Refusal> refusals, Question<?> question)
      throws InterruptedException {
    try {
      answer(question);
    } catch (IOException e) {
      refusals.add(new Refusal(step, String.valueOf(e.getMessage())));
    }
  }

  private static <T> T answer(Question<T> question) throws IOException, InterruptedException {
    try {
      return question.ask().toCompletableFuture().get(TIME_MAX.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + TIME_MAX.toSeconds() + " s", e);
    } catch (ExecutionException | RedisException e) {
      throw new IOException(AROUND.matcher(Line.reason(e)).replaceFirst("").strip(), e);
    }
  }
}
