package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
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
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever comes on the express lane is answered as if there were none: the same bytes go to two
 * gateways, to one of them with a header that keeps it from learning, and the answers are compared.
 */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
final class ExpressAttackTest {
  private static final String LEARNT = "xe: trailers";
  private static final String NEVER_LEARNT = "te: trailers";
  private static final String BEARER = "authorization: Bearer sk-one";
  private static final byte[] LAST = Wire.get("/-/health", "connection: close");
  private static final String A = chat("A");
  private static final String B = chat("B, which is longer");

  private Stage lane;
  private Stage usual;

  @BeforeAll
  void set() throws Exception {
    lane = Stage.set();
    usual = Stage.set();
    for (var stage : List.of(lane, usual)) {
      stage.provider().otherwise(EACH_ITS_OWN);
      for (int loops = 0; loops < 4; loops++) {
        stage.call(on(stage, ask(A)));
        stage.call(on(stage, ask(B)));
      }
    }
  }

  @AfterAll
  void close() throws Exception {
    assertThat(usual.gateway().answeredOnExpressLane()).isZero();
    usual.close();
    lane.close();
  }

  /** Who asked what can be seen in the answer. */
  private static final Act EACH_ITS_OWN =
      exchange -> {
        exchange.readBody();
        var head = exchange.head().line() + exchange.head().get("authorization");
        var body = exchange.text().replace(NEVER_LEARNT, LEARNT);
        var id = Integer.toHexString((head + body).hashCode());
        exchange.send(Wire.json(Samples.COMPLETION.replace("chatcmpl-1", id)));
      };

  private long onLane() {
    return lane.gateway().answeredOnExpressLane();
  }

  private static byte[] ask(String body, String... more) {
    var headers = new ArrayList<>(List.of(BEARER, "content-type: application/json", LEARNT));
    headers.addAll(List.of(more));
    return Wire.post(Samples.CHAT, body, headers.toArray(String[]::new));
  }

  private byte[] on(Stage stage, byte[] bytes) {
    return stage.equals(lane)
        ? bytes
        : new String(bytes, ISO_8859_1).replace(LEARNT, NEVER_LEARNT).getBytes(ISO_8859_1);
  }

  /** A connection on one of the stages that has had its first hits. */
  private RawClient regular(Stage stage) throws IOException {
    var client = stage.client();
    assertThat(client.call(on(stage, ask(A))).isHit()).isTrue();
    return client;
  }

  /** Returns all answers until the last one on a connection. */
  private static List<String> answers(RawClient client) throws SocketTimeoutException {
    var answers = new ArrayList<String>();
    try {
      RawReply reply;
      do {
        reply = client.read();
        answers.add(withoutWhatDiffers(reply));
      } while (reply.whole() && !reply.header("connection").equals("close"));
    } catch (SocketTimeoutException e) {
      throw e; // which is no end
    } catch (IOException e) {
      answers.add("hung up");
    }
    return answers;
  }

  private static String withoutWhatDiffers(RawReply reply) {
    return (reply.head().line() + "\n" + reply.head().fields() + "\n" + reply)
        .replaceAll("(?i)refrain-request-id[=:, ]+[\\w-]+", "id")
        .replaceAll("ttl=-?\\d+", "ttl")
        .replaceAll("age[=:, ]+\\d+", "age");
  }

  private void assertSame(String what, byte[]... parts) throws Exception {
    var all = Wire.join(parts);
    assertSame(what, all, all.length);
  }

  /** Sends the same on a new connection to each, in two pieces, and compares what is answered. */
  private void assertSame(String what, byte[] bytes, int cut) throws Exception {
    try {
      var expected = answersTo(usual, bytes, cut);
      assertThat(answersTo(lane, bytes, cut)).as(what).isEqualTo(expected);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("an answer is missing, " + what, e);
    }
  }

  private List<String> answersTo(Stage stage, byte[] bytes, int cut) throws Exception {
    try (var client = regular(stage)) {
      var theirs = on(stage, bytes);
      client.send(Arrays.copyOf(theirs, cut));
      if (cut < bytes.length) {
        Thread.sleep(1); // so that it may go out by itself
        client.send(Arrays.copyOfRange(theirs, cut, bytes.length));
      }
      var answers = answers(client);
      stage.awaitCalm();
      return answers;
    }
  }

