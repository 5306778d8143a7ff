package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.CountedProvider;
import dev.refrain.gateway.testing.CrowdProcess;
import dev.refrain.gateway.testing.CrowdProcess.Heard;
import dev.refrain.gateway.testing.GatewayFleet;
import dev.refrain.gateway.testing.GatewayProcess;
import dev.refrain.gateway.testing.StreamedAnswer;
import dev.refrain.testing.Campaign;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three gateways and one Redis, each a process of its own. */
@Timeout(600)
@TestInstance(Lifecycle.PER_CLASS) // starting so many processes takes time
final class FleetProcessesTest {
  private static final int EVENTS = Campaign.rounds(30, 200);
  private static final int PAUSE_MILLIS = Campaign.rounds(50, 100);
  private static final int CROWD = Campaign.rounds(60, 1_000); // at each gateway
  private static final int LISTENERS = 4; // of them, whose clocks count

  /** The crowd's compilers and callers are done with by then, in long campaigns at least. */
  private static final int COUNTED_FROM = EVENTS / 2;

  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(callers).build();
  private CountedProvider provider;
  private GatewayFleet fleet;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    provider = new CountedProvider(EVENTS, PAUSE_MILLIS);
    fleet = new GatewayFleet(3, provider, folder, "-XX:TieredStopAtLevel=" + Campaign.rounds(1, 4));
  }

  @AfterAll
  void stop() throws Exception {
    if (fleet != null) {
      fleet.close();
    }
    client.close();
    callers.close();
  }

  private Future<StreamedAnswer> ask(GatewayProcess gateway, String question) {
    return callers.submit(
        (Callable<StreamedAnswer>) () -> StreamedAnswer.of(client, gateway, question));
  }

  @Test
  void identicalStreamsAtThreeGatewaysAreOneCall() throws Exception {
    var question = "the same";
    try (var crowd = new CrowdProcess(question, CROWD - LISTENERS, fleet.gateways());
        var listeners = new CrowdProcess(question, LISTENERS, fleet.gateways())) {
      var first = ask(fleet.gateways().getFirst(), question);
      Poll.until("the call", () -> !provider.calls(question).isEmpty());
      crowd.go();
      listeners.go();
      listeners.awaitAboard();
      crowd.awaitAboard();
      var heard = listeners.heard();
      var reply = provider.reply(provider.calls(question).getFirst());
      assertThat(first.get().text()).isEqualTo(reply);
      assertThat(crowd.heard()).hasSize(3 * (CROWD - LISTENERS)).allMatch(all(reply));
      assertThat(heard).hasSize(3 * LISTENERS).allMatch(all(reply));
      assertThat(provider.calls(question)).hasSize(1);
      tellHowLate(heard);
    }
  }

  private static Predicate<Heard> all(String reply) {
    return heard -> heard.whole() && heard.text().equals(reply);
  }

  /** Each event is told first to one of those who listen to the leader: to him all are compared. */
  private void tellHowLate(List<Heard> heard) {
    int leader = heard.getFirst().port();
    var beside = new ArrayList<Double>();
    var behind = new ArrayList<Double>();
    for (int event = COUNTED_FROM; event < EVENTS; event++) {
      int index = event;
      long earliest =
          heard.stream()
              .filter(one -> one.port() == leader)
              .mapToLong(one -> one.eventNanos().get(index))
              .min()
              .orElseThrow();
      for (var one : heard) {
        (one.port() == leader ? beside : behind)
            .add((one.eventNanos().get(event) - earliest) / 1e6);
      }
    }
    System.out.printf(
        "%d callers: events are late at the followers by %s, at the leader itself by %s%n",
        3 * CROWD, late(behind), late(beside));
  }

  private static String late(List<Double> millis) {
    millis.sort(null);
    return "%.1f ms (median), %.1f ms (p99)"
        .formatted(millis.get(millis.size() / 2), millis.get(millis.size() * 99 / 100));
  }

  @Test
  void nothingOldAppearsWhenALeaderWakesUp() throws Exception {
    var question = "an old thing";
    var sleeper = fleet.gateways().getFirst();
    var early = ask(sleeper, question);
    Poll.until("the call", () -> provider.calls(question).size() == 1);
    sleeper.freeze();
    var taken = StreamedAnswer.of(client, fleet.gateways().get(1), question);
    assertThat(taken.text()).isEqualTo(reply(question, 2));
    invalidateAll(fleet.gateways().get(2));
    sleeper.thaw();
    assertThat(early.get().text()).isEqualTo(reply(question, 1));
    for (var gateway : fleet.gateways()) {
      gateway.awaitJoined();
      Poll.until("it has heard of the invalidation", () -> !hits(gateway, question));
    }
    for (var gateway : fleet.gateways()) {
      assertThat(StreamedAnswer.of(client, gateway, question).text()).isEqualTo(reply(question, 3));
    }
    assertThat(provider.calls(question)).hasSize(3);
  }

  private String reply(String question, int call) {
    return provider.reply(provider.calls(question).get(call - 1));
  }

  private boolean hits(GatewayProcess gateway, String question) {
    var request =
        HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
            .header("authorization", "Bearer sk-fleet")
            .header("cache-control", "only-if-cached")
            .POST(BodyPublishers.ofString(StreamedAnswer.body(question)))
            .build();
    try {
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
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
