package dev.refrain.dialect;

import static dev.refrain.Reason.HOSTED_TOOLS;
import static dev.refrain.Reason.SERVER_STATE;
import static dev.refrain.Reason.TOOLS;
import static dev.refrain.dialect.Responses.asked;
import static dev.refrain.dialect.Responses.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.refrain.Reading.Clear;
import dev.refrain.Reason;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ResponseObjectionsTest {

  @ParameterizedTest
  @MethodSource
  void whatDependsOnMoreThanTheRequestIsObjectedTo(String member, Set<Reason> objections) {
    assertThat(asked(member).objections()).isEqualTo(objections);
  }

  static Stream<Arguments> whatDependsOnMoreThanTheRequestIsObjectedTo() {
    return Stream.of(
        arguments("'x':0", Set.of()),
        arguments("'tools':[]", Set.of()),
        arguments("'tools':[{'type':'function','name':'f'}]", Set.of(TOOLS)),
        arguments("'tools':[{'type':'custom','name':'c'}]", Set.of(TOOLS)),
        arguments("'tools':[{'type':'namespace','name':'n','tools':[]}]", Set.of(TOOLS)),
        arguments("'tools':[{'type':'local_shell'}]", Set.of(TOOLS)),
        arguments("'tools':[{'type':'apply_patch'}]", Set.of(TOOLS)),
        arguments("'tools':[{'type':'computer_use_preview'}]", Set.of(TOOLS)),
        arguments("'tools':[{'type':'web_search'}]", Set.of(TOOLS, HOSTED_TOOLS)),
        arguments("'tools':[{'type':'file_search'}]", Set.of(TOOLS, HOSTED_TOOLS)),
        arguments("'tools':[{'type':'mcp'}]", Set.of(TOOLS, HOSTED_TOOLS)),
        arguments("'tools':[{'type':'shell'}]", Set.of(TOOLS, HOSTED_TOOLS)),
        arguments("'tools':[{'type':'a_tool_of_tomorrow'}]", Set.of(TOOLS, HOSTED_TOOLS)),
        arguments("'tool_choice':'auto'", Set.of()),
        arguments("'store':true", Set.of(SERVER_STATE)),
        arguments("'store':false", Set.of()),
        arguments("'store':null", Set.of()),
        arguments("'previous_response_id':'resp_1'", Set.of(SERVER_STATE)),
        arguments("'previous_response_id':null", Set.of()),
        arguments("'conversation':'conv_1'", Set.of(SERVER_STATE)),
        arguments("'conversation':{'id':'conv_1'}", Set.of(SERVER_STATE)),
        arguments("'conversation':null", Set.of()),
        arguments("'background':true", Set.of(SERVER_STATE)),
        arguments("'background':false", Set.of()),
        arguments("'prompt':{'id':'pmpt_1'}", Set.of(SERVER_STATE)),
        arguments("'prompt':null", Set.of()),
        arguments("'plugins':[{'id':'web'}]", Set.of(HOSTED_TOOLS)),
        arguments("'metadata':{'background':true}", Set.of()));
  }

  @Test
  void aTemplateThatNamesTheModelIsKeptByTheProvider() {
    assertThat(((Clear) read("{'prompt':{'id':'pmpt_1'}}")).facts().objections())
        .containsExactly(SERVER_STATE);
  }

  @ParameterizedTest
  @MethodSource
  void theWorkOfToolsAndWhatIsKeptElsewhereIsObjectedTo(String item, Set<Reason> objections) {
    var body = "{'model':'m','input':[{'role':'user','content':'?'}," + item + "]}";

    assertThat(((Clear) read(body)).facts().objections()).isEqualTo(objections);
  }

  static Stream<Arguments> theWorkOfToolsAndWhatIsKeptElsewhereIsObjectedTo() {
    return Stream.of(
        arguments("{'role':'assistant','content':'!'}", Set.of()),
        arguments("{'type':'message','id':'msg_1','role':'assistant','content':[]}", Set.of()),
        arguments("{'type':'reasoning','id':'rs_1','summary':[]}", Set.of()),
        arguments("{'type':'compaction','encrypted_content':'x'}", Set.of()),
        arguments("{'type':'compaction_trigger'}", Set.of()),
        arguments("{'type':'item_reference','id':'msg_1'}", Set.of(SERVER_STATE)),
        arguments("{'type':null,'id':'msg_1'}", Set.of(SERVER_STATE)),
        arguments("{'id':'msg_1'}", Set.of(SERVER_STATE)),
        arguments("{'type':'function_call','call_id':'c','name':'f'}", Set.of(TOOLS)),
        arguments("{'type':'function_call_output','call_id':'c'}", Set.of(TOOLS)),
        arguments("{'type':'custom_tool_call_output','call_id':'c'}", Set.of(TOOLS)),
        arguments("{'type':'computer_call_output','call_id':'c'}", Set.of(TOOLS)),
        arguments("{'type':'web_search_call','id':'ws_1'}", Set.of(TOOLS)),
        arguments("{'type':'mcp_approval_response'}", Set.of(TOOLS)),
        arguments("{'type':'an_item_of_tomorrow'}", Set.of(TOOLS)),
        arguments("{'type':'additional_tools','tools':[{'type':'custom'}]}", Set.of(TOOLS)),
        arguments(
            "{'type':'additional_tools','tools':[{'type':'web_search'}]}",
            Set.of(TOOLS, HOSTED_TOOLS)),
        arguments(
            "{'role':'user','content':[{'type':'input_file','file_id':'file-1'}]}", Set.of()));
  }
}
