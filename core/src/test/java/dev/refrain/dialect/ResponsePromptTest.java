package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Dialect;
import dev.refrain.Headers;
import dev.refrain.Prompt;
import dev.refrain.Request;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked, where it is not only a list of messages with a text each. */
final class ResponsePromptTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'input':'QUESTION'",
        "'input':[{'role':'user','content':'QUESTION'}]",
        "'input':[{'type':'message','role':'user','content':'QUESTION'}]",
        "'input':[{'role':'system','content':'Be brief.'},{'role':'user','content':'QUESTION'}]",
        "'input':[{'role':'user','content':[{'type':'input_text','text':'QUESTION'}]}]"
      })
  void theLastTextOfAUserIsWhatIsAsked(String input) throws Exception {
    var body = "{'model':'m','stream':false," + input + "}";
    var asked = body.replace("QUESTION", "What is a refrain?");
    var other = body.replace("QUESTION", "And that?").replace("'stream':false", "'stream':true");

    assertThat(prompt(asked).text()).isEqualTo("What is a refrain?");
    assertThat(prompt(other).text()).isEqualTo("And that?");
    assertThat(context(other)).isEqualTo(context(asked));
    assertThat(context(asked.replace("'m'", "'n'"))).isNotEqualTo(context(asked));
  }

  @Test
  void allElseIsContext() throws Exception {
    var bodies =
        List.of(
            "{'model':'m','input':'?'}",
            "{'model':'m','input':'?','instructions':'Be brief.'}",
            "{'model':'m','input':[{'role':'user','content':'?'}]}",
            "{'model':'m','input':[{'role':'user','content':'?'},{'role':'user','content':'?'}]}",
            "{'model':'m','input':[{'role':'user'},{'role':'user','content':'?'}]}",
            "{'model':'m','input':[{'role':'user','content':[{'type':'input_text','text':'?'}]}]}",
            "{'model':'m','input':[{'role':'user','content':[{'type':'input_text','text':'?',"
                + "'x':1}]}]}",
            "{'model':'m','input':[{'role':'user','content':[{'type':'input_text','text':'?',"
                + "'role':'user'}]}]}",
            "{'model':'m','input':[{'role':'user'},"
                + "{'role':'user','type':'input_text','content':'?'}]}");
    var contexts = new HashSet<String>();
    for (var body : bodies) {
      assertThat(contexts.add(context(body))).as(body).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'model':'m'}",
        "{'model':'m','input':[]}",
        "{'model':'m','input':[{'role':'assistant','content':'Well,'}]}",
        "{'model':'m','input':[{'type':'function_call_output','output':'7'}]}",
        "{'model':'m','input':[{'role':'user','content':[{'type':'input_image','text':'?'}]}]}",
        "{'model':'m','input':[{'role':'user','content':[{'type':'input_text','text':7}]}]}",
        "{'model':'m','input':[{'role':'user','content':[{'type':'input_text','text':'a'},"
            + "{'type':'input_text','text':'b'}]}]}",
        "{'model':'m','input':[{'role':'user','content':[]}]}",
        "nonsense"
      })
  void whatEndsInNoSingleTextOfAUserHasNoPrompt(String body) {
    assertThat(maybePrompt(OpenAiResponses.DIALECT, body)).isNull();
  }

  @Test
  void aCompletionAsksByItsPrompt() {
    var dialect = OpenAiCompletions.DIALECT;

    assertThat(maybePrompt(dialect, "{'model':'m','prompt':'Once'}").text()).isEqualTo("Once");
    assertThat(maybePrompt(dialect, "{'model':'m','prompt':['Once']}")).isNull();
    assertThat(maybePrompt(dialect, "{'model':'m','prompt':[1212]}")).isNull();
    assertThat(maybePrompt(dialect, "{'model':'m'}")).isNull();
  }

  @Test
  void aChatMayHaveItsTextInAPart() {
    var chat = "{'model':'m','messages':[{'role':'user','content':[{'type':'text','text':'?'}]}]}";

    assertThat(maybePrompt(OpenAiChat.DIALECT, chat).text()).isEqualTo("?");
  }

  private static @Nullable Prompt maybePrompt(Dialect dialect, String body) {
    return dialect.prompt(Request.post("openai", "/", Headers.none(), json(body)));
  }

  private static Prompt prompt(String body) {
    var prompt = maybePrompt(OpenAiResponses.DIALECT, body);
    assertThat(prompt).as(body).isNotNull();
    return prompt;
  }

  private static String context(String body) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    prompt(body).context().addTo(digest);
    return HexFormat.of().formatHex(digest.digest());
  }
}
