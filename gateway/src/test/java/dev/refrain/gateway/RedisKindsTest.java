package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static dev.refrain.gateway.testing.Samples.chatStream;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.Data;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.settings.Shared;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.FakeProvider.Act;
import dev.refrain.gateway.testing.Proof;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.redis.testing.RedisCluster;
import dev.refrain.redis.testing.RedisServer;
import dev.refrain.redis.testing.RedisWithSentinels;
import dev.refrain.testing.Campaign;
import dev.refrain.testing.FreePort;
import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways that share what users have: Redis over TLS, behind Sentinel, and a cluster. */
@Timeout(180)
final class RedisKindsTest {
  private static final Pattern ANSWER = Pattern.compile("answer ([0-9]+) to (\\w+)\\.");
  private static final Pattern QUESTION = Pattern.compile("\"content\":\"(\\w+)\"");
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final int QUESTIONS = 20;

  private final AtomicInteger version = new AtomicInteger(1); // of what providers answer
  private final AtomicInteger asked = new AtomicInteger();
  private final List<Stage> stages = new ArrayList<>();
  private final AtomicInteger oldest = new AtomicInteger(); // that one may be told still

  @AfterEach
  void close() throws Exception {
    for (var stage : stages) {
      stage.close();
    }
  }

  private Stage open(String url, @Nullable Path authorities, Duration wait) throws Exception {
    var shared = new Shared(new Secret(url), "refrain", wait, authorities);
    var stage = Stage.set(setup -> setup.data(new Data(null, 0, List.of(), shared)));
    stage.provider().otherwise(answer());
    stages.add(stage);
    return stage;
  }

  private Act answer() {
    return exchange -> {
      var now = version.get();
      var question = QUESTION.matcher(new String(exchange.readBody(), UTF_8));
      var text = "answer " + now + " to " + (question.find() ? question.group(1) : "nothing") + ".";
      exchange.send(Wire.json(Samples.COMPLETION.replace("Grüße, 世界 🎶", text)));
    };
  }

  /** Asks on a connection of its own, and returns of which version the answer is. */
  private static int ask(Stage stage, String question) throws IOException {
    try (var client = RawClient.to(stage.port())) {
      var header = "Authorization: Bearer sk-mine";
      var reply = client.call(Wire.post(Samples.CHAT, chat(question), header));
      assertThat(reply.status()).as(reply.toString()).isEqualTo(200);
      var answer = ANSWER.matcher(reply.text());
      assertThat(answer.find()).as(reply.text()).isTrue();
      assertThat(answer.group(2)).isEqualTo(question);
      return Integer.parseInt(answer.group(1));
    }
  }

