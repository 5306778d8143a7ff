package dev.refrain.dialect;

import static dev.refrain.dialect.Responses.asked;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Dialect;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OpenAiResponsesTest {
  private static final OpenAiResponses DIALECT = OpenAiResponses.DIALECT;

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/responses, openai-responses",
    "POST, /v1/completions, openai-completions",
    "POST, /v1/moderations, openai-moderations",
    "POST, /v1/chat/completions, openai-chat",
    "GET, /v1/responses, ''",
    "POST, /v1/responses/resp_1/cancel, ''",
    "POST, /v1/responses/input_tokens, ''",
    "POST, /v1/responses/, ''",
    "POST, /responses, ''",
    "GET, /v1/responses/resp_1, ''",
    "GET, /v1/chat/completions, ''",
    "POST, /v1/conversations, ''"
  })
  void aPathIsSpokenByOneDialectOrNone(String method, String path, String name) {
    assertThat(
            Dialects.ALL.stream()
                .filter(dialect -> dialect.speaks(method, path))
                .map(Dialect::name)
                .filter(speaker -> speaker.startsWith("openai")))
        .containsExactlyElementsOf(name.isEmpty() ? List.of() : List.of(name));
  }

  @Test
  void noTwoDialectsHaveTheSameName() {
    var names = Dialects.ALL.stream().map(Dialect::name).toList();

    assertThat(new HashSet<>(names)).hasSameSizeAs(names);
  }

  @Test
  void theSameDecidesTheAnswerAsOfChats() {
    for (var dialect :
        new Dialect[] {DIALECT, OpenAiCompletions.DIALECT, OpenAiModerations.DIALECT}) {
      assertThat(dialect.decidingHeaders()).isEqualTo(OpenAiChat.DIALECT.decidingHeaders());
    }
  }

  @Test
  void aReplyIsOfTheMediaTypeThatWasAskedFor() {
    assertThat(DIALECT.expects(asked(), "application/json")).isTrue();
    assertThat(DIALECT.expects(asked(), "text/event-stream")).isFalse();
    assertThat(DIALECT.expects(asked("'stream':true"), "text/event-stream")).isTrue();
    assertThat(DIALECT.expects(asked("'stream':true"), "application/json")).isFalse();
  }

  @Test
  void anErrorLooksLikeOneOfOpenAi() {
    assertThat(new String(DIALECT.error(503, "overloaded", "later"), UTF_8))
        .isEqualTo(
            "{\"error\":{\"message\":\"later\",\"type\":\"server_error\","
                + "\"param\":null,\"code\":\"overloaded\"}}");
  }
}
