package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static dev.refrain.gateway.testing.Samples.chatStream;
import static dev.refrain.gateway.testing.Samples.events;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Limits;
import dev.refrain.gateway.testing.Exchange;
import dev.refrain.gateway.testing.Leaks;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.RawHttp2;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Threads;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Campaign;
import dev.refrain.testing.Poll;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clients who hang up at any byte, of what they say or of what they are told, and nothing is left
 * of them: no call, no thread, no place among the connections to upstream, no buffer.
 */
@Timeout(3600)
final class HangUpCampaignTest {
  private static final int RUNS = Campaign.rounds(360, 10_000);
  private static final int RUNS_OF_HTTP2 = Campaign.rounds(120, 10_000);
  private static final int AT_ONCE = 12;
  private static final byte[] CANCEL = {0, 0, 0, 8};

  /** Fewer than the runs: one that is not given back is soon missed. */
  private static final int UPSTREAM_CONNECTIONS_MAX = 16;

  /** So long is any head of an answer, and so can be waited for. */
  private static final int ANSWER_BYTES_MIN = 150;

  private static final byte[] STREAM = Wire.stream(events("Wo", "von", "man", "nicht", "spricht"));
  private static final byte[] WHOLE = Wire.json(Samples.COMPLETION);
  private static final String STALLED = "x-stalled";
  private static final Duration CALLED_BACK_WITHIN = Duration.ofMillis(250);

  private enum Abandoned {
    FINISHED(Limits.DEFAULT.lingering(Limits.FINISH)),
    CALLED_BACK(Limits.DEFAULT.lingering(Limits.CANCEL));

    final Limits limits;

    Abandoned(Limits limits) {
      this.limits = limits;
    }
  }

  /** What is asked for. */
  private enum Kind {
    WHOLE_HIT,
    STREAM_HIT,
    WHOLE_MISS,
    STREAM_MISS,
    JOINED,
    BYPASS,
    RELAY,
    UPLOAD;

    byte[] request(int run, Random random, String... headers) {
      return switch (this) {
        case WHOLE_HIT -> Wire.post(Samples.CHAT, chat("known"));
        case STREAM_HIT -> Wire.post(Samples.CHAT, chatStream("known"));
        case WHOLE_MISS -> Wire.post(Samples.CHAT, chat("Who " + run), headers);
        case STREAM_MISS -> Wire.post(Samples.CHAT, chatStream("Who " + run), headers);
        case JOINED -> Wire.post(Samples.CHAT, chatStream("Who " + run / AT_ONCE), headers);
        case BYPASS ->
            Wire.post(Samples.CHAT, chatStream("Who"), with("cache-control: no-store", headers));
        case RELAY -> Wire.get("/v1/files", headers);
        case UPLOAD -> Wire.post("/v1/files", new byte[random.nextInt(100_000)], headers);
      };
    }

    boolean isStallable() {
      return this != WHOLE_HIT && this != STREAM_HIT;
    }

    private static String[] with(String first, String... more) {
      var all = new ArrayList<>(List.of(first));
      all.addAll(List.of(more));
      return all.toArray(String[]::new);
    }
  }

  /** When the last client of a wave left, and how long upstream then waited to be hung up on. */
  private final AtomicLong left = new AtomicLong();

  private final Queue<Duration> waits = new ConcurrentLinkedQueue<>();

  /** What upstream was asked and has answered to the end, of what may be kept. */
  private final Queue<String> answered = new ConcurrentLinkedQueue<>();

  private final Set<String> known = new HashSet<>();

