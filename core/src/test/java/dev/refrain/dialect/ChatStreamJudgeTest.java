package dev.refrain.dialect;

import static dev.refrain.Reason.EMPTY;
import static dev.refrain.Reason.ERROR_EVENT;
import static dev.refrain.Reason.INCOMPLETE;
import static dev.refrain.Reason.INVALID_JSON;
import static dev.refrain.Reason.TOO_LARGE;
import static dev.refrain.dialect.Chat.STREAM;
import static dev.refrain.dialect.Chat.STREAM_USAGE;
import static dev.refrain.dialect.Chat.asked;
import static dev.refrain.dialect.Chat.chunk;
import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.judge;
import static dev.refrain.dialect.Chat.recording;
import static dev.refrain.dialect.Chat.resource;
import static dev.refrain.dialect.Chat.stream;
import static dev.refrain.dialect.Chat.whole;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Reason;
import dev.refrain.sse.SseReader;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can go wrong on the way. */
final class ChatStreamJudgeTest {
  private static final String HI = chunk("Hi", "null");
  private static final String STOP = chunk("", "'stop'");

  private final Facts asked = asked("m");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'error':{'message':'overloaded'}}",
        "{'error':'overloaded'}",
        "{'error':{'code':502},'choices':[{'index':0,'delta':{},'finish_reason':'error'}]}",
        "{'choices':[{'index':0,'error':{'code':502},'delta':{},'finish_reason':'stop'}]}"
      })
  void anErrorInTheStreamIsNeverOverheard(String error) {
    assertThat(judge(asked, stream(STREAM, List.of(HI, error, STOP))).defects())
        .contains(ERROR_EVENT);
    assertThat(judge(asked, whole(error.replace("delta", "message"))).defects())
        .contains(ERROR_EVENT);
  }

  @Test
  void anEventOfErrorIsOneWhateverItsData() {
    var stream = "data: " + HI + "\n\nevent: error\ndata: overloaded\n\ndata: " + STOP + "\n\n";

    assertThat(judge(asked, recording(STREAM, json(stream + "data: [DONE]\n\n"))).defects())
        .containsExactly(ERROR_EVENT);
  }

  @Test
  void noErrorIsNoError() {
    assertThat(
            judge(asked, stream(STREAM, List.of(HI.replace("{'ch", "{'error':null,'ch"), STOP)))
                .defects())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'', NO_TERMINAL_EVENT",
    "'data: [DONE]', NO_TERMINAL_EVENT",
    "'data: [DONE]~', NO_TERMINAL_EVENT",
    "'data: [DONE]~~data', NO_TERMINAL_EVENT",
    "'data: [DONE]~~data: {', NO_TERMINAL_EVENT",
    "'data: [DONE]~~event: x~', NO_TERMINAL_EVENT",
    "'data: [DONE]~~data: {}~~', NO_TERMINAL_EVENT",
    "'data: [DONE]~~data: [DONE]~~', INVALID_JSON",
    "'data: [done]~~', NO_TERMINAL_EVENT",
    "'data: \"[DONE]\"~~', NO_TERMINAL_EVENT",
    "'data: [DONE]~~', ",
    "'data:[DONE]~~', ",
    "': bye~~data: [DONE]~~: bye~~', "
  })
  void theTerminalEventMustBeThereAndTheLast(String ending, Reason defect) {
    var stream = "data: " + HI + "\n\ndata: " + STOP + "\n\n" + ending.replace('~', '\n');
    var defects = judge(asked, recording(STREAM, json(stream))).defects();

    if (defect == null) {
      assertThat(defects).isEmpty();
    } else {
      assertThat(defects).contains(defect);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void linesMayEndAsTheyLikeAndKeepAlivesAreNoEvents(String end) {
    var stream = ": hello~~~data: " + HI + "~~: hello~retry: 7~data:" + STOP + "~~data: [DONE]~~";

    assertThat(judge(asked, recording(STREAM, json(stream.replace("~", end)))).defects()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"openai", "openai-two-choices", "deepseek", "vllm", "openrouter", "azure"})
  void aStreamThatIsCutAnywhereHasADefect(String name) {
    var stream = resource(name + ".sse");
    var asked = asked(model(name));
    for (int length = 0; length < stream.length; length++) {
      var cut = recording(STREAM_USAGE, Arrays.copyOf(stream, length));
      assertThat(judge(asked, cut).defects()).as("the first %d bytes", length).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"openai", "openai-two-choices", "deepseek", "vllm", "openrouter", "azure"})
  void aWholeReplyThatIsCutAnywhereIsInvalid(String name) {
    var reply = new String(resource(name + ".json"), UTF_8).strip().getBytes(UTF_8);
    for (int length = 0; length < reply.length; length++) {
      var cut = recording(Form.WHOLE, Arrays.copyOf(reply, length));
      assertThat(judge(asked, cut).defects()).as("the first %d", length).contains(INVALID_JSON);
    }
  }

  @Test
  void anEventThatNobodyWouldHoldIsTooLarge() {
    var stream = new byte[SseReader.EVENT_BYTES_MAX + 1];
    Arrays.fill(stream, (byte) 'a');

    assertThat(judge(asked, recording(STREAM, stream)).defects())
        .containsExactlyInAnyOrder(TOO_LARGE, EMPTY, INCOMPLETE);
  }

  private static String model(String name) {
    return switch (name) {
      case "openai", "azure" -> "gpt-4o";
      case "openai-two-choices" -> "gpt-4.1-mini";
      case "deepseek" -> "deepseek-reasoner";
      case "vllm" -> "ibm/granite-3-8b-instruct";
      default -> "qwen/qwen3-32b";
    };
  }
}
