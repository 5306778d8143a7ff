package dev.refrain.dialect;

import static dev.refrain.Reason.HOSTED_TOOLS;
import static dev.refrain.Reason.SERVER_STATE;
import static dev.refrain.Reason.TOOLS;
import static dev.refrain.dialect.Chat.asked;
import static dev.refrain.dialect.Chat.facts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.refrain.Reason;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ChatObjectionsTest {

  @ParameterizedTest
  @MethodSource
  void whatDependsOnMoreThanTheRequestIsObjectedTo(String member, Set<Reason> objections) {
    assertThat(asked("m", member).objections()).isEqualTo(objections);
  }

  static Stream<Arguments> whatDependsOnMoreThanTheRequestIsObjectedTo() {
    return Stream.of(
        arguments("'x':0", Set.of()),
        arguments("'tools':[]", Set.of()),
        arguments("'tools':null", Set.of()),
        arguments("'tools':[{'type':'function','function':{'name':'f'}}]", Set.of(TOOLS)),
        arguments("'tools':[{'type':'custom','custom':{'name':'c'}}]", Set.of(TOOLS)),
        arguments("'tools':[{'type':'web_search'}]", Set.of(TOOLS, HOSTED_TOOLS)),
        arguments("'tools':[{'google_search':{}}]", Set.of(TOOLS, HOSTED_TOOLS)),
        arguments("'tools':[{'type':'function'},{'type':'mcp'}]", Set.of(TOOLS, HOSTED_TOOLS)),
        arguments("'tool_choice':'auto'", Set.of()),
        arguments("'functions':[]", Set.of()),
        arguments("'functions':[{'name':'f'}]", Set.of(TOOLS)),
        arguments("'web_search_options':{}", Set.of(HOSTED_TOOLS)),
        arguments("'web_search_options':null", Set.of()),
        arguments("'search_parameters':{'mode':'auto'}", Set.of(HOSTED_TOOLS)),
        arguments("'plugins':[{'id':'web'}]", Set.of(HOSTED_TOOLS)),
        arguments("'plugins':[]", Set.of()),
        arguments("'data_sources':[{'type':'azure_search'}]", Set.of(HOSTED_TOOLS)),
        arguments("'enable_search':true", Set.of(HOSTED_TOOLS)),
        arguments("'enable_search':false", Set.of()),
        arguments("'store':true", Set.of(SERVER_STATE)),
        arguments("'store':false", Set.of()),
        arguments("'store':null", Set.of()),
        arguments(
            "'store':true,'tools':[{'type':'code_interpreter'}]",
            Set.of(TOOLS, HOSTED_TOOLS, SERVER_STATE)),
        arguments("'modalities':['text','audio'],'audio':{'voice':'ash'}", Set.of()),
        arguments("'metadata':{'store':true}", Set.of()));
  }

  @ParameterizedTest
  @MethodSource
  void theResultsOfToolsAreObjectedTo(String message, Set<Reason> objections) {
    var facts = facts("{'model':'m','messages':[{'role':'user','content':'?'}," + message + "]}");

    assertThat(facts.objections()).isEqualTo(objections);
  }

  static Stream<Arguments> theResultsOfToolsAreObjectedTo() {
    return Stream.of(
        arguments("{'role':'assistant','content':'!'}", Set.of()),
        arguments("{'role':'tool','tool_call_id':'c','content':'7'}", Set.of(TOOLS)),
        arguments("{'role':'function','name':'f','content':'7'}", Set.of(TOOLS)),
        arguments("{'role':'assistant','tool_calls':[{'id':'c'}]}", Set.of(TOOLS)),
        arguments("{'role':'assistant','content':'!','tool_calls':[]}", Set.of()),
        arguments("{'role':'assistant','content':'!','tool_calls':null}", Set.of()),
        arguments("{'role':'assistant','function_call':{'name':'f'}}", Set.of(TOOLS)),
        arguments("{'role':'assistant','content':'!','function_call':null}", Set.of()),
        arguments("{'role':'assistant','audio':{'id':'audio_1'}}", Set.of(SERVER_STATE)),
        arguments("{'role':'assistant','content':'!','audio':null}", Set.of()),
        arguments(
            "{'role':'user','content':[{'type':'input_audio','input_audio':{'data':''}}]}",
            Set.of()),
        arguments(
            "{'role':'user','content':[{'type':'file','file':{'file_id':'file-1'}}]}", Set.of()),
        arguments("{'role':'user','content':'tool','tools':[{}]}", Set.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, false",
    "gpt-4o-search-preview, true",
    "gpt-4o-mini-search-preview-2025-03-11, true",
    "gpt-5-search-api, true",
    "some-search, true",
    "openai/gpt-4o:online, true",
    "sonar, true",
    "perplexity/sonar-deep-research, true",
    "groq/compound-mini, true",
    "compound-beta, true",
    "sonarqube, false",
    "compounds, false",
    "a-sonar, false",
    "research-model, false",
    "searching-gpt, false"
  })
  void aModelThatSearchesTheWebIsATool(String model, boolean searches) {
    assertThat(asked(model).objections()).isEqualTo(searches ? Set.of(HOSTED_TOOLS) : Set.of());
  }
}
