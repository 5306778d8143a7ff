package dev.refrain.dialect;

import static dev.refrain.Reason.HOSTED_TOOLS;
import static dev.refrain.Reason.SERVER_STATE;
import static dev.refrain.Reason.TOOLS;
import static dev.refrain.dialect.Messages.facts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Reason;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MessagesObjectionsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'tools':[]",
        "'tools':null",
        "'mcp_servers':[]",
        "'container':null",
        "'thread':null",
        "'diagnostics':{}",
        "'diagnostics':{'previous_message_id':null}",
        "'tool_choice':{'type':'none'}",
        "'context_management':{'edits':[{'type':'clear_thinking_20251015'}]}",
        "'fallbacks':[{'model':'n'}]",
        "'system':[{'type':'text','text':'Use tools.'}]"
      })
  void whatIsNotAskedForIsNoObjection(String member) {
    assertThat(objections("[]", member)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'',false",
    "custom,false",
    "bash_20250124,false",
    "text_editor_20250728,false",
    "computer_20250124,false",
    "computer_toolset_20260801,false",
    "browser_toolset_20260801,false",
    "memory_20250818,false",
    "web_search_20260318,true",
    "web_fetch_20260309,true",
    "code_execution_20260521,true",
    "tool_search_tool_bm25_20251119,true",
    "mcp_toolset,true",
    "advisor_20260301,true",
    "a_tool_of_tomorrow,true"
  })
  void toolsAreAnObjectionAndThoseOfTheProviderTwice(String type, boolean hosted) {
    var tool = type.isEmpty() ? "{'name':'f'}" : "{'type':'" + type + "','name':'f'}";

    assertThat(objections("[]", "'tools':[{'name':'g'}," + tool + "]"))
        .isEqualTo(hosted ? EnumSet.of(TOOLS, HOSTED_TOOLS) : EnumSet.of(TOOLS));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "'mcp_servers':[{'type':'url','url':'https://x','name':'x'}] | HOSTED_TOOLS",
        "'container':'container_1' | SERVER_STATE",
        "'container':{'skills':[]} | SERVER_STATE",
        "'thread':{'type':'create'} | SERVER_STATE",
        "'fallback_credit_token':'t' | SERVER_STATE",
        "'diagnostics':{'previous_message_id':'msg_1'} | SERVER_STATE"
      })
  void whatTheProviderLooksUpOrRemembersIsAnObjection(String member, Reason reason) {
    assertThat(objections("[]", member)).containsExactly(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tool_use",
        "tool_result",
        "server_tool_use",
        "web_search_tool_result",
        "bash_code_execution_tool_result",
        "mcp_tool_use",
        "mcp_tool_result",
        "tool_addition",
        "a_tool_of_tomorrow_result"
      })
  void toolsInTheMessagesAreAnObjection(String type) {
    var content = "[{'type':'text','text':'x'},{'type':'" + type + "','tool_use_id':'t'}]";
    var messages = "[{'role':'user','content':'Hi'},{'role':'user','content':" + content + "}]";

    assertThat(objections(messages, "'top_k':1")).containsExactly(TOOLS);
  }

  @ParameterizedTest
  @CsvSource({
    "image,false",
    "document,false",
    "search_result,false",
    "thinking,false",
    "redacted_thinking,false",
    "compaction,false",
    "container_upload,true"
  })
  void ofOtherBlocksOnlyThoseInAContainerAre(String type, boolean state) {
    var messages = "[{'role':'user','content':[{'type':'" + type + "','file_id':'file_1'}]}]";

    assertThat(objections(messages, "'top_k':1"))
        .isEqualTo(state ? Set.of(SERVER_STATE) : Set.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"'tool_result'", "{'type':'tool_result'}", "7", "null", "[7,[],'x',{}]"})
  void contentThatIsNoneIsForTheProviderToRefuse(String content) {
    assertThat(objections("[{'role':'user','content':" + content + "}]", "'top_k':1")).isEmpty();
  }

  private static Set<Reason> objections(String messages, String member) {
    return facts("{'model':'m','messages':" + messages + "," + member + "}").objections();
  }
}
