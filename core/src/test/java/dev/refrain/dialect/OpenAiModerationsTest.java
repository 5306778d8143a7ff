package dev.refrain.dialect;

import static dev.refrain.Reason.EMPTY;
import static dev.refrain.Reason.ERROR_EVENT;
import static dev.refrain.Reason.INCOMPLETE;
import static dev.refrain.Reason.INVALID_JSON;
import static dev.refrain.Reason.OTHER_MODEL;
import static dev.refrain.dialect.Chat.STREAM;
import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Reading.Clear;
import dev.refrain.Reading.Opaque;
import dev.refrain.Reason;
import dev.refrain.Request;
import dev.refrain.Usage;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenAiModerationsTest {
  private static final OpenAiModerations DIALECT = OpenAiModerations.DIALECT;
  private static final String FLAGGED = "{'flagged':true,'categories':{},'category_scores':{}}";
  private static final String HARMLESS = "{'flagged':false}";

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "'Hi'                                                       | 1",
        "['Hi']                                                     | 1",
        "['Hi','Ho','Hu']                                           | 3",
        "[{'type':'text','text':'Hi'}]                              | 1",
        "[{'type':'text','text':'Hi'},{'type':'image_url'}]         | 1"
      })
  void eachTextHasItsVerdict(String input, int verdicts) {
    assertThat(asked("{'input':" + input + "}").choices()).isEqualTo(verdicts);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{'input':null}",
        "{'input':7}",
        "{'input':{}}",
        "{'input':[]}",
        "{'input':['Hi',{'type':'text','text':'Hi'}]}",
        "{'input':'Hi','model':7}",
        "{'input':'Hi','input':'Ho'}"
      })
  void whatIsInDoubtIsPassedOn(String body) {
    assertThat(Responses.read(DIALECT, body)).isEqualTo(new Opaque(Reason.UNPARSABLE));
  }

  @Test
  void allOfTheRequestDecides() throws Exception {
    var plain = digest("{'input':'Hi','model':'m'}");

    assertThat(digest("{ 'model':'m', 'input':'\\u0048i' }")).isEqualTo(plain);
    for (var other :
        new String[] {
          "{'input':'hi','model':'m'}",
          "{'input':['Hi'],'model':'m'}",
          "{'input':'Hi'}",
          "{'input':'Hi','model':'m','stream':true}"
        }) {
      assertThat(digest(other)).as(other).isNotEqualTo(plain);
    }
  }

  @Test
  void thereIsOneFormOnly() {
    var asked = asked("{'input':'Hi','stream':true}");

    assertThat(asked.form()).isEqualTo(Form.WHOLE);
    assertThat(asked.sources()).isEmpty();
    assertThat(DIALECT.expects(asked, "application/json")).isTrue();
    assertThat(DIALECT.expects(asked, "text/event-stream")).isFalse();
    assertThat(DIALECT.convert(whole(reply("m", FLAGGED)), STREAM)).isNull();
  }

  @Test
  void nobodyIsJudgedByWhatIsNearlyWhatHeSaid() {
    var request = Request.post("openai", "/v1/moderations", Headers.none(), json("{'input':'Hi'}"));

    assertThat(DIALECT.prompt(request)).isNull();
  }

  @Test
  void whatIsFlaggedIsKeptAsWhatIsNot() {
    var asked = asked("{'input':['Hi','Ho'],'model':'m'}");

    assertThat(DIALECT.judge(asked, whole(reply("m", FLAGGED, HARMLESS))).defects()).isEmpty();
    assertThat(DIALECT.judge(asked, whole(reply("m", FLAGGED, HARMLESS))).usage())
        .isEqualTo(Usage.UNKNOWN);
    assertThat(defects(asked, reply("m", FLAGGED))).containsExactly(INCOMPLETE);
    assertThat(defects(asked, reply("m"))).containsExactly(EMPTY);
    var mistral = "{'categories':{'pii':false},'category_scores':{'pii':0.1}}";
    assertThat(defects(asked, reply("m", mistral, mistral))).isEmpty();
    assertThat(defects(asked, reply("m", "{'flagged':null,'categories':[]}", FLAGGED)))
        .containsExactly(INVALID_JSON);
    assertThat(defects(asked, reply("m", "{}", FLAGGED))).containsExactly(INVALID_JSON);
    assertThat(defects(asked, reply("m", "{'flagged':'no'}", FLAGGED)))
        .containsExactly(INVALID_JSON);
    assertThat(defects(asked, reply("m", "7", FLAGGED))).containsExactly(INVALID_JSON);
    assertThat(defects(asked, "{'error':{'message':'overloaded'}}")).containsExactly(ERROR_EVENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Hi", "[]", "{}", "{'results':{}}", "{'results':[],'results':[]}"})
  void whatIsNoReplyIsInvalid(String reply) {
    assertThat(defects(asked("{'input':'Hi'}"), reply)).containsExactly(INVALID_JSON);
  }

  @ParameterizedTest
  @CsvSource({
    "omni-moderation-latest, omni-moderation-2024-09-26, true",
    "text-moderation-stable, text-moderation-007, true",
    "text-moderation-latest, text-moderation-007, true",
    "'', omni-moderation-latest, true",
    "omni-moderation-2024-09-26, '', true",
    "omni-moderation-2024-09-26, omni-moderation-2024-09-26, true",
    "omni-moderation-2024-09-26, text-moderation-007, false"
  })
  void whoLeavesTheModelOpenIsAnsweredByAny(String model, String answered, boolean same) {
    var asked = asked("{'input':'Hi'" + (model.isEmpty() ? "}" : ",'model':'" + model + "'}"));

    assertThat(defects(asked, reply(answered, FLAGGED)))
        .isEqualTo(same ? Set.of() : Set.of(OTHER_MODEL));
  }

  private static String reply(String model, String... results) {
    return "{'id':'modr-1','model':'%s','results':[%s]}"
        .formatted(model, String.join(",", results));
  }

  private static Set<Reason> defects(Facts asked, String reply) {
    return DIALECT.judge(asked, whole(reply)).defects();
  }

  private static Facts asked(String body) {
    return Responses.facts(DIALECT, Responses.read(DIALECT, body));
  }

  private static String digest(String body) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    ((Clear) Responses.read(DIALECT, body)).body().addTo(digest);
    return HexFormat.of().formatHex(digest.digest());
  }
}
