package dev.refrain.dialect;

import static dev.refrain.Reason.HOSTED_TOOLS;
import static dev.refrain.Reason.SERVER_STATE;
import static dev.refrain.Reason.TOOLS;
import static dev.refrain.dialect.GeminiTalk.asked;
import static dev.refrain.dialect.GeminiTalk.facts;
import static dev.refrain.dialect.GeminiTalk.read;
import static dev.refrain.dialect.GeminiTalk.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.refrain.Form;
import dev.refrain.Reading.Clear;
import dev.refrain.Reading.Opaque;
import dev.refrain.Reason;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GeminiRequestTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "[]",
        "null",
        "{}",
        "{'contents':'Hi'}",
        "{'contents':['Hi']}",
        "{'contents':null}",
        "{'contents':[],'contents':[]}",
        "{'contents':[],'generationConfig':[]}",
        "{'contents':[],'generationConfig':'x'}",
        "{'contents':[],'generationConfig':{},'generation_config':{}}",
        "{'contents':[],'generationConfig':{'candidateCount':0}}",
        "{'contents':[],'generationConfig':{'candidateCount':'2'}}",
        "{'contents':[],'generationConfig':{'candidateCount':1,'candidate_count':2}}",
        "{'contents':[],'generationConfig':{'candidateCount':2147483648}}",
        "{'contents':[],'generation_config':{'max_output_tokens':1.5}}",
        "{'contents':[]}{}"
      })
  void whatIsInDoubtIsPassedOn(String body) {
    assertThat(read(body)).isEqualTo(new Opaque(Reason.UNPARSABLE));
  }

  @Test
  void aStreamIsOneInEitherForm() {
    for (var form : GeminiTalk.FORMS) {
      var reading = Gemini.DIALECT.read(request(form, "{'contents':[]}"));
      var facts = ((Clear) reading).facts();

      assertThat(facts.form()).isEqualTo(form);
      assertThat(facts.sources()).hasSize(2).doesNotContain(form);
      assertThat(facts.siblings()).hasSize(2).doesNotContain(form);
    }
    assertThat(facts("{'contents':[]}").model()).isEqualTo("gemini-2.5-flash");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "'generationConfig':{}                                             | 1 | false",
        "'generationConfig':null                                           | 1 | false",
        "'generationConfig':{'candidateCount':3}                           | 3 | false",
        "'generation_config':{'candidate_count':3}                         | 3 | false",
        "'generationConfig':{'maxOutputTokens':9}                          | 1 | true",
        "'generation_config':{'max_output_tokens':9}                       | 1 | true",
        "'generationConfig':{'maxOutputTokens':0}                          | 1 | false",
        "'generationConfig':{'maxOutputTokens':null,'max_output_tokens':9} | 1 | true"
      })
  void bothNamesOfAFieldAreKnown(String members, int choices, boolean limited) {
    assertThat(asked(members).choices()).isEqualTo(choices);
    assertThat(asked(members).limited()).isEqualTo(limited);
  }

  @ParameterizedTest
  @MethodSource
  void whatSpeaksAgainstIt(String body, Set<Reason> objections) {
    assertThat(facts(body).objections()).isEqualTo(objections);
  }

  static Stream<Arguments> whatSpeaksAgainstIt() {
    return Stream.of(
        arguments("{'contents':[],'tools':[]}", Set.of()),
        arguments("{'contents':[],'tools':null}", Set.of()),
        arguments("{'contents':[],'tools':[{'functionDeclarations':[]}]}", Set.of(TOOLS)),
        arguments("{'contents':[],'tools':[{'function_declarations':[]}]}", Set.of(TOOLS)),
        arguments("{'contents':[],'tools':{'functionDeclarations':[]}}", Set.of(TOOLS)),
        arguments("{'contents':[],'tools':[{'googleSearch':{}}]}", Set.of(HOSTED_TOOLS)),
        arguments("{'contents':[],'tools':{'codeExecution':{}}}", Set.of(HOSTED_TOOLS)),
        arguments(
            "{'contents':[],'tools':[{'functionDeclarations':[],'urlContext':{}}]}",
            Set.of(HOSTED_TOOLS)),
        arguments("{'contents':[],'tools':['new']}", Set.of(HOSTED_TOOLS)),
        arguments("{'contents':[],'cachedContent':'cachedContents/1'}", Set.of(SERVER_STATE)),
        arguments("{'contents':[],'cached_content':'cachedContents/1'}", Set.of(SERVER_STATE)),
        arguments("{'contents':[{'parts':[{'functionCall':{}}]}]}", Set.of(TOOLS)),
        arguments("{'contents':{'parts':{'function_response':{}}}}", Set.of(TOOLS)),
        arguments("{'contents':[{'parts':[{'codeExecutionResult':{}}]}]}", Set.of(HOSTED_TOOLS)),
        arguments("{'contents':[{'parts':[{'fileData':{'fileUri':'u'}}]}]}", Set.of()));
  }

  @Test
  void allOfTheBodyDecides() throws Exception {
    var plain = digest("{'contents':[{'parts':[{'text':'Hi'}]}]}");

    assertThat(digest("{ 'contents': [ {'parts':[{'text':'\\u0048i'}]}]}")).isEqualTo(plain);
    assertThat(digest("{'contents':[{'parts':[{'text':'hi'}]}]}")).isNotEqualTo(plain);
    assertThat(digest("{'contents':[{'parts':[{'text':'Hi'}]}],'labels':{'a':'b'}}"))
        .isNotEqualTo(plain);
    assertThat(digest("{'contents':[{'parts':[{'text':'Hi'}]}],'stream':true}"))
        .isNotEqualTo(plain);
  }

  @Test
  void theLastTextIsWhatIsAsked() throws Exception {
    var body = "{'contents':[%s{'role':'user','parts':[{'text':'%s'}]}],'systemInstruction':%s}";
    var one = prompt(body.formatted("", "One?", "{}"));
    var two = prompt(body.formatted("", "Two?", "{}"));

    assertThat(one).startsWith("One? ");
    assertThat(two).startsWith("Two? ");
    assertThat(one.substring(5)).isEqualTo(two.substring(5));
    assertThat(prompt(body.formatted("{'role':'model'},", "One?", "{}"))).isNotEqualTo(one);
    assertThat(prompt(body.formatted("", "One?", "{'parts':[]}"))).isNotEqualTo(one);
    assertThat(prompt("{'contents':{'parts':{'text':'One?'}}}")).startsWith("One? ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[",
        "{'contents':[]}",
        "{'contents':[{'role':'model','parts':[{'text':'Hi'}]}]}",
        "{'contents':[{'role':'user','parts':[{'text':'Hi'},{'text':'you'}]}]}",
        "{'contents':[{'role':'user','parts':[{'text':'Hi','thought':true}]}]}",
        "{'contents':[{'role':'user','parts':[{'inlineData':{}}]}]}",
        "{'contents':[{'role':'user','parts':[]}]}",
        "{'contents':[{'role':'user'}]}"
      })
  void whatIsNoTextOfTheUserIsNoPrompt(String body) {
    assertThat(Gemini.DIALECT.prompt(request(Form.WHOLE, body))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "400, INVALID_ARGUMENT", "401, UNAUTHENTICATED", "403, PERMISSION_DENIED", "404, NOT_FOUND",
    "413, INVALID_ARGUMENT", "429, RESOURCE_EXHAUSTED", "500, INTERNAL", "502, UNAVAILABLE",
    "503, UNAVAILABLE", "504, DEADLINE_EXCEEDED"
  })
  void anErrorLooksLikeOneOfGoogle(int status, String name) {
    assertThat(new String(Gemini.DIALECT.error(status, "a_code", "no \"way\""), UTF_8))
        .isEqualTo(
            "{\"error\":{\"code\":"
                + status
                + ",\"message\":\"no \\\"way\\\"\",\"status\":\""
                + name
                + "\",\"details\":[{\"@type\":\"type.googleapis.com/google.rpc.ErrorInfo\","
                + "\"reason\":\"a_code\",\"domain\":\"refrain\"}]}}");
  }

  private static String prompt(String body) throws Exception {
    var prompt = Gemini.DIALECT.prompt(request(Form.WHOLE, body));
    var digest = MessageDigest.getInstance("SHA-256");
    prompt.context().addTo(digest);
    return prompt.text() + " " + HexFormat.of().formatHex(digest.digest());
  }

  private static String digest(String body) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    ((Clear) read(body)).body().addTo(digest);
    return HexFormat.of().formatHex(digest.digest());
  }
}