  /** What happens to one byte of a head. */
  private enum Harm {
    OTHER {
      @Override
      String at(String head, int i) {
        return with(head, i, (head.charAt(i) == 'z') ? "y" : "z");
      }
    },
    MORE {
      @Override
      String at(String head, int i) {
        return with(head, i, "z" + head.charAt(i));
      }
    },
    LESS {
      @Override
      String at(String head, int i) {
        return with(head, i, "");
      }
    },
    NUL {
      @Override
      String at(String head, int i) {
        return with(head, i, "\0");
      }
    },
    BLANK {
      @Override
      String at(String head, int i) {
        return with(head, i, " ");
      }
    },
    FOLD {
      @Override
      String at(String head, int i) {
        return with(head, i, "\r\n " + head.charAt(i));
      }
    },
    LINE {
      @Override
      String at(String head, int i) {
        return with(head, i, "\n" + head.charAt(i));
      }
    },
    HIGH {
      @Override
      String at(String head, int i) {
        return with(head, i, Character.toString(head.charAt(i) | 0x80));
      }
    },
    CASE {
      @Override
      String at(String head, int i) {
        char c = head.charAt(i);
        return with(head, i, Character.toString(Character.isLetter(c) ? c ^ 0x20 : c));
      }
    };

    abstract String at(String head, int i);

    private static String with(String head, int i, String replacement) {
      return head.substring(0, i) + replacement + head.substring(i + 1);
    }
  }

