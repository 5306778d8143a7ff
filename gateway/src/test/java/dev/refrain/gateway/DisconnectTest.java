package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static dev.refrain.gateway.testing.Samples.chatStream;
import static dev.refrain.gateway.testing.Samples.events;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Limits;
import dev.refrain.gateway.settings.UpstreamTls;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.FakeProvider;
import dev.refrain.gateway.testing.Head;
import dev.refrain.gateway.testing.Leaks;
import dev.refrain.gateway.testing.Proof;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Setup;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Threads;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients who hang up. */
@Timeout(60)
final class DisconnectTest {
  private static final byte[] STREAM = Wire.stream(events("Wo", "von", "man"));
  private static final byte[] ASK = Wire.post(Samples.CHAT, chatStream("Who?"));
  private static final Limits FINISH = Limits.DEFAULT.lingering(Limits.FINISH);
  private static final Limits CANCEL = Limits.DEFAULT.lingering(Limits.CANCEL);

  /** When a client hangs up, counted in bytes that the provider has sent. */
  private enum Moment {
    BEFORE_THE_HEAD(0),
    AFTER_THE_HEAD(150),
    IN_THE_MIDDLE(STREAM.length / 2);

    final int sent;

    Moment(int sent) {
      this.sent = sent;
    }
  }

  /** How a client hangs up. */
  private enum Manner {
    BY_CLOSING,
    BY_RESET;

