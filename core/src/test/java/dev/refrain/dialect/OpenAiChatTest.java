package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.STREAM;
import static dev.refrain.dialect.Chat.asked;
import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.resource;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Form;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OpenAiChatTest {
  private static final OpenAiChat DIALECT = OpenAiChat.DIALECT;

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/chat/completions, true",
    "GET, /v1/chat/completions, false",
    "post, /v1/chat/completions, false",
    "POST, /v1/chat/completions/, false",
    "POST, /v1/chat/completions/chatcmpl-1, false",
    "POST, /v1/completions, false",
    "POST, /chat/completions, false",
    "POST, /v1/Chat/completions, false"
  })
  void onlyTheOnePathIsSpoken(String method, String path, boolean spoken) {
    assertThat(DIALECT.speaks(method, path)).isEqualTo(spoken);
  }

  @Test
  void whoIsBilledAndWhichBetaIsOnAndWhoGuardsDecideTheAnswer() {
    assertThat(DIALECT.decidingHeaders())
        .containsExactly(
            "openai-beta",
            "openai-organization",
            "openai-project",
            "x-amzn-bedrock-guardrailidentifier",
            "x-amzn-bedrock-guardrailversion",
            "x-amzn-bedrock-trace");
  }

  @ParameterizedTest
  @CsvSource({
    "'', application/json, true",
    "'', Application/JSON ; charset=utf-8, true",
    "'', text/event-stream, false",
    "'', text/html, false",
    "'', application/jsonp, false",
    "'', '', false",
    "'''stream'':true', text/event-stream, true",
    "'''stream'':true', text/event-stream;charset=utf-8, true",
    "'''stream'':true', TEXT/EVENT-STREAM; charset=UTF-8, true",
    "'''stream'':true', application/json, false",
    "'''stream'':true,''stream_options'':{''x'':1}', text/event-stream, true"
  })
  void aReplyIsOfTheMediaTypeThatWasAskedFor(String member, String mediaType, boolean expected) {
    var asked = member.isEmpty() ? asked("m") : asked("m", member);

    assertThat(DIALECT.expects(asked, mediaType)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid_request_error",
    "401, authentication_error",
    "403, permission_error",
    "404, invalid_request_error",
    "413, invalid_request_error",
    "429, rate_limit_error",
    "500, server_error",
    "502, server_error",
    "504, server_error"
  })
  void anErrorLooksLikeOneOfOpenAi(int status, String type) {
    var error = DIALECT.error(status, "upstream_unreachable", "no \"route\"\nto host");

    assertThat(new String(error, UTF_8))
        .isEqualTo(
            "{\"error\":{\"message\":\"no \\\"route\\\"\\nto host\",\"type\":\""
                + type
                + "\",\"param\":null,\"code\":\"upstream_unreachable\"}}");
  }

  @Test
  void theTextOfAReplyIsTheSameWholeAndStreamed() {
    assertThat(OpenAiChat.answerText(Form.WHOLE, resource("openai.json")))
        .isEqualTo("Gr\u00fc\u00df Gott!\n\"Servus\" \ud83d\udc4b");
    assertThat(OpenAiChat.answerText(STREAM, resource("openai.sse")))
        .isEqualTo(OpenAiChat.answerText(Form.WHOLE, resource("openai.json")));
  }

  @Test
  void ofSeveralChoicesTheFirstIsTheText() {
    assertThat(OpenAiChat.answerText(Form.WHOLE, resource("openai-two-choices.json")))
        .isEqualTo("Heads");
    assertThat(OpenAiChat.answerText(STREAM, resource("openai-two-choices.sse")))
        .isEqualTo("Heads");
  }

  @Test
  void whatIsNoTextHasNone() {
    assertThat(OpenAiChat.answerText(Form.WHOLE, resource("openai-tools.json"))).isNull();
    assertThat(OpenAiChat.answerText(STREAM, resource("openai-refusal.sse"))).isNull();
    assertThat(OpenAiChat.answerText(Form.WHOLE, json("{'error':{}}"))).isNull();
    assertThat(OpenAiChat.answerText(Form.WHOLE, json("<html>"))).isNull();
    assertThat(OpenAiChat.answerText(STREAM, json("data: {\n\n"))).isNull();
    assertThat(OpenAiChat.answerText(STREAM, new byte[0])).isNull();
  }
}
