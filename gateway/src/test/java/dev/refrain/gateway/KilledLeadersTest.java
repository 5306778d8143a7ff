package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.CountedProvider;
import dev.refrain.gateway.testing.GatewayFleet;
import dev.refrain.gateway.testing.GatewayProcess;
import dev.refrain.gateway.testing.StreamedAnswer;
import dev.refrain.testing.Campaign;
import dev.refrain.testing.Poll;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Gateways that lead are killed, while others follow them. */
@Timeout(3_600)
final class KilledLeadersTest {
  /*
   * Each lane has gateways of its own, of the one fleet. In each round, one of them leads some
   * calls that the others follow, and is killed somewhere in these replies. It is started again
   * while those who followed find out, so the next round can begin at once; and lanes do not wait
   * for each other. All random numbers come of the seed, but where in the replies a process is
   * killed is up to the machine.
   */

  private static final int KILLS = Integer.getInteger("refrain.kills", Campaign.rounds(1, 200));
  private static final int LANES = Campaign.rounds(1, 3);
  private static final int LANE_SIZE = 3;
  private static final int CALLS = 4; // led by the one who is killed
  private static final int EVENTS = 30;
  private static final int PAUSE_MILLIS = 50;
  private static final long SEED = Long.getLong("refrain.seed", 1);

  /** A lease and 2 s, within which everybody hears something unless the machine is too busy. */
  private static final Duration PROMISED = Duration.ofSeconds(5);

  private static final Duration SILENCE_MAX = Duration.ofSeconds(20);

  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(callers).build();
  private int rounds;
  private int deaths; // of calls: each was led by one who was killed before its end
  private int renewed; // calls upstream after a death
  private int late; // calls of which somebody heard nothing for longer than was promised
  private Duration longest = Duration.ZERO;

  /** A call that was led by who was killed. */
  private record Doomed(
      String question, Future<StreamedAnswer> led, List<Future<StreamedAnswer>> followed) {}

  @Test
  void aLeaderWhoIsKilledCostsOneCallAndSplicesNothing(@TempDir Path folder) throws Exception {
    try (var fleet =
        new GatewayFleet(LANES * LANE_SIZE, new CountedProvider(EVENTS, PAUSE_MILLIS), folder)) {
      var lanes = new ArrayList<Future<?>>();
      for (int lane = 0; lane < LANES; lane++) {
        var random = new Random(SEED + lane);
        var gateways = fleet.gateways().subList(lane * LANE_SIZE, (lane + 1) * LANE_SIZE);
        lanes.add(callers.submit(() -> drive(fleet.provider(), gateways, random)));
      }
      for (var lane : lanes) {
        lane.get();
      }
    } finally {
      client.close();
      callers.close();
    }
  }

  private synchronized boolean begins() {
    if (rounds == KILLS) {
      return false;
    }
    rounds++;
    return true;
  }

  private @Nullable Void drive(
      CountedProvider provider, List<GatewayProcess> gateways, Random random) throws Exception {
    while (begins()) {
      var leader = gateways.get(random.nextInt(gateways.size()));
      var doomed = new ArrayList<Doomed>();
      for (int i = 0; i < CALLS; i++) {
        doomed.add(begin(provider, leader, gateways, "call " + random.nextLong()));
      }
      Thread.sleep(random.nextInt(EVENTS * PAUSE_MILLIS)); // anywhere in the replies
      leader.kill();
      long killed = System.nanoTime();
      leader.startAgain();
      for (var call : doomed) {
        judge(provider, call, killed);
      }
      leader.awaitJoined();
      tell();
    }
    return null;
  }

  private Doomed begin(
      CountedProvider provider,
      GatewayProcess leader,
      List<GatewayProcess> gateways,
      String question)
      throws InterruptedException {
    var led = ask(leader, question);
    Poll.until("the call", () -> !provider.calls(question).isEmpty());
    var followed = new ArrayList<Future<StreamedAnswer>>();
    for (var gateway : gateways) {
      if (gateway != leader) {
        followed.add(ask(gateway, question));
        followed.add(ask(gateway, question));
      }
    }
    return new Doomed(question, led, followed);
  }

  private Future<StreamedAnswer> ask(GatewayProcess gateway, String question) {
    return callers.submit(
        (Callable<StreamedAnswer>) () -> StreamedAnswer.of(client, gateway, question));
  }

  private void judge(CountedProvider provider, Doomed doomed, long killed) throws Exception {
    var question = doomed.question;
    var silence = Duration.ZERO;
    for (var future : doomed.followed) {
      var answer = future.get();
      assertHonest(answer, provider, question);
      silence = max(silence, answer.longestSilence(killed));
    }
    var led = doomed.led.get();
    var calls = provider.calls(question);
    assertThat(provider.reply(calls.getFirst())).startsWith(led.text());
    assertThat(calls).as("calls for " + question).hasSizeLessThanOrEqualTo(2);
    assertThat(silence).as(question).isLessThan(SILENCE_MAX);
    note(!led.whole(), calls.size() - 1, silence);
  }

  private synchronized void tell() {
    System.out.printf(
        "seed %d: %d leaders killed, %d calls cut by that, %d made anew;"
            + " nobody heard nothing for more than %d ms, or for more than 5 s in %d calls%n",
        SEED, rounds, deaths, renewed, longest.toMillis(), late);
  }

  private synchronized void note(boolean died, int anew, Duration silence) {
    deaths += died ? 1 : 0;
    renewed += anew;
    longest = max(longest, silence);
    late += (silence.compareTo(PROMISED) > 0) ? 1 : 0;
  }

  private static Duration max(Duration one, Duration other) {
    return (one.compareTo(other) > 0) ? one : other;
  }

  /** What was said is of one reply, and is all of it unless it says or shows that it is not. */
  private static void assertHonest(
      StreamedAnswer answer, CountedProvider provider, String question) {
    var text = answer.text();
    int error = text.indexOf("data: {\"error\"");
    var said = (error < 0) ? text : text.substring(0, error);
    var replies = provider.calls(question).stream().map(provider::reply).toList();
    assertThat(replies).as("one has begun with " + said).anyMatch(one -> one.startsWith(said));
    if (answer.whole() && error < 0) {
      assertThat(said).isIn(replies);
    }
  }
}
