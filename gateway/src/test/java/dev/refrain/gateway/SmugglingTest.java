package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where two readers of the same bytes might see different requests, there is no request: it is
 * refused and its connection closed. What is accepted goes up written anew, so that upstream sees
 * what the gateway saw.
 */
@Timeout(60)
@SuppressWarnings("InlineFormatString") // what is smuggled is said once, where one reads first
final class SmugglingTest {
  private static final String SMUGGLED = "GET /v1/smuggled/%d HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n";

  /** Headers and bodies of requests by POST. */
  private static final List<String> BODIES =
      List.of(
          // two lengths
          "content-length: 5\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\ncontent-length: 5\\r\\n\\r\\n0\\r\\n\\r\\n",
          "content-length: 5\\r\\nTransfer-Encoding:\\tchunked\\r\\n\\r\\n0\\r\\n\\r\\n",
          "content-length: 5\\r\\ncontent-length: 6\\r\\n\\r\\nabcde",
          "content-length: 5\\r\\nContent-Length: 0\\r\\n\\r\\nabcde",
          "content-length: 5, 6\\r\\n\\r\\nabcde",
          "content-length: 5\\r\\ncontent-length: 5\\r\\n\\r\\nabcde",
          "content-length: 5, 5\\r\\n\\r\\nabcde",
          // no length
          "content-length: +5\\r\\n\\r\\nabcde",
          "content-length: -5\\r\\n\\r\\nabcde",
          "content-length: 0x5\\r\\n\\r\\nabcde",
          "content-length: 5 5\\r\\n\\r\\nabcde",
          "content-length: 5.0\\r\\n\\r\\nabcde",
          "content-length: 1e1\\r\\n\\r\\nabcde",
          "content-length: 99999999999999999999\\r\\n\\r\\nabcde",
          "content-length:\\r\\n\\r\\nabcde",
          "content-length: ٥\\r\\n\\r\\nabcde",
          // an encoding of which not all know the end
          "transfer-encoding: gzip, chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: identity\\r\\n\\r\\n",
          "transfer-encoding: gzip\\r\\n\\r\\n",
          "transfer-encoding: chunked, gzip\\r\\n\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked, identity\\r\\n\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: xchunked\\r\\n\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunkedx\\r\\n\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\ntransfer-encoding: identity\\r\\n\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\ntransfer-encoding: x\\r\\n\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: \"chunked\"\\r\\n\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked;q=1\\r\\n\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: \\x0bchunked\\r\\n\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding:\\r\\n\\r\\n0\\r\\n\\r\\n",
          // headers that are none
          "transfer-encoding : chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
          "content-length : 5\\r\\n\\r\\nabcde",
          "transfer\\x00-encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding\\x00: chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
          ": x\\r\\n\\r\\n",
          "x\\r\\n\\r\\n",
          "a,b: c\\r\\n\\r\\n",
          "x: a\\x00b\\r\\n\\r\\n",
          "x: a\\x0bb\\r\\n\\r\\n",
          "x: a\\x0cb\\r\\n\\r\\n",
          // headers that go on in the next line
          "x: y\\r\\n content-length: 5\\r\\n\\r\\n",
          "x: y\\r\\n\\tz\\r\\n\\r\\n",
          "x:\\r\\n y\\r\\n\\r\\n",
          "x:y\\r\\n z\\r\\n\\r\\n",
          "x: y\\r\\n \\r\\n\\r\\n",
          "transfer-encoding:\\r\\n chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
          "content-length: 5\\r\\nx: y\\r\\n  z\\r\\n\\r\\nabcde",
          "transfer-encoding: chunked\\r\\n\\r\\n5\\r\\nabcde\\r\\n0\\r\\nx: y\\r\\n z\\r\\n\\r\\n",
          // lines that end in two places
          "x: y\\ntransfer-encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
          "x: y\\rtransfer-encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
          "x: y\\r\\r\\n\\r\\n",
          "x: y\\n\\n",
          "x: y\\r\\n\\n",
          // chunks of which two would read different things
          "transfer-encoding: chunked\\r\\n\\r\\n0x5\\r\\nabcde\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\n\\r\\n+5\\r\\nabcde\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\n\\r\\n-5\\r\\nabcde\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\n\\r\\n5 5\\r\\nabcde\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\n\\r\\n 5\\r\\nabcde\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\n\\r\\n\\r\\nabcde\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\n\\r\\n5_0\\r\\nabcde\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\n\\r\\nFFFFFFFFFFFFFFFFF\\r\\nabcde\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\n\\r\\n100000005\\r\\nabcde\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\n\\r\\n5\\nabcde\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\n\\r\\n5\\r\\nabcde\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\n\\r\\n5\\r\\nabcdef\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\n\\r\\n5;a\\nb\\r\\nabcde\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\n\\r\\n5;a\\rb\\r\\nabcde\\r\\n0\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\n\\r\\n5\\r\\nabcde\\r\\n0\\n\\n",
          "transfer-encoding: chunked\\r\\n\\r\\n5\\r\\nabcde\\r\\n0\\r\\nx y: z\\r\\n\\r\\n",
          "transfer-encoding: chunked\\r\\n\\r\\n5\\r\\nabcde\\r\\n0\\r\\nx\\n\\r\\n");

