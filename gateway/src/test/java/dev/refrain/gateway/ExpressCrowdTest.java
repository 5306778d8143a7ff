package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.FakeProvider.Act;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Campaign;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many callers at once on the express lane, some of whom mean no good. */
@Timeout(120)
final class ExpressCrowdTest {
  private static final String ID = "chatcmpl-1";
  private static final long STILL_NANOS = 500_000_000L;
  private static final int TOO_MANY = 500_000; // more than the buffers of any system hold
  private static final int MANY = Campaign.rounds(2_000, 10_000);

  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private long onLane() {
    return stage.gateway().answeredOnExpressLane();
  }

  private static byte[] ask(int caller, String question) {
    return Wire.post(Samples.CHAT, chat(question), "authorization: Bearer sk-" + caller);
  }

  private static String id(RawReply reply) {
    return reply.text().replaceAll(".*\"id\":\"([^\"]*)\".*", "$1");
  }

  private static Act saying(Function<String, String> id) {
    return exchange -> {
      exchange.readBody();
      var caller = exchange.head().get("authorization");
      exchange.send(Wire.json(Samples.COMPLETION.replace(ID, id.apply(caller))));
    };
  }

  /** Callers take turns on the connections of one process, as behind another proxy. */
  @Test
  void everyCallerGetsHisOwnAnswerWhoseverConnectionItIs() throws Exception {
    stage.provider().otherwise(saying(caller -> "of " + caller));
    long seed = new Random().nextLong();
    var random = new Random(seed);
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < 8; i++) {
      clients.add(stage.client());
    }
    for (int round = 0; round < 200; round++) {
      int place = random.nextInt(clients.size());
      if (random.nextInt(4) == 0) {
        clients.set(place, stage.client()); // which begins with what was learned last
      }
      int first = random.nextInt(5);
      int second = random.nextInt(5);
      var client = clients.get(place);
      client.send(Wire.join(ask(first, "x"), ask(first, "x"), ask(second, "x")));
      for (int caller : new int[] {first, first, second}) {
        assertThat(id(client.read())).as("seed %d", seed).isEqualTo("of Bearer sk-" + caller);
      }
    }
    assertThat(onLane()).isGreaterThan(50);
  }

  /** Whoever asks after an invalidation is told of gets nothing that was begun before it. */
  @Test
  void nothingOldIsAnsweredWhileManyAsk() throws Exception {
    var generation = new AtomicLong();
    stage.provider().otherwise(saying(caller -> "g" + generation.get()));
    var told = new AtomicLong();
    var stop = new AtomicBoolean();
    var faults = new ConcurrentLinkedQueue<String>();
    var callers = new ArrayList<Thread>();
    for (int i = 0; i < 4; i++) {
      var client = stage.client();
      callers.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (!stop.get()) {
                    long least = told.get();
                    client.send(Wire.join(ask(0, "x"), ask(0, "x")));
                    for (int answers = 0; answers < 2; answers++) {
                      long got = Long.parseLong(id(client.read()).substring(1));
                      if (got < least) {
                        faults.add("generation " + got + " after " + least);
                      }
                    }
                  }
                } catch (IOException | RuntimeException e) {
                  faults.add(e.toString());
                }
              }));
    }
    for (int i = 1; i <= 20; i++) {
      long before = onLane();
      Poll.until("hits, or a fault", () -> onLane() > before + 10 || !faults.isEmpty());
      generation.set(i);
      stage.gateway().cache().invalidateAll();
      told.set(i);
    }
    stop.set(true);
    for (var caller : callers) {
      caller.join();
    }
    assertThat(faults).isEmpty();
  }

  /** What a client does not read costs no more than what fits on the way to him. */
  @ParameterizedTest
  @ValueSource(ints = {10, 100_000, 500_000})
  void whoAsksAndNeverReadsIsNotListenedTo(int length) throws Exception {
    var reply = Samples.COMPLETION.replace(ID, "x".repeat(length));
    stage.provider().next(Wire.json(reply));
    stage.call(ask(0, "x"));
    for (int loops = 0; loops < 4; loops++) {
      stage.call(ask(0, "x"));
    }
    var request = ask(0, "x");
    try (var silent = SocketChannel.open()) {
      silent.setOption(StandardSocketOptions.SO_RCVBUF, 64 << 10);
      silent.setOption(StandardSocketOptions.SO_SNDBUF, 64 << 10);
      silent.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), stage.port()));
      silent.configureBlocking(false);
      long taken = takenOf(silent, request, TOO_MANY);
      assertThat(taken / request.length).isLessThan(TOO_MANY);
      var other = stage.client(); // is served meanwhile
      assertThat(other.call(request).isHit()).isTrue();
    }
    boolean isLarge = length > 128 << 10; // and so sent piece by piece
    assertThat(onLane() > 0).isEqualTo(!isLarge);
  }

  /** Sends requests until they are not taken for a while; returns how many bytes were. */
  private static long takenOf(SocketChannel channel, byte[] request, int times) throws Exception {
    long taken = 0;
    for (int i = 0; i < times; i++) {
      var bytes = ByteBuffer.wrap(request);
      long still = System.nanoTime();
      while (bytes.hasRemaining()) {
        int written = channel.write(bytes);
        taken += written;
        if (written > 0) {
          still = System.nanoTime();
        } else if (System.nanoTime() - still > STILL_NANOS) {
          return taken;
        } else {
          Thread.sleep(5);
        }
      }
    }
    return taken;
  }

  @Test
  void thousandsAtOnceAreAllAnswered() throws Exception {
    stage.provider().next(Wire.json(Samples.COMPLETION));
    stage.call(ask(0, "x"));
    var client = stage.client();
    var sender =
        Thread.ofVirtual()
            .start(() -> {
              try {
                for (int i = 0; i < MANY; i++) {
                  client.send(ask(0, "x"));
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    for (int i = 0; i < MANY; i++) {
      assertThat(client.read().isHit()).isTrue();
    }
    sender.join();
  }

  @Test
  void whoResetsInTheMidstOfHisAnswersLeavesNothingBehind() throws Exception {
    stage.provider().next(Wire.json(Samples.COMPLETION.replace(ID, "x".repeat(100_000))));
    stage.call(ask(0, "x"));
    for (int i = 0; i < 100; i++) {
      var client = stage.client();
      client.call(ask(0, "x"));
      for (int asked = 0; asked < 20; asked++) {
        client.send(ask(0, "x"));
      }
      client.send(new String(ask(0, "x"), UTF_8).substring(0, 99));
      client.reset();
    }
    Poll.until("nothing is taken", () -> stage.gateway().bodiesBytes() == 0);
    assertThat(stage.client().call(ask(0, "x")).isHit()).isTrue();
  }

  @Test
  void whoeverIsBeingAnsweredWhenTheGatewayStopsGetsWholeAnswers() throws Exception {
    stage.provider().next(Wire.json(Samples.COMPLETION.replace(ID, "x".repeat(20_000))));
    stage.call(ask(0, "x"));
    var faults = new ConcurrentLinkedQueue<String>();
    var answered = new AtomicLong();
    var callers = new ArrayList<Thread>();
    for (int i = 0; i < 16; i++) {
      var client = stage.client();
      callers.add(Thread.ofVirtual().start(() -> callUntilClosed(client, answered, faults)));
    }
    Poll.until("many hits", () -> answered.get() > 500);
    stage.gateway().close();
    for (var caller : callers) {
      caller.join();
    }
    assertThat(faults).isEmpty();
    assertThat(onLane()).isPositive();
  }

  private static void callUntilClosed(RawClient client, AtomicLong answered, Queue<String> faults) {
    try {
      while (true) {
        try {
          client.send(ask(0, "x"));
          client.in().mark(1);
          if (client.in().read() < 0) {
            return;
          }
          client.in().reset();
        } catch (IOException e) {
          return; // closed before anything of an answer came
        }
        var reply = client.read();
        answered.incrementAndGet();
        if (!reply.whole() || !reply.isHit()) {
          faults.add(reply.head().line() + " " + reply.body().length);
        }
        if (reply.header("connection").equals("close")) {
          return;
        }
      }
    } catch (IOException e) {
      faults.add(e.toString());
    }
  }
}
