package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes of a head by and by goes on as one, and what is no head goes on at once. */
final class FirstHeadTest {
  private static final ByteBufAllocator MEMORY = UnpooledByteBufAllocator.DEFAULT;
  private static final String HEAD = "POST /v1/x HTTP/1.1\r\nhost: x\r\nx-tab:\ta b\r\n\r\n";

  private final FirstHead head = new FirstHead();
  private final List<ByteBuf> sent = new ArrayList<>();

  @AfterEach
  void nothingLeaks() {
    head.drop();
    sent.forEach(bytes -> assertThat(bytes.refCnt()).isZero());
  }

  private @Nullable String add(String text) {
    var bytes = Unpooled.copiedBuffer(text, ISO_8859_1);
    sent.add(bytes);
    var let = head.add(bytes, MEMORY);
    if (let == null) {
      assertThat(head.isHeld()).isTrue();
      return null;
    }
    assertThat(head.isHeld()).isFalse();
    var all = let.toString(ISO_8859_1);
    let.release();
    return all;
  }

  @Test
  void aWholeHeadGoesOnAsItCame() {
    var bytes = Unpooled.copiedBuffer(HEAD + "and its body", ISO_8859_1);
    assertThat(head.add(bytes, MEMORY)).isSameAs(bytes);
    bytes.release();
  }

  @Test
  void aHeadThatIsCutAnywhereGoesOnAsOne() {
    for (int i = 1; i < HEAD.length(); i++) {
      for (int j = i; j < HEAD.length(); j++) {
        var next = new FirstHead();
        assertThat(next.add(bytes(HEAD.substring(0, i)), MEMORY)).isNull();
        if (i < j) {
          assertThat(next.add(bytes(HEAD.substring(i, j)), MEMORY)).isNull();
        }
        var whole = next.add(bytes(HEAD.substring(j) + "{"), MEMORY);
        assertThat(whole).isNotNull();
        assertThat(whole.toString(ISO_8859_1)).isEqualTo(HEAD + "{");
        whole.release();
      }
    }
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n", // may stand before a request
        "hello\r\n",
        "GET / HTTP/1.1 \r\n",
        "GET /\r\n",
        "PRI * HTTP/2.0\r\n",
        "GET / HTTP/1.1\n",
        "GET / HTTP/1.1\r\r",
        "GET / HTTP/1.1\r\nhost: x\n",
        "GET / HTTP/1.1\r\nhost: a\rb",
        "\u0016", // TLS
        "GET /\u0000",
        "GET /\u00e4",
        "GET /\u007f"
      })
  void whatIsNoPlainHeadGoesOnAtOnce(String text) {
    int end = text.length() - 1;
    if (end > 0) {
      assertThat(add(text.substring(0, end))).isNull();
    }
    assertThat(add(text.substring(end))).isEqualTo(text);
  }

  /** The server reads all of it before it lays its pipes. */
  @Test
  void whatFollowsGoesOnWhateverItIs() {
    var preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    int line = preface.indexOf('\n') + 1;
    assertThat(add(preface.substring(0, line - 1))).isNull();
    assertThat(add("\n")).isEqualTo(preface.substring(0, line));
    for (int i = line; i < preface.length(); i++) {
      assertThat(add(preface.substring(i, i + 1))).isEqualTo(preface.substring(i, i + 1));
    }
  }

  @Test
  void whatIsTooLongToBeHeldGoesOn() {
    assertThat(add("GET /" + "x".repeat(1019))).isNull();
    assertThat(add("x")).hasSize(1025);
  }
}
