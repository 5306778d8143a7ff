package dev.refrain.dialect;

import static dev.refrain.Reason.HOSTED_TOOLS;
import static dev.refrain.dialect.Chat.STREAM;
import static dev.refrain.dialect.Chat.STREAM_USAGE;
import static dev.refrain.dialect.Completions.asked;
import static dev.refrain.dialect.Responses.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Form;
import dev.refrain.Reading.Clear;
import dev.refrain.Reading.Opaque;
import dev.refrain.Reason;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CompletionRequestTest {

  @Test
  void onlyTheDeliveryDoesNotDecide() throws Exception {
    assertThat(digest("'prompt':'Hi','stream':true")).isEqualTo(digest("'prompt':'Hi'"));
    assertThat(digest("'prompt':'Hi','stream_options':{}")).isEqualTo(digest("'prompt':'Hi'"));
    for (var other :
        new String[] {
          "'prompt':'hi'",
          "'prompt':['Hi']",
          "'prompt':'Hi','suffix':'!'",
          "'prompt':'Hi','best_of':2",
          "'prompt':'Hi','echo':true",
          "'prompt':'Hi','user':'u-1'",
          "'prompt':'Hi','prompt_cache_key':'k'",
          "'prompt':'Hi','a_parameter_of_tomorrow':1"
        }) {
      assertThat(digest(other)).as(other).isNotEqualTo(digest("'prompt':'Hi'"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "'x':0                               | 1",
        "'prompt':null                       | 1",
        "'prompt':'Hi'                       | 1",
        "'prompt':['Hi']                     | 1",
        "'prompt':['Hi','Ho','Hu']           | 3",
        "'prompt':['Hi','Ho','Hu'],'n':2     | 6",
        "'prompt':[1212,318,257]             | 1",
        "'prompt':[1212,318,257],'n':4       | 4",
        "'prompt':[[1212,318],[257]]         | 2",
        "'prompt':'Hi','n':3,'best_of':5     | 3"
      })
  void eachPromptHasItsChoices(String members, int choices) {
    assertThat(asked(members).choices()).isEqualTo(choices);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{'prompt':'Hi'}",
        "{'model':7,'prompt':'Hi'}",
        "{'model':'m','prompt':7}",
        "{'model':'m','prompt':{}}",
        "{'model':'m','prompt':true}",
        "{'model':'m','prompt':[]}",
        "{'model':'m','prompt':'Hi','n':0}",
        "{'model':'m','prompt':'Hi','n':'2'}",
        "{'model':'m','prompt':['Hi','Ho'],'n':2147483647}",
        "{'model':'m','prompt':'Hi','max_tokens':'16'}",
        "{'model':'m','prompt':'Hi','stream':1}",
        "{'model':'m','prompt':'Hi','stream':true,'stream_options':[]}",
        "{'model':'m','prompt':'Hi','prompt':'Ho'}"
      })
  void whatIsInDoubtIsPassedOn(String body) {
    assertThat(read(OpenAiCompletions.DIALECT, body)).isEqualTo(new Opaque(Reason.UNPARSABLE));
  }

  @Test
  void theFormsAreThoseOfChats() {
    assertThat(asked().form()).isEqualTo(Form.WHOLE);
    assertThat(asked().sources()).containsExactly(STREAM_USAGE);
    assertThat(asked("'stream':true").form()).isEqualTo(STREAM);
    assertThat(asked("'stream':true", "'stream_options':{'include_usage':true}").form())
        .isEqualTo(STREAM_USAGE);
  }

  @ParameterizedTest
  @CsvSource({"'', false", "null, false", "-1, false", "0, true", "16, true"})
  void whoGivesALimitKnowsThatHeMayBeCut(String limit, boolean limited) {
    assertThat(asked(limit.isEmpty() ? "'x':0" : "'max_tokens':" + limit).limited())
        .isEqualTo(limited);
  }

  @Test
  void whatLooksIntoTheWebIsObjectedTo() {
    assertThat(asked().objections()).isEmpty();
    assertThat(asked("'plugins':[{'id':'web'}]").objections()).containsExactly(HOSTED_TOOLS);
  }

  private static String digest(String members) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    var read = read(OpenAiCompletions.DIALECT, "{'model':'m'," + members + "}");
    ((Clear) read).body().addTo(digest);
    return HexFormat.of().formatHex(digest.digest());
  }
}