  private static final List<String> LINES =
      List.of(
          "POST /v1/files HTTP/1.0\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
          "POST /v1/files HTTP/1.1\\nhost: x\\n\\n",
          "POST /v1/files HTTP/1.1 x\\r\\nhost: x\\r\\n\\r\\n",
          "POST /v1/files x HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n",
          "POST /v1/fi\\rles HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n",
          "POST /v1/fi\\x00les HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n",
          "PO(ST /v1/files HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n",
          "PO\\x00ST /v1/files HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n",
          "POST /v1/files HTTP/1.2\\r\\nhost: x\\r\\n\\r\\n",
          "POST /v1/files HTTP/2.0\\r\\nhost: x\\r\\n\\r\\n",
          "POST /v1/files HTTP/0.9\\r\\nhost: x\\r\\n\\r\\n",
          "POST /v1/files http/1.1\\r\\nhost: x\\r\\n\\r\\n",
          "POST /v1/files HTTP/1.10\\r\\nhost: x\\r\\n\\r\\n",
          "GET /v1/files\\r\\n\\r\\n",
          "POST\\r\\n /v1/files HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n",
          "POST /v1/files\\r\\n HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n",
          " \\r\\nPOST /v1/files HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n",
          "\\x16\\x03\\x01\\x00\\x05hello\\r\\n\\r\\n");

  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
    stage
        .provider()
        .otherwise(exchange -> {
          assertThat(exchange.head().line()).doesNotContain("smuggled");
          Acts.reply(Wire.reply(200, "")).play(exchange);
        });
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void whatCanBeReadInTwoWaysIsRefused() throws Exception {
    var requests = new ArrayList<String>();
    for (var path : new String[] {"/v1/files", Samples.CHAT, "/ask"}) {
      for (var body : BODIES) {
        requests.add("POST " + path + " HTTP/1.1\\r\\nhost: x\\r\\n" + body);
      }
    }
    assertRefused(requests);
  }

  @Test
  void aLineThatIsNoRequestIsRefused() throws Exception {
    assertRefused(LINES);
  }