  @ParameterizedTest
  @EnumSource
  void nothingIsLeftOfThem(Abandoned abandoned) throws Exception {
    try (var leaks = Leaks.watch()) {
      try (var stage =
          Stage.set(setup ->
              setup.limits(abandoned.limits).upstreamConnectionsMax(UPSTREAM_CONNECTIONS_MAX))) {
        stage.provider().otherwise(this::answer);
        assertThat(stage.chat(chat("known")).status()).isEqualTo(200);
        assertThat(stage.chat(chatStream("known")).status()).isEqualTo(200);
        for (int run = 0; run < RUNS; run += AT_ONCE) {
          wave(stage, abandoned, run);
          if (abandoned == Abandoned.FINISHED) {
            assertAllIsKeptOnce(stage);
          }
        }
        assertAllPlacesAreFree(stage);
      }
      assertThat(leaks.found()).isEmpty();
    }
    if (abandoned == Abandoned.CALLED_BACK) {
      assertCalledBackInTime(RUNS / 20);
    }
  }

  private void assertCalledBackInTime(int countMin) {
    var sorted = waits.stream().sorted().toList();
    assertThat(sorted).hasSizeGreaterThan(countMin);
    assertThat(sorted.get(sorted.size() / 2)).isLessThanOrEqualTo(CALLED_BACK_WITHIN);
  }

  /**
   * Whoever left, each answer lies there, and was asked for but once. Or will: of who left without
   * waiting, the last words may have been unread yet when nothing was under way.
   */
  private void assertAllIsKeptOnce(Stage stage) {
    for (var asked = answered.poll(); asked != null; asked = answered.poll()) {
      var question = asked;
      assertThat(known.add(question)).as("asked once: " + question).isTrue();
      Poll.until("kept: " + question, () -> isKept(stage, question));
    }
  }

  private static boolean isKept(Stage stage, String question) {
    try {
      return stage.chat(question, "cache-control: only-if-cached").isHit();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(question, e);
    }
  }

  /** The same over HTTP/2: some streams of a connection are reset, or all with their connection. */
  @ParameterizedTest
  @EnumSource
  void nothingIsLeftOfStreams(Abandoned abandoned) throws Exception {
    try (var leaks = Leaks.watch()) {
      try (var stage =
          Stage.set(setup ->
              setup.limits(abandoned.limits).upstreamConnectionsMax(UPSTREAM_CONNECTIONS_MAX))) {
        stage.provider().otherwise(this::answer);
        for (int run = 0; run < RUNS_OF_HTTP2; run += AT_ONCE) {
          waveOfStreams(stage, abandoned, run);
          if (abandoned == Abandoned.FINISHED) {
            assertAllIsKeptOnce(stage);
          }
        }
        assertAllPlacesAreFree(stage);
      }
      assertThat(leaks.found()).isEmpty();
    }
    if (abandoned == Abandoned.CALLED_BACK) {
      assertCalledBackInTime(RUNS_OF_HTTP2 / 20);
    }
  }