    void hangUp(RawClient client) throws Exception {
      if (this == BY_RESET) {
        client.reset();
      } else {
        client.close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatNobodyReadsIsFinishedAndKept(Moment moment) throws Exception {
    for (var manner : Manner.values()) {
      try (var stage = Stage.set(setup -> setup.limits(FINISH))) {
        var gate = new Gate();
        stage.provider().next(Acts.halted(gate, STREAM, moment.sent));
        var client = stage.client().send(ASK);
        gate.awaitReached();
        if (moment.sent > 0) {
          client.readHead();
        }
        manner.hangUp(client);
        gate.open();
        stage.awaitCalm();
        assertThat(stage.call(ASK).isHit()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatNobodyReadsIsCalledBackAndNotKept(Moment moment) throws Exception {
    for (var manner : Manner.values()) {
      try (var stage = Stage.set(setup -> setup.limits(CANCEL))) {
        stage.provider().next(Acts.stalled(STREAM, moment.sent));
        var client = stage.client().send(ASK);
        stage.provider().awaitCalls(1);
        if (moment.sent > 0) {
          client.readHead();
        }
        manner.hangUp(client);
        stage.provider().awaitConnections(0);

        stage.provider().next(STREAM);
        assertThat(stage.call(ASK).isHit()).isFalse();
      }
    }
  }

  /** The bound that is promised; half of the tries may be late, as others use this machine. */
  @Test
  void theProviderIsHungUpOnWithin250Millis() throws Exception {
    try (var stage = Stage.set(setup -> setup.limits(CANCEL))) {
      var waits = new ArrayList<Duration>();
      for (int i = 0; i < 9; i++) {
        var hungUp = new AtomicLong();
        stage
            .provider()
            .next(exchange -> {
              exchange.readBody();
              exchange.send(Arrays.copyOf(STREAM, Moment.AFTER_THE_HEAD.sent));
              exchange.awaitHangUp();
              hungUp.set(System.nanoTime());
              exchange.close();
            });
        var client = stage.client().send(ASK);
        client.readHead();
        long left = System.nanoTime();
        client.close();
        stage.awaitCalm();
        waits.add(Duration.ofNanos(hungUp.get() - left));
      }
      Collections.sort(waits);
      assertThat(waits.get(waits.size() / 2)).isLessThanOrEqualTo(Duration.ofMillis(250));
    }
  }

  @Test
  void whoStaysIsNotDisturbedByWhoLeaves() throws Exception {
    try (var stage = Stage.set(setup -> setup.limits(CANCEL))) {
      var gate = new Gate();
      stage.provider().next(Acts.halted(gate, STREAM, 150));
      var readers = new ArrayList<RawClient>();
      for (int i = 0; i < 6; i++) {
        readers.add(stage.client().send(ASK));
      }
      var heads = new ArrayList<Head>();
      for (var reader : readers) {
        heads.add(reader.readHead());
      }
      for (int i = 0; i < 5; i++) { // the leader among them
        Manner.values()[i % 2].hangUp(readers.get(i));
      }
      gate.open();
      var answer = readers.getLast().readBody(heads.getLast());
      assertThat(answer.text()).isEqualTo(String.join("", events("Wo", "von", "man")));
      stage.awaitCalm();
      assertThat(stage.call(ASK).isHit()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bypassed", "relayed", "relayed by GET", "relayed at length"})
  void whatIsNotSharedEndsWithItsClient(String kind) throws Exception {
    var request =
        switch (kind) {
          case "bypassed" -> Wire.post(Samples.CHAT, chat("Who?"), "cache-control: no-store");
          case "relayed" -> Wire.post("/v1/responses", "{}");
          case "relayed by GET" -> Wire.get("/v1/models");
          default -> Wire.post("/v1/files", "x".repeat(1000));
        };
    for (var moment : Moment.values()) {
      for (var manner : Manner.values()) {
        try (var stage = Stage.set()) {
          stage.provider().next(Acts.stalled(STREAM, moment.sent));
          var client = stage.client().send(request);
          stage.provider().awaitCalls(1);
          if (moment.sent > 0) {
            client.readHead();
          }
          manner.hangUp(client);
          stage.provider().awaitConnections(0);
        }
      }
    }
  }

  @Test
  void whoHangsUpWhileAskingHasAskedNothing() throws Exception {
    try (var stage = Stage.set()) {
      for (var manner : Manner.values()) {
        var client = stage.client();
        client.send(
            Wire.head("POST " + Samples.CHAT + " HTTP/1.1", "host: x", "content-length: 100"));
        client.send("{\"model\":");
        manner.hangUp(client);
      }
      var client = stage.client();
      client.send(Wire.head("POST /ask HTTP/1.1", "host: x", "content-length: 100"));
      client.endOutput();
      assertThat(client.isHungUpOn()).isTrue();
      assertThat(stage.call(Wire.get("/-/health")).status()).isEqualTo(200);
      assertThat(stage.provider().calls()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whoHangsUpWhileAskingGivesBackWhatHisBodyTook(Manner manner) throws Exception {
    try (var leaks = Leaks.watch()) {
      try (var stage = Stage.set()) {
        for (var path : new String[] {Samples.CHAT, "/ask"}) {
          for (int size : new int[] {10, 200_000}) { // of which the large one is not on the heap
            var client = stage.client();
            var length = "content-length: 1000000";
            client.send(Wire.head("POST " + path + " HTTP/1.1", "host: x", length));
            client.send("x".repeat(size));
            Poll.until("a part of it", () -> stage.gateway().bodiesBytes() >= size);
            manner.hangUp(client);
            Poll.until("nothing of it", () -> stage.gateway().bodiesBytes() == 0);
          }
        }
      }
      assertThat(leaks.found()).isEmpty();
    }
  }

  /** Of a body that turned out to be too large, and of which upstream takes nothing. */
  @ParameterizedTest
  @EnumSource
  void whoHangsUpWhileTheBeginningIsSentLeavesNothingOfIt(Manner manner) throws Exception {
    int most = 24 << 20; // and so more than the system takes
    var gate = new Gate();
    var limits = new Limits(most, 1 << 20, 10, Duration.ofMinutes(1), Limits.CANCEL);
    try (var leaks = Leaks.watch()) {
      try (var stage = Stage.set(setup -> setup.limits(limits))) {
        stage.provider().next(exchange -> gate.pass());
        var client = stage.client();
        client.send(
            Wire.head(
                "POST " + Samples.CHAT + " HTTP/1.1", "host: x", "transfer-encoding: chunked"));
        client.send(Wire.chunk(new byte[most + 1]));
        gate.awaitReached();
        assertThat(stage.gateway().bodiesBytes()).isPositive();
        manner.hangUp(client);
        Poll.until("nothing of it", () -> stage.gateway().bodiesBytes() == 0);
        gate.open();
      }
      assertThat(leaks.found()).isEmpty();
    }
  }

  /** Nobody can tell a client who only shuts his own side from one who is gone. */
  @ParameterizedTest
  @ValueSource(strings = {"/v1/chat/completions", "/v1/files"})
  void whoShutsHisSideIsGone(String path) throws Exception {
    try (var stage = Stage.set(setup -> setup.limits(CANCEL))) {
      stage.provider().next(Acts.stalled(STREAM, 0));
      var client = stage.client().send(Wire.post(path, chatStream("Who?")));
      stage.provider().awaitCalls(1);
      client.endOutput();
      assertThat(client.isHungUpOn()).isTrue();
      stage.provider().awaitConnections(0);
      assertThat(stage.call(Wire.get("/-/health")).status()).isEqualTo(200);
    }
  }

  @Test
  void noThreadAndNoConnectionIsLeftOver() throws Exception {
    try (var stage = Stage.set(setup -> setup.limits(CANCEL))) {
      stage.provider().otherwise(Acts.stalled(STREAM, STREAM.length / 2));
      var first = stage.client().send(ASK);
      first.readHead();
      assertThat(Threads.named("call", "flight")).containsExactlyInAnyOrder("call", "flight");
      first.close();
      for (int i = 0; i < 50; i++) {
        var client = stage.client().send(Wire.post(Samples.CHAT, chatStream("Who " + i + "?")));
        if (i % 2 == 0) {
          client.readHead();
        }
        Manner.values()[i / 2 % 2].hangUp(client);
      }
      stage.awaitCalm();
      stage.provider().awaitConnections(0);
      Poll.until("no thread is left", () -> Threads.named("call", "flight").isEmpty());
    }
  }

  /** What went wrong before there was a connection must not keep the one that is found then. */
  @ParameterizedTest
  @EnumSource
  void whoBreaksOffAnUploadWhileItWaitsForAConnectionTakesNone(Manner manner, @TempDir Path folder)
      throws Exception {
    var proof = Proof.usual(folder);
    var gate = new Gate();
    try (var late = FakeProvider.behindTls(proof.show(), gate);
        var stage = Stage.set(oneCallTo(late, proof, Limits.FINISH))) {
      var upload = Wire.post("/late/v1/files", new byte[100_000]);
      var client = stage.client().send(Arrays.copyOf(upload, upload.length / 2));
      gate.awaitReached();
      manner.hangUp(client);
      for (int loop = 0; loop < 8; loop++) { // each event loop has heard of it then
        assertThat(stage.client().send(Wire.get("/-/health")).read().status()).isEqualTo(200);
      }
      Poll.until("its place is free", () -> stage.gateway().callsUpstream() == 0);
      gate.open();
      late.next(Wire.json("{}"));
      assertThat(stage.call(Wire.get("/late/v1/files")).status()).isEqualTo(200);
      assertThat(late.calls()).isEqualTo(1);
    }
  }

  /** Nobody pays for what nobody waits for, and the connection that was found is for others. */
  @Test
  void aCallThatIsCalledBackWhileItWaitsForAConnectionIsNeverMade(@TempDir Path folder)
      throws Exception {
    var proof = Proof.usual(folder);
    var gate = new Gate();
    try (var late = FakeProvider.behindTls(proof.show(), gate);
        var stage = Stage.set(oneCallTo(late, proof, Limits.CANCEL))) {
      var client = stage.client().send(Wire.post("/late" + Samples.CHAT, chatStream("Who?")));
      gate.awaitReached();
      client.close();
      Poll.until("it is called back", () -> stage.gateway().callsUpstream() == 0);
      gate.open();
      late.next(Wire.json("{}"));
      assertThat(stage.call(Wire.get("/late/v1/files")).status()).isEqualTo(200);
      assertThat(late.calls()).isEqualTo(1);
    }
  }

  /** With one call at a time there is one connection at a time, for which others have to wait. */
  private static UnaryOperator<Setup> oneCallTo(FakeProvider late, Proof proof, Duration linger)
      throws Exception {
    var trusting = new UpstreamTls(proof.tls().certificate(), null);
    var url = URI.create("https://127.0.0.1:" + late.url().getPort());
    var limits = new Limits(1 << 20, 1 << 20, 1, Duration.ofMinutes(1), linger);
    return setup -> setup.privateUpstream("late", url, false, trusting).limits(limits);
  }
}