  private boolean isShared(Stage one, Stage other) {
    var question = "new" + asked.incrementAndGet();
    try {
      ask(one, question);
      one.awaitCalm();
      int calls = other.provider().calls();
      ask(other, question);
      return other.provider().calls() == calls;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Two that share a store share answers, invalidations, and calls that are under way. */
  private void assertAreOne(Stage one, Stage other) throws Exception {
    Poll.until("an answer is shared", () -> isShared(one, other) && isShared(other, one));
    Poll.until(
        "a call under way is shared",
        () -> isFollowed(one, other, "slow" + asked.incrementAndGet()));
    ask(one, "known");
    one.awaitCalm();
    ask(other, "known");
    version.incrementAndGet();
    Poll.until("all is invalidated", () -> isInvalidated(one));
    assertThat(ask(one, "known")).isEqualTo(version.get());
    Poll.until("the other has heard", () -> version(other, "known") == version.get());
  }

  /** Who is told that it failed, as it may while servers change their parts, says it again. */
  private static boolean isInvalidated(Stage stage) {
    try {
      stage.gateway().cache().invalidateAll();
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static int version(Stage stage, String question) {
    try {
      return ask(stage, question);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Has a stream held up in its midst, and looks whether its beginning is relayed meanwhile. */
  private static boolean isFollowed(Stage one, Stage other, String question) {
    var gate = new Gate();
    var reply = Wire.stream(Samples.events("one", "two", "three"));
    one.provider().next(Acts.halted(gate, reply, reply.length / 2));
    int calls = other.provider().calls();
    var request = Wire.post(Samples.CHAT, chatStream(question), "Authorization: Bearer sk-mine");
    try (var leader = RawClient.to(one.port());
        var follower = RawClient.to(other.port())) {
      leader.send(request);
      gate.awaitReached();
      follower.send(request);
      var head = follower.readHead();
      var in = follower.body(head);
      int first = in.read();
      gate.open();
      var told = (char) first + new String(in.readAllBytes(), UTF_8);
      return told.equals(leader.read().text()) && other.provider().calls() == calls;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      gate.open();
    }
  }

  private interface Blow {
    void fall() throws Exception;
  }

  /**
   * While others ask on, invalidates something and takes away the server that has acknowledged it
   * before the next. What was invalidated never comes back.
   */
  private void assertSurvives(Stage one, Stage other, Blow blow, BooleanSupplier isOver)
      throws Exception {
    var ended = new AtomicInteger();
    var callers = new ArrayList<Future<Integer>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (var stage : List.of(one, other)) {
          callers.add(threads.submit(() -> askOn(stage, ended, stage == one)));
        }
        Poll.until("some was asked", () -> asked.get() > 10 * QUESTIONS);
        int newest = version.incrementAndGet();
        one.gateway().cache().invalidateAll();
        oldest.set(newest);
        blow.fall();
        long struck = System.nanoTime();
        Poll.until("another server has taken over", isOver);
        long over = System.nanoTime();
        Poll.until("an answer is shared again", () -> isShared(one, other));
        long shared = System.nanoTime();
        System.out.printf(
            "taken over after %d ms, and shared again %d ms after that%n",
            (over - struck) / 1_000_000, (shared - over) / 1_000_000);
        for (int i = 0; i < QUESTIONS; i++) {
          assertThat(ask(other, "q" + i)).isEqualTo(newest);
        }
        assertAreOne(one, other);
      } finally {
        ended.set(1);
      }
      for (var caller : callers) {
        assertThat(caller.get()).as("calls").isPositive();
      }
    }
  }

  private int askOn(Stage stage, AtomicInteger ended, boolean knows) throws IOException {
    int calls = 0;
    while (ended.get() == 0) {
      int due = knows ? oldest.get() : 0;
      assertThat(ask(stage, "q" + calls % QUESTIONS)).isGreaterThanOrEqualTo(due);
      asked.incrementAndGet();
      calls++;
    }
    return calls;
  }

  @Test
  void oneOverTlsWithAPassword(@TempDir Path folder) throws Exception {
    var proof = Proof.usual(folder).tls();
    int port = FreePort.any();
    try (var server =
        RedisServer.start(
            "--tls-port", String.valueOf(port),
            "--tls-cert-file", proof.certificate().toString(),
            "--tls-key-file", proof.key().toString(),
            "--tls-ca-cert-file", proof.certificate().toString(),
            "--tls-auth-clients", "no",
            "--requirepass", "hush")) {
      var url = "rediss://:hush@localhost:" + port;
      var one = open(url, proof.certificate(), PATIENCE);
      var other = open(url, proof.certificate(), PATIENCE);
      assertAreOne(one, other);
      var careless = open(url + "?verifyPeer=NONE", null, PATIENCE);
      Poll.until("it trusts anybody", () -> isShared(one, careless));
      var careful = open(url, null, PATIENCE);
      assertThat(isShared(one, careful)).as("with whom nobody vouches for").isFalse();
      assertThat(server.ask("PING")).contains("NOAUTH");
    }
  }

  @Test
  void oneBehindSentinelsWhosePrimaryIsLost() throws Exception {
    try (var deaf = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var servers = RedisWithSentinels.start(Campaign.rounds(1, 3))) {
      var url = servers.url().replace("//", "//127.0.0.1:" + deaf.getLocalPort() + ",");
      var one = open(url, null, PATIENCE);
      var other = open(url, null, PATIENCE);
      assertAreOne(one, other);
      assertSurvives(one, other, servers.primary()::kill, servers::isFailedOver);
      if (Campaign.rounds(0, 1) > 0) { // it takes Sentinel ten seconds
        servers.primary().startAgain(); // with nothing, and as the primary that it was
        Poll.until("it is a replica", servers::isFirstPrimaryReplica);
        assertAreOne(one, other);
      }
    }
  }

  @Test
  void aClusterThatLosesAServerAtNight() throws Exception {
    try (var servers = RedisCluster.start(3)) {
      var one = open(servers.url(), null, PATIENCE);
      var other = open(servers.url(), null, PATIENCE);
      assertAreOne(one, other);
      if (Campaign.rounds(0, 1) > 0) {
        servers.addReplica();
        assertSurvives(one, other, servers.servers().getFirst()::kill, servers::isFailedOver);
      }
    }
  }
}
