package dev.refrain.dialect;

import static dev.refrain.Reason.EMPTY;
import static dev.refrain.Reason.ERROR_EVENT;
import static dev.refrain.Reason.INCOMPLETE;
import static dev.refrain.Reason.INVALID_JSON;
import static dev.refrain.Reason.LENGTH;
import static dev.refrain.Reason.NO_TERMINAL_EVENT;
import static dev.refrain.Reason.OTHER_MODEL;
import static dev.refrain.Reason.PAUSE_TURN;
import static dev.refrain.Reason.REFUSAL;
import static dev.refrain.Reason.TOOL_CALL;
import static dev.refrain.Reason.UNKNOWN_ENDING;
import static dev.refrain.dialect.Messages.BLOCK_STOP;
import static dev.refrain.dialect.Messages.CLAUDE;
import static dev.refrain.dialect.Messages.END;
import static dev.refrain.dialect.Messages.HI;
import static dev.refrain.dialect.Messages.START;
import static dev.refrain.dialect.Messages.STOP;
import static dev.refrain.dialect.Messages.TEXT;
import static dev.refrain.dialect.Messages.asked;
import static dev.refrain.dialect.Messages.ending;
import static dev.refrain.dialect.Messages.judge;
import static dev.refrain.dialect.Messages.resource;
import static dev.refrain.dialect.Messages.start;
import static dev.refrain.dialect.Messages.stream;
import static dev.refrain.dialect.Messages.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.refrain.Dialect.Verdict;
import dev.refrain.Facts;
import dev.refrain.Reason;
import dev.refrain.Usage;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MessagesJudgeTest {
  private final Facts asked = asked("m");

  @ParameterizedTest
  @MethodSource
  void repliesAreJudgedAlikeWholeAndStreamed(String name, Verdict verdict) {
    var asked = asked(Messages.model(name));

    assertThat(judge(asked, whole(resource(name + ".json")))).isEqualTo(verdict);
    assertThat(judge(asked, stream(resource(name + ".sse")))).isEqualTo(verdict);
  }

  static Stream<Arguments> repliesAreJudgedAlikeWholeAndStreamed() {
    return Stream.of(
        arguments("text", verdict(12, 14)),
        arguments("stop-sequence", verdict(4 + 1880 + 1024, 7)),
        arguments("thinking", verdict(56, 190)),
        arguments("citations", verdict(610, 51)),
        arguments("tool-use", verdict(472, 89, TOOL_CALL)),
        arguments("web-search", verdict(10_682, 510)),
        arguments("refusal", verdict(40, 22, REFUSAL)),
        arguments("compaction", verdict(300, 9)),
        arguments("vllm", verdict(9, 3)));
  }

  private static Verdict verdict(long input, long output, Reason... defects) {
    return new Verdict(Set.of(defects), new Usage(input, output));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "'end_turn', ",
        "'stop_sequence', ",
        "'max_tokens', LENGTH",
        "'model_context_window_exceeded', LENGTH",
        "'tool_use', TOOL_CALL",
        "'pause_turn', PAUSE_TURN",
        "'compaction', PAUSE_TURN",
        "'refusal', REFUSAL",
        "'a_reason_of_tomorrow', UNKNOWN_ENDING",
        "'End_turn', UNKNOWN_ENDING",
        "'', UNKNOWN_ENDING",
        "0, UNKNOWN_ENDING",
        "{}, UNKNOWN_ENDING",
        "null, INCOMPLETE"
      })
  void everyEndingIsKnownOrNamed(String reason, Reason defect) {
    var defects = (defect == null) ? Set.<Reason>of() : Set.of(defect);
    var message = "{'content':[{'type':'text','text':'Hi'}],'stop_reason':" + reason + "}";

    assertThat(judge(asked, whole(message)).defects()).isEqualTo(defects);
    assertThat(judge(asked, stream(START, TEXT, HI, BLOCK_STOP, ending(reason), STOP)).defects())
        .isEqualTo(defects);
  }

  @ParameterizedTest
  @MethodSource
  void whatIsSaidMayBeNothingOrTooMuch(String blocks, Set<Reason> defects) {
    var start = START.replace("'content':[]", "'content':[" + blocks + "]");

    assertThat(
            judge(asked, whole("{'content':[" + blocks + "],'stop_reason':'end_turn'}")).defects())
        .isEqualTo(defects);
    assertThat(judge(asked, stream(start, END, STOP)).defects()).isEqualTo(defects);
    if (!blocks.isEmpty() && !blocks.contains("},{")) {
      assertThat(judge(asked, stream(START, block(blocks), BLOCK_STOP, END, STOP)).defects())
          .isEqualTo(defects);
    }
  }

  static Stream<Arguments> whatIsSaidMayBeNothingOrTooMuch() {
    var use = "{'type':'server_tool_use','id':'t1','name':'web_search'}";
    var result = "{'type':'web_search_tool_result','tool_use_id':'t1','content':[]}";
    var text = "{'type':'text','text':'Hi'}";
    return Stream.of(
        arguments(text, Set.of()),
        arguments("{'type':'a_block_of_tomorrow'}", Set.of()),
        arguments("{'type':'thinking','thinking':'Hm'}," + text, Set.of()),
        arguments("{'type':'text','text':''}," + text, Set.of()),
        arguments("", Set.of(EMPTY)),
        arguments("{'type':'text','text':''}", Set.of(EMPTY)),
        arguments("{'type':'text','text':7}", Set.of(EMPTY)),
        arguments("{'type':'text','text':'','citations':[{}]}", Set.of(EMPTY)),
        arguments("{'type':'thinking','thinking':'Hm','signature':'x'}", Set.of(EMPTY)),
        arguments("{'type':'redacted_thinking','data':'x'}", Set.of(EMPTY)),
        arguments("{'type':'compaction','content':'x'}", Set.of(EMPTY)),
        arguments("{'type':'tool_use','id':'t1','name':'f'}", Set.of(TOOL_CALL)),
        arguments(text + ",{'type':'tool_use','id':'t1','name':'f'}", Set.of(TOOL_CALL)),
        arguments(use + "," + result + "," + text, Set.of()),
        arguments(use.replace("server", "mcp") + "," + result + "," + text, Set.of()),
        arguments(use + "," + failed(result) + "," + text, Set.of(ERROR_EVENT)),
        arguments("{'type':'mcp_tool_result','is_error':true}," + text, Set.of(ERROR_EVENT)),
        arguments("{'type':'mcp_tool_result','is_error':false}," + text, Set.of()),
        arguments(text + "," + use, Set.of(TOOL_CALL)),
        arguments(text + "," + use + "," + result.replace("t1", "t2"), Set.of(TOOL_CALL)),
        arguments("{'type':'fallback','to':{'model':'n'}}," + text, Set.of(OTHER_MODEL)),
        arguments("{}", Set.of(INVALID_JSON)),
        arguments("'Hi'", Set.of(INVALID_JSON)),
        arguments("{'type':7}", Set.of(INVALID_JSON)));
  }

  private static String failed(String result) {
    return result.replace("[]", "{'type':'web_search_tool_result_error','error_code':'x'}");
  }

  private static String block(String block) {
    return "{'type':'content_block_start','index':0,'content_block':" + block + "}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Hi",
        "[]",
        "null",
        "{}",
        "{'content':null,'stop_reason':'end_turn'}",
        "{'content':'Hi','stop_reason':'end_turn'}",
        "{'content':[7],'stop_reason':'end_turn'}",
        "{'content':[],'content':[]}",
        "{'content':[{'type':'text','text':'Hi'}],'stop_reason':'end_turn'}x"
      })
  void whatIsNoMessageIsInvalid(String reply) {
    assertThat(judge(asked, whole(reply)).defects()).contains(INVALID_JSON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'error','error':{'type':'overloaded_error','message':'Overloaded'}}",
        "{'error':'overloaded'}",
        "{'type':'error'}"
      })
  void anErrorIsNoMessageWhateverTheStatus(String reply) {
    assertThat(judge(asked, whole(reply)).defects()).contains(ERROR_EVENT);
  }

  @ParameterizedTest
  @CsvSource({
    "claude-sonnet-4-5-20250929, true",
    "claude-sonnet-4-5, true",
    "claude-haiku-4-5, false",
    "claude-sonnet-4-20250514, false"
  })
  void aModelThatWasNotAskedForIsNamedWhereItShows(String model, boolean same) {
    var start = start("'model':'" + model + "'");
    var defects = same ? Set.<Reason>of() : Set.of(OTHER_MODEL);
    var text = "[{'type':'text','text':'Hi'}]";
    var message = "{'model':'" + model + "','content':" + text + ",'stop_reason':'end_turn'}";

    assertThat(judge(asked(CLAUDE), whole(message)).defects()).isEqualTo(defects);
    assertThat(judge(asked(CLAUDE), stream(start, TEXT, HI, BLOCK_STOP, END, STOP)).defects())
        .isEqualTo(defects);
  }

  @Test
  void allDefectsAreFound() {
    var stream =
        stream(
            start("'model':'x'"),
            block("{'type':'tool_use','id':'t'}"),
            "{'type':'error'}",
            ending("'max_tokens'"),
            ending("'refusal'"),
            "{'type':'content_block_stop','index':7}");

    assertThat(judge(asked, stream).defects())
        .containsExactlyInAnyOrder(
            OTHER_MODEL,
            TOOL_CALL,
            ERROR_EVENT,
            LENGTH,
            REFUSAL,
            INVALID_JSON,
            INCOMPLETE,
            NO_TERMINAL_EVENT);
    assertThat(judge(asked, whole("{'content':[],'stop_reason':'pause_turn'}")).defects())
        .containsExactlyInAnyOrder(EMPTY, PAUSE_TURN);
    assertThat(judge(asked, whole("{'content':[],'stop_reason':'x'}")).defects())
        .containsExactlyInAnyOrder(EMPTY, UNKNOWN_ENDING);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{'input_tokens':3,'output_tokens':1} | {'output_tokens':4} | 3 | 4",
        "{'input_tokens':3,'output_tokens':1} | {'input_tokens':5,'output_tokens':4} | 5 | 4",
        "{'input_tokens':3,'cache_creation_input_tokens':20,'cache_read_input_tokens':100}"
            + " | {'output_tokens':4} | 123 | 4",
        "{'input_tokens':3,'cache_read_input_tokens':100,'output_tokens':1}"
            + " | {'cache_read_input_tokens':0,'output_tokens':4} | 3 | 4",
        "{'input_tokens':3,'cache_read_input_tokens':null,'output_tokens':1}"
            + " | {'input_tokens':null,'output_tokens':4} | 3 | 4",
        "{} | {} | -1 | -1",
        "null | null | -1 | -1",
        "{'input_tokens':'3'} | {'output_tokens':-4} | -1 | -1",
        "{'input_tokens':9223372036854775807} | {'output_tokens':1.5} | -1 | -1",
        "{'cache_read_input_tokens':5} | {'output_tokens':1} | -1 | 1"
      })
  void whatIsToldLastOfTheUsageCountsAndTheInputIsAllOfIt(
      String atStart, String atEnd, long input, long output) {
    var end = END.replace("'usage':{}", "'usage':" + atEnd);
    var stream = stream(start("'usage':" + atStart), TEXT, HI, BLOCK_STOP, end, STOP);

    assertThat(judge(asked, stream).usage()).isEqualTo(new Usage(input, output));
  }
}
