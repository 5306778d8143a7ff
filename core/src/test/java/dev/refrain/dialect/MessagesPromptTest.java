package dev.refrain.dialect;

import static dev.refrain.dialect.Messages.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Prompt;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MessagesPromptTest {
  private static final String ASKED =
      """
      {'model':'m','max_tokens':9,'system':'Be brief.','messages':[{'role':'user','content':'Hi'},
      {'role':'assistant','content':'Ho'},{'role':'user','content':'Who \\u00fc?'}]}\
      """;

  @Test
  void theLastWordsAreTheTextAndAllElseIsTheContext() throws Exception {
    assertThat(prompt(ASKED).text()).isEqualTo("Who \u00fc?");
    assertThat(context(ASKED.replace("Who", "Where"))).isEqualTo(context(ASKED));
    assertThat(context(ASKED.replace("}]}", "}],'stream':true}"))).isEqualTo(context(ASKED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'m'>'n'",
        "brief>long",
        "'Hi'>'Hey'",
        "'Ho'>'Hey'",
        "{'role':'assistant','content':'Ho'},>",
        "':9>':8",
        "}]}>,'x':1}]}",
        "}]}>}],'metadata':{'user_id':'u'}}"
      })
  void whateverElseDiffersIsAnotherContext(String change) throws Exception {
    int at = change.indexOf('>');
    var other = ASKED.replace(change.substring(0, at), change.substring(at + 1));

    assertThat(other).isNotEqualTo(ASKED);
    assertThat(context(other)).isNotEqualTo(context(ASKED));
  }

  @Test
  void oneBlockOfTextIsTheSameAsAString() throws Exception {
    var block = ASKED.replace("'Who \\u00fc?'", "[{'text':'Who \\u00fc?','type':'text'}]");
    var marked = block.replace("'text'}]", "'text','cache_control':{'type':'ephemeral'}}]");

    assertThat(prompt(block).text()).isEqualTo(prompt(ASKED).text());
    assertThat(context(block)).isEqualTo(context(ASKED));
    assertThat(prompt(marked).text()).isEqualTo(prompt(ASKED).text());
    assertThat(context(marked)).isNotEqualTo(context(ASKED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'role':'assistant','content':'The answer is ('}",
        "{'role':'system','content':'Hi'}",
        "{'content':'Hi'}",
        "{'role':'user'}",
        "{'role':'user','content':[]}",
        "{'role':'user','content':7}",
        "{'role':'user','content':[{'type':'text'}]}",
        "{'role':'user','content':[{'type':'text','text':7}]}",
        "{'role':'user','content':[{'type':'image','text':'x'}]}",
        "{'role':'user','content':[{'type':'text','text':'a'},{'type':'text','text':'b'}]}",
        "{'role':'user','content':[{'type':'image','source':{}},{'type':'text','text':'b'}]}"
      })
  void whereNoUsersTextComesLastThereIsNone(String last) {
    var body = "{'model':'m','messages':[{'role':'user','content':'Hi'}," + last + "]}";

    assertThat(AnthropicMessages.DIALECT.prompt(request(body))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{'messages':[]}", "{'messages':{}}", "{'messages':[7]}"})
  void whatIsNoConversationHasNone(String body) {
    assertThat(AnthropicMessages.DIALECT.prompt(request(body))).isNull();
  }

  private static Prompt prompt(String body) {
    var prompt = AnthropicMessages.DIALECT.prompt(request(body.replace("\n", "")));
    assertThat(prompt).isNotNull();
    return prompt;
  }

  private static String context(String body) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    prompt(body).context().addTo(digest);
    return HexFormat.of().formatHex(digest.digest());
  }
}