  @Test
  void aHeadThatDiffersInOneByteIsReadAsAlways() throws Exception {
    long before = onLane();
    var request = new String(ask(A), ISO_8859_1);
    int head = request.indexOf("\r\n\r\n") + 4;
    int keeper = request.indexOf(LEARNT); // must remain, or the other gateway would learn
    int untouched = LEARNT.length();
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int round = 0; round < Campaign.rounds(120, 20 * head * Harm.values().length); round++) {
      var harm = Harm.values()[random.nextInt(Harm.values().length)];
      int at = random.nextInt(head - untouched);
      at += (at < keeper) ? 0 : untouched;
      var harmed = harm.at(request, at).getBytes(ISO_8859_1);
      var what = harm + " at " + at + ", seed " + seed;
      assertSame(what, ask(B), harmed, ask(A), ask(B), LAST);
    }
    assertThat(onLane()).isGreaterThan(before + 90);
  }

  @Test
  void whereverItIsCutItIsTheSame() throws Exception {
    var all =
        Wire.join(
            ask(A),
            ask(B),
            Wire.get("/-/nothing"),
            ask(A),
            ask(chat("C")),
            Wire.post(Samples.CHAT, A, "authorization: Bearer sk-two", LEARNT),
            "\r\n".getBytes(UTF_8),
            ask(B),
            LAST);
    int step = Campaign.rounds(31, 1);
    long before = onLane();
    for (int cut = new Random().nextInt(step); cut < all.length; cut += step) {
      assertSame("cut at " + cut, all, cut);
    }
    assertThat(onLane()).isGreaterThan(before + all.length / step);
  }

  /**
   * Headers that are doubled, or of which somebody might expect something; but not {@code
   * max-age=0}, as it depends on the millisecond what that gets.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "authorization: Bearer sk-one",
        "authorization: Bearer sk-two",
        "Authorization: Bearer sk-one",
        "x-api-key: sk-two",
        "content-length: 70",
        "content-length: 71",
        "Content-Length: 5",
        "transfer-encoding: chunked",
        "Transfer-Encoding: identity",
        "expect: 100-continue",
        "connection: close",
        "connection: keep-alive",
        "connection: keep-alive, authorization",
        "connection: content-type",
        "upgrade: h2c",
        "upgrade: websocket",
        "host: other",
        "cookie: a=b",
        "refrain-namespace: n",
        "cache-tag: a, b",
        "cache-control: no-store",
        "cache-control: no-cache",
        "cache-control: max-age=1000, min-fresh=10",
        "cache-control: min-fresh=99999999",
        "cache-control: max-stale",
        "cache-control: only-if-cached",
        "cache-control: nonsense=, ,=",
        "pragma: no-cache",
        "if-none-match: *",
        "if-modified-since: Thu, 01 Jan 2037 00:00:00 GMT",
        "range: bytes=0-3",
        "accept: text/event-stream",
        "accept-encoding: gzip",
        "content-encoding: gzip",
        "content-type: text/plain",
        "openai-organization: o",
        "x-stainless-helper-method: stream",
        "helicone-cache-enabled: false",
        "cf-aig-skip-cache: true",
        "x-refrain-no-such: x"
      })
  void aFurtherHeaderMeansTheSame(String header) throws Exception {
    var asked = ask(A, header);
    assertSame("at once", asked, asked, ask(A), asked, LAST);
    for (int i = 0; i < 2; i++) { // by then its head is known
      assertSame("one by one, " + i, asked, LAST);
      assertThat(apart(lane, asked)).as("apart, %d", i).isEqualTo(apart(usual, asked));
    }
  }

  /** One after the other, on one connection, until it is closed. */
  private List<String> apart(Stage stage, byte[] request) throws Exception {
    var answers = new ArrayList<String>();
    try (var client = regular(stage)) {
      for (int i = 0; i < 3; i++) {
        client.send(on(stage, request));
        var reply = client.read();
        answers.add(withoutWhatDiffers(reply));
        if (reply.header("connection").equals("close")) {
          break;
        }
      }
    } catch (IOException e) {
      answers.add("hung up");
    }
    stage.awaitCalm();
    return answers;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[",
        "",
        "\"\"",
        "{\"model\":\"gpt-test\",\"model\":\"gpt-test\",\"messages\":[]}",
        "{\"model\":\"gpt-test\",\"messages\":[{\"role\":\"user\",\"content\":\"A\"}]} ",
        "{\"model\":\"gpt-test\",\"messages\":[{\"role\":\"user\",\"content\":\"A\"}]}x",
        "{\"messages\":[{\"content\":\"A\",\"role\":\"user\"}],\"model\":\"gpt-test\"}",
        "{\"model\":\"gpt-test\",\"messages\":[{\"role\":\"user\",\"content\":\"A\"}],\"n\":1}",
        "{\"model\":\"gpt-test\",\"messages\":[{\"role\":\"user\",\"content\":\"A\"}],"
            + "\"cache\":{\"no-cache\":true}}",
        "{\"model\":\"gpt-test\",\"messages\":[{\"role\":\"user\",\"content\":\"A\"}],"
            + "\"cache\":{\"no-store\":true}}",
        "{\"model\":\"gpt-test\",\"messages\":[{\"role\":\"user\",\"content\":\"A\"}],"
            + "\"cache\":{\"ttl\":1,\"s-maxage\":0}}",
        "{\"model\":\"gpt-test\",\"messages\":[{\"role\":\"user\",\"content\":\"A\"}],"
            + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}",
        "{\"model\":\"gpt-test\",\"messages\":[{\"role\":\"user\",\"content\":\"A\"}],"
            + "\"stream\":true}",
        "{\"model\":\"gpt-test\",\"messages\":[{\"role\":\"user\",\"content\":\"\u0000\"}]}"
      })
  void whateverTheBodySaysMeansTheSame(String body) throws Exception {
    for (int i = 0; i < 2; i++) {
      assertSame("at once, " + i, ask(body), ask(A), ask(body), ask(B), LAST);
      assertThat(apart(lane, ask(body))).as("apart, %d", i).isEqualTo(apart(usual, ask(body)));
    }
  }

  /** What is said of the length decides where the next request begins, and nothing else does. */
  @Test
  void aLengthThatIsNotTheBodysIsBelieved() throws Exception {
    var right = new String(ask(A), UTF_8);
    for (int length : new int[] {1, 10, A.length() - 1}) {
      var shorter = right.replace("content-length: " + A.length(), "content-length: " + length);
      assertSame("shorter, " + length, ask(B), shorter.getBytes(UTF_8), ask(A), LAST);
    }
    for (int more : new int[] {1, 2, 50, ask(B).length}) {
      var longer = right.replace("content-length: " + A.length(), "content-length: " + more(more));
      var rest = Wire.join(ask(B), ask(B), LAST, LAST);
      assertSame("longer, " + more, ask(B), longer.getBytes(UTF_8), rest);
    }
  }

  private static int more(int bytes) {
    return A.length() + bytes;
  }

  @Test
  void nothingIsAnsweredBehindTheLastAnswer() throws Exception {
    var close = Wire.get("/-/health", "connection: close");
    assertSame("at once", ask(A), close, ask(A), ask(B));
    var old = "GET /-/health HTTP/1.0\r\nhost: x\r\n\r\n".getBytes(UTF_8);
    assertSame("of 1.0", ask(A), old, ask(A), LAST);
    for (var stage : List.of(lane, usual)) {
      for (var last : List.of(close, old)) {
        var client = regular(stage);
        client.call(last);
        try {
          client.send(on(stage, ask(A)));
        } catch (IOException e) {
          continue; // it is closed already
        }
        assertThat(client.isHungUpOn()).isTrue();
      }
    }
  }

  @Test
  void whoSaysNoMoreBehindAHitHasHadIt() throws Exception {
    for (var stage : List.of(lane, usual)) {
      var client = regular(stage).send(on(stage, Wire.join(ask(A), ask(B))));
      assertThat(client.read().isHit()).isTrue();
      assertThat(client.read().isHit()).isTrue();
      client.endOutput();
      assertThat(client.isHungUpOn()).isTrue();
      var half = on(stage, ask(A));
      var other = regular(stage);
      other.send(new String(half, 0, half.length - 3, UTF_8)).endOutput();
      assertThat(other.isHungUpOn()).isTrue();
      Poll.until("nothing is taken", () -> stage.gateway().bodiesBytes() == 0);
    }
  }
}
