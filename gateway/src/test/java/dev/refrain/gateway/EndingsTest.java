package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.anthropic.models.messages.StopReason;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.completions.CompletionChoice;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseStatus;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.ChatReply;
import dev.refrain.gateway.testing.MessageReply;
import dev.refrain.gateway.testing.ResponseReply;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * However an answer ends, it comes to the byte as it was said, and only what is whole and good is
 * given again. The endings are all that the vendors' own clients know, so that a new one is missed.
 */
@Timeout(120)
final class EndingsTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String COMPLETIONS = "/v1/completions";
  private static final String RESPONSES = "/v1/responses";
  private static final String MESSAGES = "/v1/messages";

  private static final String COMPLETION =
      """
      {"id":"cmpl-1","object":"text_completion","created":1756315696,"model":"m","choices":[\
      {"index":0,"text":" upon a time","logprobs":null,"finish_reason":"stop"}]}\
      """;

  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @ParameterizedTest
  @EnumSource
  void ofAChat(ChatCompletion.Choice.FinishReason.Known ending) throws Exception {
    boolean kept =
        switch (ending) {
          case STOP -> true;
          case LENGTH, TOOL_CALLS, CONTENT_FILTER, FUNCTION_CALL -> false;
        };
    var asked = "{\"model\":\"gpt-4.1\",\"messages\":[{\"role\":\"user\",\"content\":\"?\"}]%s}";
    var stream = streamed(ending, ChatReply.PLAIN.stream(1, false));
    assertTold(CHAT, asked.formatted(""), whole(ending, ChatReply.PLAIN.whole(1)), kept);
    assertTold(CHAT, asked.formatted(",\"n\":1,\"stream\":true"), stream, kept);
    boolean wished = kept || ending == ChatCompletion.Choice.FinishReason.Known.LENGTH;
    assertTold(CHAT, asked.formatted(",\"max_tokens\":5,\"stream\":true"), stream, wished);
  }

  @ParameterizedTest
  @EnumSource
  void ofACompletion(CompletionChoice.FinishReason.Known ending) throws Exception {
    boolean kept =
        switch (ending) {
          case STOP -> true;
          case LENGTH, CONTENT_FILTER -> false;
        };
    var asked = "{\"model\":\"m\",\"prompt\":\"Once\"%s}";
    var stream = List.of("data: " + COMPLETION + "\n\n", "data: [DONE]\n\n");
    assertTold(COMPLETIONS, asked.formatted(""), whole(ending, COMPLETION), kept);
    var streamed = asked.formatted(",\"n\":1,\"stream\":true");
    assertTold(COMPLETIONS, streamed, streamed(ending, stream), kept);
  }

  @ParameterizedTest
  @EnumSource
  void ofAResponse(ResponseStatus.Known status) throws Exception {
    boolean kept =
        switch (status) {
          case COMPLETED -> true;
          case FAILED, IN_PROGRESS, CANCELLED, QUEUED, INCOMPLETE -> false;
        };
    var whole = ResponseReply.PLAIN.whole().replaceFirst("\"completed\"", quoted(status));
    assertTold(RESPONSES, response(""), whole, kept);
    var stream =
        ResponseReply.PLAIN.stream().stream()
            .map(event ->
                event
                    .replace("\"response.completed\"", "\"response." + word(status) + "\"")
                    .replace("\"status\": \"completed\"", "\"status\": " + quoted(status)))
            .toList();
    assertTold(RESPONSES, response(",\"top_p\":1,\"stream\":true"), stream, kept);
  }

  @ParameterizedTest
  @EnumSource
  void ofAResponseThatIsCut(Response.IncompleteDetails.Reason.Known reason) throws Exception {
    boolean wished =
        switch (reason) {
          case MAX_OUTPUT_TOKENS -> true;
          case MAX_MESSAGES, CONTENT_FILTER, STEERED -> false;
        };
    var whole =
        ResponseReply.CUT_SHORT.whole().replace("\"max_output_tokens\"}", quoted(reason) + "}");
    var stream =
        ResponseReply.CUT_SHORT.stream().stream()
            .map(event -> event.replace("\"max_output_tokens\"}", quoted(reason) + "}"))
            .toList();
    assertTold(RESPONSES, response(""), whole, false);
    assertTold(RESPONSES, response(",\"max_output_tokens\":16"), whole, wished);
    assertTold(RESPONSES, response(",\"stream\":true"), stream, false);
    assertTold(RESPONSES, response(",\"max_output_tokens\":17,\"stream\":true"), stream, wished);
  }

  private static String response(String more) {
    return "{\"model\":\"gpt-5\",\"input\":\"?\"" + more + "}";
  }

  @ParameterizedTest
  @EnumSource
  void ofAMessage(StopReason.Known ending) throws Exception {
    boolean kept =
        switch (ending) {
          case END_TURN, STOP_SEQUENCE -> true;
          case MAX_TOKENS, TOOL_USE, PAUSE_TURN, REFUSAL, MODEL_CONTEXT_WINDOW_EXCEEDED -> false;
        };
    var whole = MessageReply.TEXT.whole().replace("\"end_turn\"", quoted(ending));
    assertTold(MESSAGES, message(""), whole, kept);
    var stream =
        MessageReply.TEXT.stream().stream()
            .map(event -> event.replace("\"end_turn\"", quoted(ending)))
            .toList();
    assertTold(MESSAGES, message(",\"top_k\":1,\"stream\":true"), stream, kept);
  }

  private static String message(String more) {
    return "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\","
        + "\"content\":\"?\"}]"
        + more
        + "}";
  }

  private static String whole(Enum<?> ending, String reply) {
    return reply.replaceAll("(\"finish_reason\": ?)\"stop\"", "$1" + quoted(ending));
  }

  private static List<String> streamed(Enum<?> ending, List<String> events) {
    return events.stream().map(event -> whole(ending, event)).toList();
  }

  private static String quoted(Enum<?> value) {
    return '"' + word(value) + '"';
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private void assertTold(String path, String asked, String whole, boolean kept) throws Exception {
    stage.provider().otherwise(Acts.reply(Wire.json(whole)));
    assertTold(Wire.post(path, asked), whole, kept);
  }

  private void assertTold(String path, String asked, List<String> events, boolean kept)
      throws Exception {
    stage.provider().otherwise(Acts.reply(Wire.stream(events)));
    assertTold(Wire.post(path, asked), String.join("", events), kept);
  }

  /** Asks twice: for what is kept, the provider is asked but once. */
  private void assertTold(byte[] request, String expected, boolean kept) throws Exception {
    int calls = stage.provider().calls();
    for (int i = 0; i < 2; i++) {
      var answer = stage.call(request);
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.text()).isEqualTo(expected);
      assertThat(answer.whole()).isTrue();
      assertThat(answer.isHit()).as(expected).isEqualTo(i > 0 && kept);
    }
    assertThat(stage.provider().calls() - calls).isEqualTo(kept ? 1 : 2);
  }
}
