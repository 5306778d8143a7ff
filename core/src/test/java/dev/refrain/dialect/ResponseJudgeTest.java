package dev.refrain.dialect;

import static dev.refrain.Reason.CONTENT_FILTER;
import static dev.refrain.Reason.EMPTY;
import static dev.refrain.Reason.ERROR_EVENT;
import static dev.refrain.Reason.INCOMPLETE;
import static dev.refrain.Reason.INVALID_JSON;
import static dev.refrain.Reason.LENGTH;
import static dev.refrain.Reason.OTHER_MODEL;
import static dev.refrain.Reason.REFUSAL;
import static dev.refrain.Reason.TOOL_CALL;
import static dev.refrain.Reason.UNKNOWN_ENDING;
import static dev.refrain.dialect.Responses.asked;
import static dev.refrain.dialect.Responses.defects;
import static dev.refrain.dialect.Responses.judge;
import static dev.refrain.dialect.Responses.message;
import static dev.refrain.dialect.Responses.response;
import static dev.refrain.dialect.Responses.streamed;
import static dev.refrain.dialect.Responses.text;
import static dev.refrain.dialect.Responses.whole;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.refrain.Reason;
import dev.refrain.Recording;
import dev.refrain.Usage;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponseJudgeTest {
  private static final String HI = message(text("Hi"));
  private static final String GOOD = response(HI);

  @Test
  void aGoodResponseHasNoDefectAndTellsItsUsage() {
    for (var reply :
        new Recording[] {whole(GOOD), streamed("response.completed", GOOD, List.of())}) {
      assertThat(judge(asked(), reply).defects()).isEmpty();
      assertThat(judge(asked(), reply).usage()).isEqualTo(new Usage(3, 4));
    }
  }

  @ParameterizedTest
  @MethodSource
  void everyStatusIsKnownOrNamed(String status, boolean limited, Set<Reason> defects) {
    var asked = limited ? asked("'max_output_tokens':16") : asked();

    assertThat(judge(asked, whole(GOOD.replace("'status':'completed','model'", status))).defects())
        .isEqualTo(defects);
  }

  static Stream<Arguments> everyStatusIsKnownOrNamed() {
    return Stream.of(
        arguments("'status':'completed','model'", false, Set.of()),
        arguments("'status':'completed','incomplete_details':null,'model'", false, Set.of()),
        arguments("'status':'completed','incomplete_details':{},'model'", false, Set.of()),
        arguments(cut("completed", "max_output_tokens"), false, Set.of(LENGTH)),
        arguments(cut("incomplete", "max_output_tokens"), false, Set.of(LENGTH)),
        arguments(cut("incomplete", "max_output_tokens"), true, Set.of()),
        arguments(cut("incomplete", "content_filter"), true, Set.of(CONTENT_FILTER)),
        arguments(cut("incomplete", "a_reason_of_tomorrow"), false, Set.of(UNKNOWN_ENDING)),
        arguments("'status':'incomplete','model'", false, Set.of(INCOMPLETE)),
        arguments("'status':'incomplete','incomplete_details':7,'model'", true, Set.of(INCOMPLETE)),
        arguments("'status':'failed','model'", false, Set.of(ERROR_EVENT)),
        arguments(
            "'status':'failed','error':{'code':'x'},'model'", false, Set.of(ERROR_EVENT, EMPTY)),
        arguments("'status':'completed','error':{},'model'", false, Set.of(ERROR_EVENT, EMPTY)),
        arguments("'status':'in_progress','model'", false, Set.of(INCOMPLETE)),
        arguments("'status':'queued','model'", false, Set.of(INCOMPLETE)),
        arguments("'status':'cancelled','model'", false, Set.of(INCOMPLETE)),
        arguments("'status':'a_status_of_tomorrow','model'", false, Set.of(UNKNOWN_ENDING)),
        arguments("'status':7,'model'", false, Set.of(INCOMPLETE)),
        arguments("'model'", false, Set.of(INCOMPLETE)));
  }

  private static String cut(String status, String reason) {
    return "'status':'%s','incomplete_details':{'reason':'%s'},'model'".formatted(status, reason);
  }

  @ParameterizedTest
  @MethodSource
  void anItemMayBeNothingOrTooMuch(List<String> items, Set<Reason> defects) {
    var reply = response(items.toArray(String[]::new));

    assertThat(defects(whole(reply))).isEqualTo(defects);
    assertThat(defects(streamed("response.completed", reply, List.of()))).isEqualTo(defects);
    assertThat(defects(streamed("response.completed", reply, items))).isEqualTo(defects);
    assertThat(defects(streamed("response.completed", response(), items))).isEqualTo(defects);
  }

  static Stream<Arguments> anItemMayBeNothingOrTooMuch() {
    return Stream.of(
        arguments(List.of(HI), Set.of()),
        arguments(List.of(message(text(""))), Set.of(EMPTY)),
        arguments(List.of(message()), Set.of(EMPTY)),
        arguments(List.of(message("{'type':'output_text'}")), Set.of(EMPTY)),
        arguments(List.of(message("{'type':'a_part_of_tomorrow','x':'Hi'}")), Set.of(EMPTY)),
        arguments(List.of(message(text("Hi"), "{'type':'a_part_of_tomorrow'}")), Set.of()),
        arguments(List.of(message("{'type':'refusal','refusal':'No.'}")), Set.of(REFUSAL)),
        arguments(
            List.of(message(text("Hi"), "{'type':'refusal','refusal':'No.'}")), Set.of(REFUSAL)),
        arguments(List.of(message(text("Hi"), "{'type':'refusal','refusal':''}")), Set.of()),
        arguments(
            List.of("{'type':'reasoning','id':'rs_1','summary':[{'text':'Hm'}]}"), Set.of(EMPTY)),
        arguments(List.of("{'type':'function_call','name':'f','arguments':''}"), Set.of(TOOL_CALL)),
        arguments(List.of("{'type':'custom_tool_call','name':'f','input':''}"), Set.of(TOOL_CALL)),
        arguments(List.of("{'type':'computer_call'}"), Set.of(TOOL_CALL)),
        arguments(List.of("{'type':'local_shell_call'}"), Set.of(TOOL_CALL)),
        arguments(List.of("{'type':'shell_call'}"), Set.of(TOOL_CALL)),
        arguments(List.of("{'type':'apply_patch_call'}"), Set.of(TOOL_CALL)),
        arguments(List.of("{'type':'tool_search_call'}"), Set.of(TOOL_CALL)),
        arguments(List.of("{'type':'mcp_approval_request'}"), Set.of(TOOL_CALL)),
        arguments(List.of("{'type':'a_tool_of_tomorrow_call'}"), Set.of(TOOL_CALL)),
        arguments(List.of("{'type':'an_item_of_tomorrow'}", HI), Set.of()),
        arguments(List.of("{'type':'web_search_call','status':'completed'}", HI), Set.of()),
        arguments(List.of("{'type':'web_search_call','status':'failed'}", HI), Set.of(ERROR_EVENT)),
        arguments(List.of("{'type':'mcp_call','error':null}", HI), Set.of()),
        arguments(List.of("{'type':'mcp_call','error':'unreachable'}", HI), Set.of(ERROR_EVENT)),
        arguments(List.of("{'type':'code_interpreter_call'}"), Set.of(EMPTY)),
        arguments(List.of("{'type':'image_generation_call','result':null}"), Set.of(EMPTY)),
        arguments(
            List.of("{'type':'image_generation_call','status':'generating','result':'iVBO'}"),
            Set.of()));
  }

  @Test
  void aMessageThatIsNotFinishedBeliesACompletedResponse() {
    var unfinished =
        GOOD.replace("'message','status':'completed'", "'message','status':'incomplete'");
    var limited =
        unfinished.replaceFirst(
            "'completed'", "'incomplete','incomplete_details':" + "{'reason':'max_output_tokens'}");

    assertThat(defects(whole(unfinished))).containsExactly(INCOMPLETE);
    assertThat(judge(asked("'max_output_tokens':16"), whole(limited)).defects()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Hi",
        "[]",
        "7",
        "null",
        "{}",
        "{'status':'completed'}",
        "{'status':'completed','output':null}",
        "{'status':'completed','output':{}}",
        "{'status':'completed','output':'Hi'}",
        "{'status':'completed','output':['Hi']}",
        "{'status':'completed','output':[{}]}",
        "{'status':'completed','output':[{'type':7}]}",
        "{'status':'completed','output':[{'type':'message'}]}",
        "{'status':'completed','output':[{'type':'message','content':'Hi'}]}",
        "{'status':'completed','output':[],'output':[]}",
        "{'status':'completed','output':[]}x"
      })
  void whatIsNoResponseIsInvalid(String reply) {
    assertThat(defects(whole(reply))).contains(INVALID_JSON);
    assertThat(defects(streamed("response.completed", reply.isEmpty() ? "x" : reply, List.of())))
        .contains(INVALID_JSON);
  }

  @Test
  void anErrorThatLooksLikeSuccessIsNone() {
    assertThat(defects(whole("{'error':{'message':'overloaded'}}")))
        .containsExactlyInAnyOrder(ERROR_EVENT, EMPTY);
  }

  @Test
  void aModelThatWasNotAskedForIsNamedWhereItShows() {
    assertThat(defects(whole(GOOD.replace("'m'", "'m-2025-08-07'")))).isEmpty();
    assertThat(defects(whole(GOOD.replace("'m'", "''")))).isEmpty();
    assertThat(defects(whole(GOOD.replace("'m'", "'m-mini'")))).containsExactly(OTHER_MODEL);
    assertThat(defects(streamed("response.completed", GOOD.replace("'m'", "'m-mini'"), List.of())))
        .containsExactly(OTHER_MODEL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}", "[]", "{'input_tokens':'3','output_tokens':1.5}"})
  void whoDoesNotTellTheUsageHasNone(String usage) {
    var reply = GOOD.replaceFirst("'usage':\\{[^}]*}", "'usage':" + usage);

    assertThat(judge(asked(), whole(reply)).usage()).isEqualTo(Usage.UNKNOWN);
    assertThat(defects(whole(reply))).isEmpty();
  }
}
