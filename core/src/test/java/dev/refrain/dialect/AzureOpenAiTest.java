package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.STREAM_USAGE;
import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.resource;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Reading;
import dev.refrain.Reading.Clear;
import dev.refrain.Reason;
import dev.refrain.Request;
import dev.refrain.json.CanonicalJson;
import dev.refrain.json.Json;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AzureOpenAiTest {
  private static final String PATH = "/openai/deployments/my-gpt.4_o/chat/completions";
  private static final String QUERY = "?api-version=2024-10-21";
  private static final AzureOpenAi AZURE = new AzureOpenAi(OpenAiChat.DIALECT);

  @ParameterizedTest
  @CsvSource({
    "POST, /openai/deployments/my-gpt.4_o/chat/completions, true",
    "POST, /deployments/my-gpt.4_o/chat/completions, true",
    "POST, /openai/v1/chat/completions, true",
    "GET, /openai/deployments/d/chat/completions, false",
    "POST, /openai/deployments/d/completions, false",
    "POST, /openai/deployments/d/e/chat/completions, false",
    "POST, /openai/deployments//chat/completions, false",
    "POST, /openai/deployments/d%2fe/chat/completions, false",
    "POST, /openai/deployments/chat/completions, false",
    "POST, /v1/chat/completions, false",
    "POST, /openai/v2/chat/completions, false"
  })
  void thePathsAreThoseOfAzure(String method, String path, boolean spoken) {
    assertThat(AZURE.speaks(method, path)).isEqualTo(spoken);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{'messages':[]}", "{'model':'gpt-4o','messages':[]}", "{ 'messages' : [ ] }"})
  void theModelIsTheDeployment(String body) {
    assertThat(read(PATH + QUERY, body))
        .isInstanceOfSatisfying(
            Clear.class, clear -> assertThat(clear.facts().model()).isEqualTo("my-gpt.4_o"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'messages':[]}",
        "{'messages':[],'model':'gpt-4o'}",
        "{'messages':[],'model':null}"
      })
  void nothingIsPutIntoTheBody(String body) throws Exception {
    var asItCame = MessageDigest.getInstance("SHA-256").digest(canonical(body));
    assertThat(digest(body)).isEqualTo(HexFormat.of().formatHex(asItCame));
  }

  private static byte[] canonical(String body) throws Exception {
    return CanonicalJson.bytes(Json.parse(json(body)), Set.of());
  }

  @ParameterizedTest
  @MethodSource
  void everyDialectKnowsTheDeployment(OpenAiDialect dialect, String path, String body) {
    var azure = new AzureOpenAi(dialect);
    var reading = azure.read(request("/openai/deployments/d/" + path, body));

    assertThat(((Clear) reading).facts().model()).isEqualTo("d");
    for (var doubt : List.of("[]", "'a'", "7", "null", "{'model':7,'prompt':'Hi'}")) {
      assertThat(azure.read(request("/openai/deployments/d/" + path, doubt)))
          .as(doubt)
          .isEqualTo(new Reading.Opaque(Reason.UNPARSABLE));
    }
  }

  static List<Arguments> everyDialectKnowsTheDeployment() {
    return List.of(
        Arguments.of(OpenAiChat.DIALECT, "chat/completions", "{'messages':[]}"),
        Arguments.of(OpenAiCompletions.DIALECT, "completions", "{'prompt':'Hi'}"),
        Arguments.of(OpenAiCompletions.DIALECT, "completions", "{}"),
        Arguments.of(OpenAiResponses.DIALECT, "responses", "{'input':'Hi'}"),
        Arguments.of(OpenAiResponses.DIALECT, "responses", "{'model':null,'prompt':{'id':'p'}}"),
        Arguments.of(OpenAiMedia.IMAGES, "images/generations", "{'prompt':'Hi'}"),
        Arguments.of(OpenAiModerations.DIALECT, "moderations", "{'input':'Hi'}"));
  }

  @Test
  void atTheNewerPathsTheBodyNamesIt() {
    assertThat(read("/openai/v1/chat/completions", "{'model':'d','messages':[]}"))
        .isInstanceOfSatisfying(
            Clear.class, clear -> assertThat(clear.facts().model()).isEqualTo("d"));
    assertThat(read("/openai/v1/chat/completions", "{'messages':[]}"))
        .isEqualTo(new Reading.Opaque(Reason.UNPARSABLE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{}", "{'model':7,'messages':[]}", "{'messages':[]", "{'messages':{}}"})
  void whatIsInDoubtIsPassedOn(String body) {
    assertThat(read(PATH, body)).isEqualTo(new Reading.Opaque(Reason.UNPARSABLE));
  }

  @Test
  void whatTheBodySaysDecides() throws Exception {
    assertThat(digest("{'messages':[],'seed':1}")).isEqualTo(digest("{ 'seed':1,'messages':[]}"));
    assertThat(digest("{'messages':[],'seed':1}")).isNotEqualTo(digest("{'messages':[]}"));
    assertThat(AZURE.decidingTarget(request(PATH + QUERY, "{}"))).isEqualTo(PATH + QUERY);
  }

  @Test
  void theDeploymentSaysNothingOfTheModelThatAnswers() {
    var asked = ((Clear) read(PATH, "{'messages':[]}")).facts();
    var whole = Chat.recording(Form.WHOLE, resource("azure.json"));

    assertThat(OpenAiChat.DIALECT.judge(asked, whole).defects())
        .containsExactly(Reason.OTHER_MODEL);
    assertThat(AZURE.judge(asked, whole).defects()).isEmpty();
    assertThat(AZURE.judge(asked, whole).usage())
        .isEqualTo(OpenAiChat.DIALECT.judge(asked, whole).usage());
    assertThat(AZURE.judge(asked, Chat.whole("{'choices':[]}")).defects())
        .containsExactlyInAnyOrder(Reason.EMPTY, Reason.INCOMPLETE);
  }

  @Test
  void allElseIsAsOpenAiDoesIt() {
    var stream = Chat.recording(STREAM_USAGE, resource("azure.sse"));

    assertThat(AZURE.convert(stream, Form.WHOLE))
        .isEqualTo(OpenAiChat.DIALECT.convert(stream, Form.WHOLE));
    assertThat(AZURE.prompt(request(PATH, "{'messages':[{'role':'user','content':'Hi'}]}")).text())
        .isEqualTo("Hi");
    assertThat(AZURE.error(404, "c", "m")).isEqualTo(OpenAiChat.DIALECT.error(404, "c", "m"));
    assertThat(AZURE.decidingHeaders())
        .containsAll(OpenAiChat.DIALECT.decidingHeaders())
        .contains("x-policy-id"); // names what is filtered
  }

  private static Reading read(String target, String body) {
    return AZURE.read(request(target, body));
  }

  private static Request request(String target, String body) {
    return Request.post("azure", target, Headers.none(), json(body));
  }

  private static String digest(String body) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    ((Clear) read(PATH, body)).body().addTo(digest);
    return HexFormat.of().formatHex(digest.digest());
  }
}