  /** All at once, as each refusal leaves its client some time to read it. */
  private void assertRefused(List<String> requests) throws Exception {
    var clients = new ArrayList<RawClient>();
    for (int i = 0; i < requests.size(); i++) {
      clients.add(stage.client().send(bytes(requests.get(i) + SMUGGLED.formatted(i))));
    }
    var accepted = new ArrayList<String>();
    for (int i = 0; i < clients.size(); i++) {
      int status = clients.get(i).read().status();
      if ((status != 400 && status != 501) || !clients.get(i).isHungUpOn()) {
        accepted.add(status + " " + requests.get(i));
      }
    }
    assertThat(accepted).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "content-length: 5\\r\\n\\r\\nabcde | abcde",
        "content-length: 5\\r\\n\\r\\n[\\r\\n 7 | '[\\r\\n 7'",
        "content-length: 005\\r\\n\\r\\nabcde | abcde",
        "Content-LENGTH:5   \\r\\n\\r\\nabcde | abcde",
        "transfer-encoding: CHUNKED\\r\\n\\r\\n5\\r\\nabcde\\r\\n0\\r\\n\\r\\n | abcde",
        "transfer-encoding: chunked\\r\\n\\r\\n5;a=b\\r\\nabcde\\r\\n0;x=\"y\"\\r\\n\\r\\n | abcde",
        "transfer-encoding: chunked\\r\\n\\r\\n0005\\r\\nabcde\\r\\n000\\r\\n\\r\\n | abcde",
        "transfer-encoding: chunked\\r\\n\\r\\n5\\r\\nabcde\\r\\n0\\r\\nx: y\\r\\n\\r\\n | abcde",
        "x: y\\r\\n\\r\\n | ''"
      })
  void whatIsAcceptedGoesUpWrittenAnew(String headersAndBody, String body) throws Exception {
    var request = " POST\\t /v1/files  HTTP/1.1\\r\\nhost: x\\r\\n" + headersAndBody;
    var client = stage.client().send(Wire.join(bytes(request), Wire.get("/v1/next")));
    assertThat(client.read().status()).isEqualTo(200);
    assertThat(client.read().status()).isEqualTo(200);

    var call = stage.provider().call(0);
    assertThat(call.head().line()).isEqualTo("POST /v1/files HTTP/1.1");
    assertThat(call.readBody()).isEqualTo(bytes(body));
    boolean chunked = headersAndBody.startsWith("transfer");
    assertThat(call.head().all("transfer-encoding")).hasSize(chunked ? 1 : 0);
    assertThat(call.head().all("content-length"))
        .containsExactly(chunked || body.isEmpty() ? new String[0] : new String[] {"5"});
    assertThat(stage.provider().call(1).head().line()).isEqualTo("GET /v1/next HTTP/1.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\\r\\ncontent-length: 5\\r\\ncontent-length: 6\\r\\n\\r\\nabcdef",
        "HTTP/1.1 200 OK\\r\\ncontent-length: 3\\r\\ntransfer-encoding: chunked\\r\\n\\r\\n0"
            + "\\r\\n\\r\\n",
        "HTTP/1.1 200 OK\\r\\ncontent-length: x\\r\\n\\r\\n",
        "HTTP/1.1 200 OK\\r\\nx: a\\x00b\\r\\ncontent-length: 0\\r\\n\\r\\n",
        "HTTP/1.1 200 OK\\nx: a\\n\\n",
        "HTTP/1.1 2x0 OK\\r\\ncontent-length: 0\\r\\n\\r\\n",
        "HTTP/2.0 200 OK\\r\\ncontent-length: 0\\r\\n\\r\\n",
        "nonsense\\r\\n\\r\\n"
      })
  void anUpstreamThatCanBeReadInTwoWaysIsNotPassedOn(String reply) throws Exception {
    for (var path : new String[] {"/v1/files", Samples.CHAT}) {
      stage
          .provider()
          .next(exchange -> {
            exchange.readBody();
            exchange.send(bytes(reply));
            exchange.awaitHangUp();
            exchange.close();
          });
      assertThat(stage.call(Wire.post(path, "{}")).status()).isEqualTo(502);
    }
  }

  /** What is written after a reply is nobody's. */
  @ParameterizedTest
  @ValueSource(
      strings = {"HTTP/1.1 200 OK\\r\\ncontent-length: 4\\r\\n\\r\\nevil", "junk\\r\\n\\r\\n"})
  void whatUpstreamSaysUnaskedIsNotTheNextOnesReply(String more) throws Exception {
    stage.provider().next(Wire.join(Wire.reply(200, "mine"), bytes(more)));
    assertThat(stage.call(Wire.get("/v1/files")).text()).isEqualTo("mine");
    stage.provider().awaitConnections(0);
    stage.provider().next(Wire.reply(200, "yours"));
    assertThat(stage.call(Wire.get("/v1/files")).text()).isEqualTo("yours");
  }

  /** The control characters are written as in Java, so that they can be seen in a report. */
  private static byte[] bytes(String text) {
    var bytes = text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t");
    for (int control : new int[] {0x00, 0x01, 0x03, 0x05, 0x0b, 0x0c, 0x16}) {
      bytes = bytes.replace("\\x%02x".formatted(control), Character.toString(control));
    }
    return bytes.getBytes(UTF_8);
  }
}
