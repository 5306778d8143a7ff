package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Proof;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However the bytes come in: one header on two lines is found, and nothing else is taken for it.
 */
@Timeout(60)
final class StrictRequestDecoderTest {
  private static final String GET = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";
  private static final String FOLDED = "GET / HTTP/1.1\r\nhost: x\r\nx: y\r\n z\r\n\r\n";
  private static final String CHUNKED =
      "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        FOLDED,
        "GET / HTTP/1.1\r\nhost: x\r\n\ty\r\n\r\n",
        "GET / HTTP/1.1\r\nhost:\r\n x\r\n\r\n",
        "GET / HTTP/1.1\r\nhost:x\r\n x\r\na:b\r\n\r\n", // as long as if it were not
        "GET / HTTP/1.1\r\nhost: x\r\n \r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nhost: x\r\n y\r\n\r\n",
        GET + FOLDED,
        "POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc" + FOLDED,
        CHUNKED + "3\r\nabc\r\n0\r\n\r\n" + FOLDED,
        CHUNKED + "3\r\nabc\r\n0\r\nx: y\r\n z\r\n\r\n",
        CHUNKED + "0\r\nx:\r\n\tz\r\n\r\n"
      })
  void aHeaderThatGoesOnInTheNextLineIsFound(String text) {
    for (int first = 0; first <= text.length(); first++) {
      for (int second = first; second <= text.length(); second++) {
        var last = read(strict(), text, first, second).getLast();
        assertThat(last).as("cut at %d and %d", first, second).startsWith("refused");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GET + GET,
        "\r\n" + GET,
        "GET / HTTP/1.1\r\nhost:   x  \r\na:b\r\nc:\r\n\r\n" + GET,
        "POST / HTTP/1.1\r\ncontent-length: 9\r\n\r\n[\r\n 1\r\n\t]" + GET,
        CHUNKED + "5\r\n\r\n a\n\r\n2\r\n b\r\n0\r\n\r\n" + GET,
        CHUNKED + "5;a=b\r\n\r\n a\n\r\n0\r\nx: y\r\nz: \r\n\r\n" + GET
      })
  void whatIsNotFoldedIsReadAsEver(String text) {
    for (int first = 0; first <= text.length(); first++) {
      for (int second = first; second <= text.length(); second++) {
        var plain = new EmbeddedChannel(new VertxHttpRequestDecoder(new Http1ServerConfig()));
        assertThat(read(strict(), text, first, second)).isEqualTo(read(plain, text, first, second));
      }
    }
  }

  @Test
  void whatFollowsIsNobodysRequest() {
    var channel = strict();
    assertThat(read(channel, FOLDED + GET, 0, 0)).containsExactly("refused GET");
    assertThat(read(channel, GET, 0, 0)).isEmpty();
  }

  @Test
  void theSecondOnAConnectionIsRefused() throws Exception {
    try (var stage = Stage.set()) {
      stage.provider().next(Wire.json(Samples.COMPLETION));
      var client = stage.client();
      assertThat(client.call(Wire.post(Samples.CHAT, Samples.chat("Who?"))).status())
          .isEqualTo(200);
      assertRefused(client);
    }
  }

  @Test
  void withTlsItIsTheSame(@TempDir Path folder) throws Exception {
    var proof = Proof.usual(folder);
    var tls = proof.tls();
    try (var stage = Stage.set(setup -> setup.tls(tls))) {
      for (boolean first : new boolean[] {true, false}) {
        var sockets = proof.trust().getSocketFactory();
        try (var client = RawClient.over(sockets.createSocket("127.0.0.1", stage.port()))) {
          if (!first) {
            assertThat(client.call(Wire.get("/-/health")).status()).isEqualTo(200);
          }
          assertRefused(client);
        }
      }
    }
  }

  private static void assertRefused(RawClient client) throws Exception {
    assertThat(client.send(FOLDED).read().status()).isEqualTo(400);
    assertThat(client.isHungUpOn()).isTrue();
  }

  private static EmbeddedChannel strict() {
    var channel = new EmbeddedChannel();
    var config = new Http1ServerConfig();
    channel.pipeline().addLast("httpDecoder", new VertxHttpRequestDecoder(config));
    StrictRequestDecoder.replaceIn(channel.pipeline(), config);
    return channel;
  }

  /** Returns in words what comes of bytes that come in three pieces. */
  private static List<String> read(EmbeddedChannel channel, String text, int first, int second) {
    for (var piece :
        List.of(text.substring(0, first), text.substring(first, second), text.substring(second))) {
      channel.writeInbound(Unpooled.copiedBuffer(piece, ISO_8859_1));
    }
    var read = new ArrayList<String>();
    for (HttpObject next = channel.readInbound(); next != null; next = channel.readInbound()) {
      read.add(told(next));
      if (next instanceof HttpContent content) {
        content.release();
      }
    }
    return read;
  }

  private static String told(HttpObject object) {
    var verdict = object.decoderResult().isSuccess() ? "" : "refused ";
    return switch (object) {
      case HttpRequest request ->
          verdict + request.method() + (verdict.isEmpty() ? request.headers().entries() : "");
      case LastHttpContent last ->
          verdict + "end " + last.content().toString(ISO_8859_1) + last.trailingHeaders().entries();
      case HttpContent content -> verdict + content.content().toString(ISO_8859_1);
      default -> throw new AssertionError(object);
    };
  }
}
