package dev.refrain.gateway.express;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.express.KnownHead.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KnownHeadTest {
  private static final String BEFORE = "POST /v1/x?y=1 HTTP/1.1\r\nHost: a\r\nContent-Length: ";
  private static final String AFTER = "\r\nX-Name: b\u00fc\r\n\r\n";

  private static MultiMap headers(String... namesAndValues) {
    var headers = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }

  private static KnownHead head() {
    var headers = headers("Host", "a", "Content-Length", "7", "X-Name", "b\u00fc");
    var head = KnownHead.of("POST", "/v1/x?y=1", headers);
    assertThat(head).isNotNull();
    return head;
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, ISO_8859_1);
  }

  @Test
  void aHeadIsFoundAgainWhateverTheLengthOfItsBody() {
    for (int length : new int[] {1, 7, 10, 65_536, 9_999_999}) {
      var text = BEFORE + length + AFTER;
      assertThat(head().frame(bytes(text))).isEqualTo(new Frame(text.length(), length));
      assertThat(head().frame(bytes(text + "body"))).isEqualTo(new Frame(text.length(), length));
    }
  }

  @Test
  void itIsFoundWhereReadingBegins() {
    var text = BEFORE + 7 + AFTER;
    var later = bytes("before" + text).skipBytes(6);
    assertThat(head().frame(later)).isEqualTo(new Frame(text.length(), 7));
  }

  @Test
  void aPartOfAHeadIsNone() {
    var text = BEFORE + 12 + AFTER;
    for (int length = 0; length < text.length(); length++) {
      assertThat(head().frame(bytes(text.substring(0, length)))).as("%d", length).isNull();
    }
  }

  @Test
  void aHeadWithAnyOtherByteIsNone() {
    var text = BEFORE + 12 + AFTER;
    for (int i = 0; i < text.length(); i++) {
      var other = new StringBuilder(text);
      other.setCharAt(i, (text.charAt(i) == 'z') ? 'y' : 'z');
      assertThat(head().frame(bytes(other.toString()))).as("%d", i).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "00",
        "07",
        "-7",
        "+7",
        " 7",
        "7 ",
        "7,7",
        "0x7",
        "7.",
        "99999999",
        "7\r\n",
        "\t7"
      })
  void aLengthThatIsNoPlainNumberIsForOthersToRead(String length) {
    assertThat(head().frame(bytes(BEFORE + length + AFTER))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "Transfer-Encoding, chunked",
    "Expect, 100-continue",
    "Upgrade, websocket",
    "HTTP2-Settings, AAMAAABkAAQAoAAAAAIAAAAA",
    "Connection, close",
    "connection, 'keep-alive, te'",
    "TE, trailers",
    "Trailer, x-sum",
    "content-length, 7",
    "x, 'a\nb'",
    "x, 'a\rb'",
    "x, a\u0100b"
  })
  void whatMayMeanMoreIsNeverKnown(String name, String value) {
    assertThat(KnownHead.of("POST", "/", headers("Content-Length", "7", name, value))).isNull();
    assertThat(KnownHead.of("POST", "/", headers(name, value, "Content-Length", "7"))).isNull();
  }

  @Test
  void whatHasNoLengthIsNeverKnown() {
    assertThat(KnownHead.of("POST", "/", headers("Host", "a"))).isNull();
  }

  @Test
  void whatIsTooLongIsNeverKnown() {
    var headers = headers("Content-Length", "7", "x", "y".repeat(5_000));
    assertThat(KnownHead.of("POST", "/", headers)).isNull();
    assertThat(KnownHead.of("POST", "/" + "y".repeat(5_000), headers("Content-Length", "7")))
        .isNull();
  }

  @Test
  void aConnectionThatIsKeptIsThePlainCase() {
    assertThat(
            KnownHead.of("POST", "/", headers("Content-Length", "7", "Connection", "Keep-Alive")))
        .isNotNull();
  }
}
