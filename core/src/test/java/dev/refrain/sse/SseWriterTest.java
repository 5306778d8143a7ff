package dev.refrain.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SseWriterTest {

  @Test
  void anEventIsItsTypeItsDataAndABlankLine() {
    assertThat(SseWriter.event("done", "{}".getBytes(UTF_8)))
        .asString(UTF_8)
        .isEqualTo("event: done\ndata: {}\n\n");
    assertThat(SseWriter.event("[DONE]".getBytes(UTF_8)))
        .asString(UTF_8)
        .isEqualTo("data: [DONE]\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a", " a", "caf\u00e9", "a\nb", "\n", "a\n", "\n\na", ": a"})
  void whatIsWrittenIsReadAgain(String data) throws Exception {
    byte[] stream = SseWriter.event("type", data.getBytes(UTF_8));

    assertThat(SseReader.readAll(stream)).containsExactly(SseModel.event("type", data, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\rb", "a\r\nb"})
  void aCarriageReturnCannotBringInALineOfItsOwn(String data) throws Exception {
    assertThat(SseReader.readAll(SseWriter.event(data.getBytes(UTF_8))))
        .containsExactly(SseModel.event("message", "a\nb", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rdata: b"})
  void aTypeIsOneLine(String type) {
    assertThatThrownBy(() -> SseWriter.event(type, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
