package dev.refrain.dialect;

import static dev.refrain.Reason.CONTENT_FILTER;
import static dev.refrain.Reason.EMPTY;
import static dev.refrain.Reason.ERROR_EVENT;
import static dev.refrain.Reason.EXPIRING;
import static dev.refrain.Reason.INCOMPLETE;
import static dev.refrain.Reason.INVALID_JSON;
import static dev.refrain.Reason.LENGTH;
import static dev.refrain.Reason.NO_TERMINAL_EVENT;
import static dev.refrain.Reason.OTHER_MODEL;
import static dev.refrain.Reason.REFUSAL;
import static dev.refrain.Reason.TOOL_CALL;
import static dev.refrain.Reason.UNKNOWN_ENDING;
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
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.refrain.Dialect.Verdict;
import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Reason;
import dev.refrain.Usage;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ChatJudgeTest {
  private static final String HI = chunk("Hi", "null");
  private static final String STOP = chunk("", "'stop'");

  private final Facts asked = asked("m");

  @ParameterizedTest
  @MethodSource
  void realRepliesAreJudgedAlikeWholeAndStreamed(String name, Facts asked, Verdict verdict) {
    assertThat(judge(asked, recording(Form.WHOLE, resource(name + ".json")))).isEqualTo(verdict);
    assertThat(judge(asked, recording(STREAM_USAGE, resource(name + ".sse")))).isEqualTo(verdict);
  }

  static Stream<Arguments> realRepliesAreJudgedAlikeWholeAndStreamed() {
    return Stream.of(
        arguments("openai", asked("gpt-4o"), verdict(12, 9)),
        arguments("openai-two-choices", asked("gpt-4.1-mini", "'n':2"), verdict(8, 5)),
        arguments("openai-tools", asked("gpt-4o"), verdict(51, 17, TOOL_CALL)),
        arguments("openai-refusal", asked("gpt-4o"), verdict(9, 4, REFUSAL)),
        arguments("openai-audio", asked("gpt-4o-audio-preview"), verdict(9, 40, EXPIRING)),
        arguments("deepseek", asked("deepseek-reasoner"), verdict(14, 32)),
        arguments("vllm", asked("ibm/granite-3-8b-instruct"), verdict(11, 3)),
        arguments("openrouter", asked("qwen/qwen3-32b"), verdict(10, 6)),
        arguments("azure", asked("gpt-4o"), verdict(13, 3)));
  }

  private static Verdict verdict(long input, long output, Reason... defects) {
    return new Verdict(Set.of(defects), new Usage(input, output));
  }

  @ParameterizedTest
  @MethodSource
  void everyEndingIsKnownOrNamed(String ending, boolean limited, Set<Reason> defects) {
    var asked = limited ? asked("m", "'max_tokens':1") : asked("m");

    assertThat(judge(asked, whole(message("{'content':'Hi'}", ending))).defects())
        .isEqualTo(defects);
    for (var form : List.of(STREAM, STREAM_USAGE, new Form("stream:00"), new Form("stream?00"))) {
      assertThat(judge(asked, stream(form, List.of(HI, delta("{}", ending)))).defects())
          .isEqualTo(defects);
    }
  }

  static Stream<Arguments> everyEndingIsKnownOrNamed() {
    return Stream.of(
        arguments("'stop'", false, Set.of()),
        arguments("'length'", false, Set.of(LENGTH)),
        arguments("'length'", true, Set.of()),
        arguments("'content_filter'", false, Set.of(CONTENT_FILTER)),
        arguments("'tool_calls'", false, Set.of(TOOL_CALL)),
        arguments("'function_call'", false, Set.of(TOOL_CALL)),
        arguments("'eos'", false, Set.of(UNKNOWN_ENDING)),
        arguments("'Stop'", false, Set.of(UNKNOWN_ENDING)),
        arguments("'error'", false, Set.of(UNKNOWN_ENDING)),
        arguments("0", false, Set.of(UNKNOWN_ENDING)),
        arguments("{}", false, Set.of(UNKNOWN_ENDING)),
        arguments("null", false, Set.of(INCOMPLETE)),
        arguments("''", false, Set.of(INCOMPLETE)));
  }

  @ParameterizedTest
  @CsvSource({
    "{'content':null;'reasoning_content':'Hm'}, true",
    "{'content':'';'reasoning_details':[{}]}, true",
    "{'content':'H';'reasoning':'Hm'}, false"
  })
  void whatWasCutInThoughtIsNoAnswer(String speech, boolean isEmpty) {
    var asked = asked("m", "'max_tokens':1");
    var message = message(speech.replace(';', ','), "'length'");
    assertThat(judge(asked, whole(message)).defects())
        .isEqualTo(isEmpty ? Set.of(EMPTY) : Set.of());
  }

  @ParameterizedTest
  @CsvSource({"5, 50, 55, 50", "5, 50, 179, 174", "5, 50, 7, 50", "5, 50, , 50", "5, 50, -1, 50"})
  void thoughtsAreCountedThatTheTotalAloneTells(
      long prompt, long completion, @Nullable Long total, long output) {
    var usage =
        "{'usage':{'prompt_tokens':%d,'completion_tokens':%d,'total_tokens':%s},"
            .formatted(prompt, completion, total);
    var told = message("{'content':'Hi'}", "'stop'").replaceFirst("\\{", usage);
    assertThat(judge(asked, whole(told)).usage()).isEqualTo(new Usage(prompt, output));
  }

  @ParameterizedTest
  @MethodSource
  void whatIsSaidMayBeNothingOrTooMuch(String speech, Set<Reason> defects) {
    assertThat(judge(asked, whole(message(speech, "'stop'"))).defects()).isEqualTo(defects);
    assertThat(judge(asked, stream(STREAM, List.of(delta(speech, "'stop'")))).defects())
        .isEqualTo(defects);
  }

  static Stream<Arguments> whatIsSaidMayBeNothingOrTooMuch() {
    return Stream.of(
        arguments("{'role':'assistant','content':'Hi'}", Set.of()),
        arguments("{'content':'Hi','refusal':''}", Set.of()),
        arguments("{'content':[{'type':'text','text':'Hi'}]}", Set.of()),
        arguments("{'content':null,'reasoning_content':'Hm'}", Set.of()),
        arguments("{'content':'','reasoning':'Hm'}", Set.of()),
        arguments("{'content':'','reasoning_details':[{}]}", Set.of()),
        arguments("{'content':'','images':[{}]}", Set.of()),
        arguments("{'audio':{'id':'audio_1'}}", Set.of()),
        arguments("{'audio':{'id':'audio_1','expires_at':1762803605}}", Set.of(EXPIRING)),
        arguments("{}", Set.of(EMPTY)),
        arguments("null", Set.of(EMPTY)),
        arguments("{'role':'assistant'}", Set.of(EMPTY)),
        arguments("{'content':''}", Set.of(EMPTY)),
        arguments("{'content':null,'tool_calls':[],'audio':null}", Set.of(EMPTY)),
        arguments("{'content':7}", Set.of(EMPTY)),
        arguments("{'refusal':'No.'}", Set.of(REFUSAL)),
        arguments("{'content':'Hi','refusal':'No.'}", Set.of(REFUSAL)),
        arguments("{'tool_calls':[{'index':0,'id':'c'}]}", Set.of(TOOL_CALL)),
        arguments("{'content':'Hi','function_call':{'name':'f'}}", Set.of(TOOL_CALL)),
        arguments("'Hi'", Set.of(INVALID_JSON, EMPTY, INCOMPLETE)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Hi",
        "[]",
        "null",
        "{}",
        "{'choices':null}",
        "{'choices':{}}",
        "{'choices':['Hi']}",
        "{'choices':[{'message':{'content':'Hi'},'finish_reason':'stop'}]}",
        "{'choices':[{'index':'0','message':{'content':'Hi'},'finish_reason':'stop'}]}",
        "{'choices':[{'index':-1,'message':{'content':'Hi'},'finish_reason':'stop'}]}",
        "{'choices':[{'index':0,'message':['Hi'],'finish_reason':'stop'}]}",
        "{'choices':[],'choices':[]}",
        "{'choices':[]}x"
      })
  void whatIsNoReplyIsInvalid(String reply) {
    assertThat(judge(asked, whole(reply)).defects()).contains(INVALID_JSON);
    assertThat(
            judge(asked, stream(STREAM, List.of(HI, reply.replace("message", "delta"), STOP)))
                .defects())
        .contains(INVALID_JSON);
  }

  @Test
  void bytesThatAreNoTextAreInvalid() {
    byte[] reply = json(message("{'content':'Hi'}", "'stop'"));
    reply[new String(reply, UTF_8).indexOf("Hi")] = (byte) 0xFF;

    assertThat(judge(asked, recording(Form.WHOLE, reply)).defects()).contains(INVALID_JSON);
  }

  @Test
  void fewerChoicesThanAskedForAreIncomplete() {
    var two = asked("m", "'n':2");
    var second = delta("{'content':'Ho'}", "'stop'").replace("'index':0", "'index':1");

    assertThat(judge(two, stream(STREAM, List.of(HI, STOP))).defects()).containsExactly(INCOMPLETE);
    assertThat(judge(two, stream(STREAM, List.of(HI, STOP, STOP))).defects())
        .containsExactly(INCOMPLETE);
    assertThat(judge(two, stream(STREAM, List.of(HI, second))).defects())
        .containsExactly(INCOMPLETE);
    assertThat(judge(two, stream(STREAM, List.of(second, HI, STOP))).defects()).isEmpty();
    assertThat(judge(two, whole(message("{'content':'Hi'}", "'stop'"))).defects())
        .containsExactly(INCOMPLETE);
  }

  @Test
  void oneChoiceThatSaysNothingIsEnoughToBeEmpty() {
    var second = delta("{'content':''}", "'stop'").replace("'index':0", "'index':1");

    assertThat(judge(asked("m", "'n':2"), stream(STREAM, List.of(HI, STOP, second))).defects())
        .containsExactly(EMPTY);
  }

  @Test
  void aModelThatWasNotAskedForIsNamedWhereItShows() {
    var other = HI.replace("{'ch", "{'model':'m-mini','ch");
    var snapshot = HI.replace("{'ch", "{'model':'m-2024-08-06','ch");
    var unnamed = HI.replace("{'ch", "{'model':'','ch");

    assertThat(judge(asked, stream(STREAM, List.of(snapshot, other, STOP))).defects())
        .containsExactly(OTHER_MODEL);
    assertThat(judge(asked, stream(STREAM, List.of(unnamed, snapshot, STOP))).defects()).isEmpty();
    assertThat(
            judge(
                    asked,
                    whole(
                        "{'model':'m-mini'," + message("{'content':'Hi'}", "'stop'").substring(1)))
                .defects())
        .containsExactly(OTHER_MODEL);
  }

  @Test
  void allDefectsAreFound() {
    var stream =
        "data: {'model':'x','choices':[{'index':0,'delta':{'refusal':'No'},'finish_reason':'eos'}]}"
            + "\n\ndata: {\n\ndata: {'error':1}\n\n";

    assertThat(judge(asked("m", "'n':2"), recording(STREAM, json(stream))).defects())
        .containsExactlyInAnyOrder(
            OTHER_MODEL,
            REFUSAL,
            UNKNOWN_ENDING,
            INVALID_JSON,
            ERROR_EVENT,
            INCOMPLETE,
            NO_TERMINAL_EVENT);
  }

  @Test
  void theLastUsageCounts() {
    var first = HI.replace("{'ch", "{'usage':{'prompt_tokens':3,'completion_tokens':1},'ch");
    var last = STOP.replace("{'ch", "{'usage':{'prompt_tokens':3,'completion_tokens':4},'ch");
    var none = STOP.replace("{'ch", "{'usage':null,'ch");
    var odd = STOP.replace("{'ch", "{'usage':{'prompt_tokens':'3','completion_tokens':1.5},'ch");

    assertThat(judge(asked, stream(STREAM, List.of(first, last, none))).usage())
        .isEqualTo(new Usage(3, 4));
    assertThat(judge(asked, stream(STREAM, List.of(HI, none))).usage()).isEqualTo(Usage.UNKNOWN);
    assertThat(judge(asked, stream(STREAM, List.of(HI, odd))).usage()).isEqualTo(Usage.UNKNOWN);
  }

  private static String message(String message, String ending) {
    return "{'choices':[{'index':0,'message':" + message + ",'finish_reason':" + ending + "}]}";
  }

  private static String delta(String delta, String ending) {
    return "{'choices':[{'index':0,'delta':" + delta + ",'finish_reason':" + ending + "}]}";
  }
}
