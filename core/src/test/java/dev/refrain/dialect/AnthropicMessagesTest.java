package dev.refrain.dialect;

import static dev.refrain.dialect.AnthropicMessages.DIALECT;
import static dev.refrain.dialect.Messages.asked;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AnthropicMessagesTest {

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/messages, true",
    "GET, /v1/messages, false",
    "POST, /v1/messages/, false",
    "POST, /v1/messages/count_tokens, false",
    "POST, /v1/messages/batches, false",
    "POST, /v1/complete, false",
    "POST, /v1/Messages, false"
  })
  void onlyTheOnePathIsSpoken(String method, String path, boolean spoken) {
    assertThat(DIALECT.speaks(method, path)).isEqualTo(spoken);
  }

  @Test
  void versionBetasAndForWhomItIsDecideTheAnswer() {
    assertThat(DIALECT.decidingHeaders())
        .containsExactly(
            "anthropic-beta",
            "anthropic-user-profile-id",
            "anthropic-version",
            "anthropic-workspace-id");
  }

  @ParameterizedTest
  @CsvSource({
    "false, application/json, true",
    "false, application/json; charset=utf-8, true",
    "false, text/event-stream, false",
    "false, text/html, false",
    "true, text/event-stream; charset=utf-8, true",
    "true, application/json, false"
  })
  void aReplyIsOfTheMediaTypeThatWasAskedFor(boolean stream, String mediaType, boolean expected) {
    assertThat(DIALECT.expects(asked("m", "'stream':" + stream), mediaType)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid_request_error",
    "401, authentication_error",
    "402, billing_error",
    "403, permission_error",
    "404, not_found_error",
    "413, request_too_large",
    "422, invalid_request_error",
    "429, rate_limit_error",
    "500, api_error",
    "502, api_error",
    "503, overloaded_error",
    "504, timeout_error",
    "529, overloaded_error"
  })
  void anErrorLooksLikeOneOfAnthropic(int status, String type) {
    var error =
        ("{'type':'error','error':{'type':'%s','message':'no \\\"route\\\"\\nto host',"
                + "'details':{'error_code':'upstream_unreachable'}},'request_id':null}")
            .formatted(type)
            .replace('\'', '"');

    for (var dialect : new dev.refrain.Dialect[] {DIALECT, AnthropicTokenCount.DIALECT}) {
      assertThat(
              new String(
                  dialect.error(status, "upstream_unreachable", "no \"route\"\nto host"), UTF_8))
          .isEqualTo(error);
    }
  }
}