  private void waveOfStreams(Stage stage, Abandoned abandoned, int first) throws Exception {
    var random = new Random(first);
    var client = RawClient.to(stage.port());
    var connection = RawHttp2.on(client);
    int calls = stage.provider().calls();
    int whole = 0;
    for (int i = 0; i < AT_ONCE; i++) {
      boolean stalled = abandoned == Abandoned.CALLED_BACK && random.nextBoolean();
      var body = chatStream("Who of streams " + (first + i)).getBytes(UTF_8);
      boolean cut = random.nextInt(4) == 0;
      whole += cut ? 0 : 1;
      int stream = 2 * i + 1;
      var head =
          stalled
              ? RawHttp2.headers("POST", Samples.CHAT, STALLED, "1")
              : RawHttp2.headers("POST", Samples.CHAT);
      connection.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, stream, head);
      int length = cut ? random.nextInt(body.length) : body.length;
      connection.send(
          RawHttp2.DATA, cut ? 0 : RawHttp2.END_STREAM, stream, Arrays.copyOf(body, length));
    }
    if (random.nextInt(4) > 0) { // else some of them are never made
      stage.provider().awaitCalls(calls + whole);
    }
    left.set(System.nanoTime());
    switch (random.nextInt(3)) {
      case 0 -> client.reset();
      case 1 -> client.close();
      default -> {
        for (int i = 0; i < AT_ONCE; i++) {
          connection.send(RawHttp2.RST_STREAM, 0, 2 * i + 1, CANCEL);
        }
        awaitNothing(stage, first);
        client.close();
      }
    }
    awaitNothing(stage, first);
  }

  @Test
  void aForgottenBufferWouldBeFound() {
    try (var leaks = Leaks.watch()) {
      assertThat(leaks.found()).isEmpty();
      forget();
      assertThat(leaks.found()).contains("LEAK: ByteBuf.release() was not called");
    }
  }

  private static void forget() {
    ByteBufAllocator.DEFAULT.buffer(100).writeByte(1);
  }

  /** Some at once, one after the other; then all must be over. */
  private void wave(Stage stage, Abandoned abandoned, int first) throws Exception {
    var clients = new ArrayList<RawClient>();
    for (int run = first; run < first + AT_ONCE; run++) {
      var random = new Random(run);
      var client = RawClient.to(stage.port());
      clients.add(client);
      begin(client, abandoned, run, random);
    }
    left.set(System.nanoTime());
    for (int i = 0; i < clients.size(); i++) {
      if (i % 2 == 0) {
        clients.get(i).reset();
      } else {
        clients.get(i).close();
      }
    }
    awaitNothing(stage, first);
  }

  private static void awaitNothing(Stage stage, int first) throws InterruptedException {
    var waves = "after the runs from %d on, ".formatted(first);
    stage.awaitCalm();
    Poll.until(waves + "no call upstream", () -> stage.gateway().callsUpstream() == 0);
    Poll.until(waves + "no body", () -> stage.gateway().bodiesBytes() == 0);
    Poll.until(waves + "no reply", () -> stage.gateway().repliesBytes() == 0);
  }

  private static void begin(RawClient client, Abandoned abandoned, int run, Random random)
      throws IOException {
    var kind = Kind.values()[random.nextInt(Kind.values().length)];
    boolean shared = kind == Kind.WHOLE_MISS || kind == Kind.STREAM_MISS || kind == Kind.JOINED;
    boolean mayStall = kind.isStallable() && !(shared && abandoned == Abandoned.FINISHED);
    boolean stalled = mayStall && random.nextBoolean();
    var request = stalled ? kind.request(run, random, STALLED + ": 1") : kind.request(run, random);
    if (random.nextInt(4) == 0) {
      client.send(Arrays.copyOf(request, random.nextInt(request.length)));
    } else {
      client.send(request);
      if (!stalled && kind != Kind.JOINED) {
        int bytes = random.nextInt(ANSWER_BYTES_MIN);
        assertThat(client.in().readNBytes(bytes)).hasSize(bytes);
      }
    }
  }

  private void answer(Exchange exchange) throws IOException, InterruptedException {
    var body = new String(exchange.readBody(), UTF_8);
    var reply = body.contains("\"stream\":true") ? STREAM : WHOLE;
    if (exchange.head().get(STALLED).isEmpty()) {
      var call = "POST " + Samples.CHAT + " ";
      if (exchange.head().line().startsWith(call)
          && exchange.head().get("cache-control").isEmpty()) {
        answered.add(body);
      }
      exchange.send(reply);
      return;
    }
    exchange.send(Arrays.copyOf(reply, reply.length / 2));
    exchange.awaitHangUp();
    waits.add(Duration.ofNanos(Math.max(0, System.nanoTime() - left.get())));
    exchange.close();
  }

  /** As many calls at once as there may be connections, all of which must go through. */
  private static void assertAllPlacesAreFree(Stage stage) throws Exception {
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < UPSTREAM_CONNECTIONS_MAX; i++) {
      clients.add(stage.client().send(Wire.post(Samples.CHAT, chatStream("last " + i))));
    }
    for (var client : clients) {
      assertThat(client.read().status()).isEqualTo(200);
    }
    stage.awaitCalm();
    assertThat(stage.provider().connections()).isLessThanOrEqualTo(UPSTREAM_CONNECTIONS_MAX);
    Poll.until("no thread is left", () -> Threads.named("call", "flight").isEmpty());
  }
}
