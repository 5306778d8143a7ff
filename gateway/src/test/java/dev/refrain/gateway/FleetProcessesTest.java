package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.CountedProvider;
import dev.refrain.gateway.testing.GatewayProcess;
import dev.refrain.gateway.testing.Poll;
import dev.refrain.gateway.testing.StreamedAnswer;
import dev.refrain.redis.testing.RedisServer;
import dev.refrain.testing.Campaign;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three gateways and one Redis, each a process of its own. */
@Timeout(3_600)
@TestInstance(Lifecycle.PER_CLASS) // starting so many processes takes time
final class FleetProcessesTest {
  private static final int EVENTS = 30;
  private static final long PAUSE_MILLIS = 50;
  private static final int JOINING_TRIES_MAX = 20;

  /** The promise is a lease and 2 s, which the simulation keeps; a busy machine may need more. */
  private static final Duration HANG_MAX = Duration.ofSeconds(15);

  private static final Duration REPLY_TIME = Duration.ofMillis(4 * EVENTS * PAUSE_MILLIS);

  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(callers).build();
  private final List<GatewayProcess> gateways = new ArrayList<>();
  private RedisServer redis;
  private int joinings;
  private CountedProvider provider;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    redis = RedisServer.start();
    provider = new CountedProvider(EVENTS, PAUSE_MILLIS);
    for (int i = 0; i < 3; i++) {
      gateways.add(new GatewayProcess(provider.url(), redis.url(), folder));
    }
    for (var gateway : gateways) {
      gateway.awaitReady();
    }
    awaitFleet();
  }

  @BeforeEach
  void startThoseThatATestHasLeftBehind() throws Exception {
    for (var gateway : gateways) {
      if (!gateway.isAlive()) {
        gateway.startAgain();
        gateway.awaitReady();
        awaitFleet();
      }
    }
  }

  /** A gateway serves before it has reached Redis, and is on its own until then. */
  private void awaitFleet() throws InterruptedException {
    for (int i = 0; i < JOINING_TRIES_MAX; i++) {
      int before = provider.calls();
      for (var gateway : gateways) {
        StreamedAnswer.of(client, gateway, "Are you there, " + joinings + "?");
      }
      joinings++;
      if (provider.calls() == before + 1) {
        return;
      }
    }
    throw new AssertionError("they never become a fleet");
  }

  @AfterAll
  void stop() throws Exception {
    gateways.forEach(GatewayProcess::close);
    provider.close();
    redis.close();
    callers.close();
  }

  private Future<StreamedAnswer> ask(GatewayProcess gateway, String question) {
    return callers.submit(
        (Callable<StreamedAnswer>) () -> StreamedAnswer.of(client, gateway, question));
  }

  @Test
  void identicalStreamsAtThreeGatewaysAreOneCall() throws Exception {
    int each = Campaign.rounds(60, 1_000);
    int before = provider.calls();
    var first = ask(gateways.getFirst(), "the same");
    Poll.until("the call", () -> provider.calls() > before);
    var asked = new ArrayList<Future<StreamedAnswer>>();
    for (int i = 0; i < each; i++) {
      for (var gateway : gateways) {
        asked.add(ask(gateway, "the same"));
      }
    }
    var leader = first.get();
    assertThat(leader.text()).isEqualTo(provider.reply(before + 1));
    var behind = new ArrayList<Double>();
    for (int i = 0; i < asked.size(); i++) {
      var answer = asked.get(i).get();
      assertThat(answer.text()).isEqualTo(leader.text());
      assertThat(answer.whole()).isTrue();
      for (int event = EVENTS / 2; i % 3 > 0 && event < EVENTS; event++) {
        long late = answer.eventNanos().get(event) - leader.eventNanos().get(event);
        behind.add(late / 1e6);
      }
    }
    assertThat(provider.calls()).isEqualTo(before + 1);
    behind.sort(null);
    System.out.printf(
        "%d callers: followers' events are %.1f ms behind the leader's (median), %.1f ms (p99)%n",
        asked.size(), behind.get(behind.size() / 2), behind.get(behind.size() * 99 / 100));
  }

  @Test
  void aLeaderWhoIsKilledCostsOneCallAndSplicesNothing() throws Exception {
    var random = new Random(1);
    for (int round = Campaign.rounds(2, 200); round > 0; round--) {
      var question = "round " + round;
      int before = provider.calls();
      var leader = gateways.get(random.nextInt(gateways.size()));
      var asked = new ArrayList<Future<StreamedAnswer>>();
      var doomed = ask(leader, question);
      Poll.until("the call", () -> provider.calls() > before);
      for (var gateway : gateways) {
        if (gateway != leader) {
          asked.add(ask(gateway, question));
          asked.add(ask(gateway, question));
        }
      }
      Thread.sleep(random.nextInt((int) (EVENTS * PAUSE_MILLIS))); // anywhere in the reply
      leader.kill();
      long killed = System.nanoTime();
      doomed.get();
      var longest = Duration.ZERO;
      for (var answer : asked) {
        longest = max(longest, assertHonest(answer.get(), before, killed));
      }
      System.out.printf(
          "killed leader %d: nobody hung for more than %d ms%n", round, longest.toMillis());
      assertThat(provider.calls() - before).isLessThanOrEqualTo(2);
      leader.startAgain();
      leader.awaitReady();
      awaitFleet();
    }
  }

  private static Duration max(Duration one, Duration other) {
    return (one.compareTo(other) > 0) ? one : other;
  }

  /** Returns how long it took, without the time in which another led the call anew. */
  private Duration assertHonest(StreamedAnswer answer, int before, long killed) {
    var text = answer.text();
    int error = text.indexOf("data: {\"error\"");
    var said = (error < 0) ? text : text.substring(0, error);
    boolean isOne =
        provider.reply(before + 1).startsWith(said) || provider.reply(before + 2).startsWith(said);
    assertThat(isOne).as("a part of one reply: " + text).isTrue();
    if (answer.whole() && error < 0) {
      assertThat(said).isIn(provider.reply(before + 1), provider.reply(before + 2));
    }
    var took = Duration.ofNanos(answer.endNanos() - killed);
    boolean isLedAnew = said.equals(provider.reply(before + 2));
    var hung = isLedAnew ? took.minus(REPLY_TIME) : took;
    assertThat(hung).isLessThan(HANG_MAX);
    return hung;
  }

  @Test
  void nothingOldAppearsWhenALeaderWakesUp() throws Exception {
    var sleeper = gateways.getFirst();
    int before = provider.calls();
    var early = ask(sleeper, "an old thing");
    Poll.until("the call", () -> provider.calls() > before);
    sleeper.freeze();
    var taken = StreamedAnswer.of(client, gateways.get(1), "an old thing");
    assertThat(taken.text()).isEqualTo(provider.reply(before + 2));
    invalidateAll(gateways.get(2));
    sleeper.thaw();
    assertThat(early.get().text()).isEqualTo(provider.reply(before + 1));
    Thread.sleep(1_000); // so long an invalidation may take to get about
    for (var gateway : gateways) {
      assertThat(StreamedAnswer.of(client, gateway, "an old thing").text())
          .isEqualTo(provider.reply(before + 3));
    }
    assertThat(provider.calls()).isEqualTo(before + 3);
  }

  private void invalidateAll(GatewayProcess gateway) throws Exception {
    var request =
        HttpRequest.newBuilder(gateway.uri("/-/api/invalidate"))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString("{\"all\":true}"))
            .build();
    var response = client.send(request, BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
  }
}
