package dev.refrain.gateway.express;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AnswerBytesTest {
  private static AnswerBytes answer(int status, int bodyBytes) {
    return new AnswerBytes(UnpooledByteBufAllocator.DEFAULT, status, bodyBytes);
  }

  private static ByteBuffer body(String text) {
    return ByteBuffer.wrap(text.getBytes(ISO_8859_1)).asReadOnlyBuffer();
  }

  private static String text(ByteBuf bytes) {
    assertThat(bytes).isNotNull();
    var text = bytes.toString(ISO_8859_1);
    bytes.release();
    return text;
  }

  @Test
  void itIsWrittenAsHttpIs() {
    var answer = answer(200, 4);
    answer.put(AsciiString.cached("one"), "first");
    answer.put("Two", AsciiString.cached("second"));
    answer.put("three", "b\u00fc\tc");
    assertThat(text(answer.end(body("body"))))
        .isEqualTo(
            "HTTP/1.1 200 OK\r\none: first\r\nTwo: second\r\nthree: b\u00fc\tc\r\n"
                + "content-length: 4\r\n\r\nbody");
  }

  @Test
  void statusesHaveTheirNames() {
    assertThat(text(answer(203, 0).end(body(""))))
        .isEqualTo("HTTP/1.1 203 Non-Authoritative Information\r\ncontent-length: 0\r\n\r\n");
  }

  @Test
  void itIsAsLongAsItMustBe() {
    var answer = answer(200, 100_000);
    answer.put("long", "x".repeat(20_000));
    assertThat(text(answer.end(body("y".repeat(100_000)))))
        .contains("\r\nlong: " + "x".repeat(20_000) + "\r\n")
        .endsWith("\r\n\r\n" + "y".repeat(100_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nset-cookie: b", "a\nb", "a\rb", "a\0b", "a\u007fb", "a\u0130b"})
  void whatWouldEndALineWritesNothing(String text) {
    var inValue = answer(200, 4);
    inValue.put("name", text);
    assertThat(inValue.end(body("body"))).isNull();
    var inName = answer(200, 4);
    inName.put(text, "value");
    assertThat(inName.end(body("body"))).isNull();
  }
}
