package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.json.Json;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventTailTest {
  private final EventTail tail = new EventTail();

  @ParameterizedTest
  @ValueSource(strings = {"", "data: a\n\n", "data: a\r\n\r\n", "data: a\n\ndata: b\n\n", "\n\n"})
  void anErrorMayFollowWholeEvents(String sent) {
    see(sent);
    assertThat(tail.isBetweenEvents()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"d", "data: a", "data: a\n", "data: a\r\n", "data: a\n\nd", "\r\n"})
  void nothingMayFollowAPartOfAnEvent(String sent) {
    see(sent);
    assertThat(tail.isBetweenEvents()).isFalse();
  }

  @Test
  void chunksMayEndAnywhere() {
    for (var chunk : "data: a\r\n\r\n".split("", -1)) {
      see(chunk);
    }
    assertThat(tail.isBetweenEvents()).isTrue();
  }

  @Test
  void eachVendorsClientsKnowTheErrorEvent() throws Exception {
    var openAi = new String(ErrorStyle.OPENAI.event(502, "lost", "It is lost."), UTF_8);
    assertThat(openAi).startsWith("data: {").endsWith("}\n\n");
    assertThat(Json.parse(openAi.substring(6).strip().getBytes(UTF_8))).isNotNull();
    var anthropic = new String(ErrorStyle.ANTHROPIC.event(502, "lost", "It is lost."), UTF_8);
    assertThat(anthropic).startsWith("event: error\ndata: {\"type\":\"error\"").endsWith("}\n\n");
  }

  private void see(String chunk) {
    tail.see(ByteBuffer.wrap(chunk.getBytes(UTF_8)));
  }
}
