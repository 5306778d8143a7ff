package dev.refrain.dialect;

import static dev.refrain.dialect.AnthropicTokenCount.DIALECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Reading;
import dev.refrain.Reading.Clear;
import dev.refrain.Reading.Opaque;
import dev.refrain.Reason;
import dev.refrain.Request;
import dev.refrain.Usage;
import java.security.MessageDigest;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AnthropicTokenCountTest {
  private static final String ASKED = "{'model':'m','messages':[{'role':'user','content':'Hi'}]}";

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/messages/count_tokens, true",
    "GET, /v1/messages/count_tokens, false",
    "POST, /v1/messages, false",
    "POST, /v1/messages/count_tokens/x, false"
  })
  void onlyTheOnePathIsSpoken(String method, String path, boolean spoken) {
    assertThat(DIALECT.speaks(method, path)).isEqualTo(spoken);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"'tools':[{'name':'f'}]", "'stream':true", "'system':'x'", "'thinking':null"})
  void everythingDecidesAndNothingIsAnObjection(String member) throws Exception {
    var more = ASKED.replace("}]}", "}]," + member + "}");

    assertThat(digest(more)).isNotEqualTo(digest(ASKED));
    assertThat(clear(more).facts().objections()).isEmpty();
    assertThat(clear(more).facts().form()).isEqualTo(Form.WHOLE);
    assertThat(clear(more).facts().sources()).isEmpty();
    assertThat(clear(more).facts().siblings()).isEmpty();
    assertThat(clear(more).facts().model()).isEqualTo("m");
  }

  @Test
  void whatOthersMustBeAskedForIsAnObjection() {
    var more = ASKED.replace("}]}", "}],'mcp_servers':[{'name':'x'}]}");

    assertThat(clear(more).facts().objections()).containsExactly(Reason.HOSTED_TOOLS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{'model':'m'}", "{'messages':[]}", "{'model':1,'messages':[]}"})
  void whatIsAmbiguousIsLeftToTheProvider(String body) {
    assertThat(read(body)).isEqualTo(new Opaque(Reason.UNPARSABLE));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{'input_tokens':14} | ",
        "{'input_tokens':0,'context_management':{'original_input_tokens':9}} | ",
        "{} | INVALID_JSON",
        "[14] | INVALID_JSON",
        "{'input_tokens':'14'} | INVALID_JSON",
        "{'input_tokens':-1} | INVALID_JSON",
        "{'input_tokens':1.5} | INVALID_JSON",
        "{'input_tokens':14 | INVALID_JSON",
        "{'type':'error','error':{'type':'api_error'}} | ERROR_EVENT"
      })
  void aCountIsANumber(String reply, Reason defect) {
    var verdict = DIALECT.judge(clear(ASKED).facts(), Chat.whole(reply));

    assertThat(verdict.usage()).isEqualTo(Usage.UNKNOWN);
    if (defect == null) {
      assertThat(verdict.defects()).isEmpty();
    } else {
      assertThat(verdict.defects()).containsExactly(defect);
    }
  }

  @Test
  void aCountThatIsCutAnywhereIsNone() {
    var reply = Chat.json("{'input_tokens':14}");
    for (int length = 0; length < reply.length; length++) {
      var cut = Chat.recording(Form.WHOLE, Arrays.copyOf(reply, length));
      assertThat(DIALECT.judge(clear(ASKED).facts(), cut).defects())
          .containsExactly(Reason.INVALID_JSON);
    }
  }

  @Test
  void itIsNeitherConvertedNorMeantNearly() {
    assertThat(DIALECT.convert(Chat.whole("{'input_tokens':14}"), Messages.STREAM)).isNull();
    assertThat(DIALECT.prompt(request(ASKED))).isNull();
    assertThat(DIALECT.expects(clear(ASKED).facts(), "application/json")).isTrue();
    assertThat(DIALECT.expects(clear(ASKED).facts(), "text/event-stream")).isFalse();
    assertThat(DIALECT.decidingHeaders()).contains("anthropic-beta", "anthropic-version");
  }

  private static Request request(String body) {
    return Request.post("anthropic", "/v1/messages/count_tokens", Headers.none(), Chat.json(body));
  }

  private static Reading read(String body) {
    return DIALECT.read(request(body));
  }

  private static Clear clear(String body) {
    assertThat(read(body)).as(body).isInstanceOf(Clear.class);
    return (Clear) read(body);
  }

  private static byte[] digest(String body) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    clear(body).body().addTo(digest);
    return digest.digest();
  }
}
