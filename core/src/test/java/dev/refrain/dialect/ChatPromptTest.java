package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Headers;
import dev.refrain.Prompt;
import dev.refrain.Request;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChatPromptTest {
  private static final String CHAT =
      "{'model':'m','stream':false,'messages':[{'role':'system','content':'Be brief.'},"
          + "{'role':'user','content':'What is a refrain?'}]}";

  @Test
  void theLastMessageOfAUserIsWhatIsAsked() {
    assertThat(prompt(CHAT).text()).isEqualTo("What is a refrain?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"What is that?", "'What is a refrain?\\n", ""})
  void anotherQuestionHasTheSameContext(String question) throws Exception {
    var other = CHAT.replace("What is a refrain?", question.replace("'", ""));

    assertThat(context(other)).isEqualTo(context(CHAT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'model':'n','messages':[{'role':'system','content':'Be brief.'},"
            + "{'role':'user','content':'What is a refrain?'}]}",
        "{'model':'m','messages':[{'role':'system','content':'Be long.'},"
            + "{'role':'user','content':'What is a refrain?'}]}",
        "{'model':'m','messages':[{'role':'user','content':'What is a refrain?'}]}",
        "{'model':'m','messages':[{'role':'system','content':'Be brief.'},"
            + "{'role':'user','name':'eve','content':'What is a refrain?'}]}",
        "{'model':'m','seed':1,'messages':[{'role':'system','content':'Be brief.'},"
            + "{'role':'user','content':'What is a refrain?'}]}",
      })
  void allElseIsContext(String other) throws Exception {
    assertThat(prompt(other).text()).isEqualTo("What is a refrain?");
    assertThat(context(other)).isNotEqualTo(context(CHAT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'model':'m','messages':[]}",
        "{'model':'m','messages':[{'role':'assistant','content':'Well,'}]}",
        "{'model':'m','messages':[{'role':'user','content':[{'type':'image_url'}]}]}",
        "{'model':'m'}",
        "nonsense",
      })
  void whatEndsInNoTextOfAUserHasNoPrompt(String body) {
    assertThat(maybePrompt(body)).isNull();
  }

  private static @Nullable Prompt maybePrompt(String body) {
    var bytes = body.replace('\'', '"').getBytes(UTF_8);
    return OpenAiChat.DIALECT.prompt(
        Request.post("openai", "/v1/chat/completions", Headers.of(), bytes));
  }

  private static Prompt prompt(String body) {
    var prompt = maybePrompt(body);
    assertThat(prompt).isNotNull();
    return prompt;
  }

  private static String context(String body) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    prompt(body).context().addTo(digest);
    return HexFormat.of().formatHex(digest.digest());
  }
}
