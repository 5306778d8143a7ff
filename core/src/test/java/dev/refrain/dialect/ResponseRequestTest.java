package dev.refrain.dialect;

import static dev.refrain.dialect.Responses.STREAM;
import static dev.refrain.dialect.Responses.asked;
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

final class ResponseRequestTest {
  private static final String PLAIN = "{'model':'gpt-5.4','input':'Hi','top_p':1}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ 'top_p':1.0, 'input':'\\u0048i', 'model':'gpt-5.4' }",
        "{'model':'gpt-5.4','input':'Hi','top_p':1,'stream':true}",
        "{'model':'gpt-5.4','input':'Hi','top_p':1,'stream':null}",
        "{'model':'gpt-5.4','input':'Hi','top_p':1,'stream':true,"
            + "'stream_options':{'include_obfuscation':false}}"
      })
  void howItIsSpelledAndDeliveredDoesNotDecide(String body) throws Exception {
    assertThat(digest(body)).isEqualTo(digest(PLAIN));
  }

  /** The response repeats the key and the identifier, which may be those of another user. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'prompt_cache_key':'k'",
        "'safety_identifier':'u-1'",
        "'user':'u-1'",
        "'metadata':{'tenant':'a'}",
        "'instructions':'Be brief.'",
        "'store':false",
        "'include':['reasoning.encrypted_content']",
        "'reasoning':{'effort':'low'}",
        "'text':{'verbosity':'low'}",
        "'max_output_tokens':16",
        "'a_parameter_of_tomorrow':{'stream':true}"
      })
  void allElseDecides(String member) throws Exception {
    assertThat(digest(PLAIN.replace("}", "," + member + "}"))).isNotEqualTo(digest(PLAIN));
  }

  @Test
  void theInputDecidesToTheByte() throws Exception {
    assertThat(digest(PLAIN.replace("Hi", "hi"))).isNotEqualTo(digest(PLAIN));
    assertThat(digest(PLAIN.replace("'Hi'", "[{'role':'user','content':'Hi'}]")))
        .isNotEqualTo(digest(PLAIN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "[]",
        "null",
        "{}",
        "{'input':'Hi'}",
        "{'model':7,'input':'Hi'}",
        "{'model':7,'prompt':{'id':'pmpt_1'}}",
        "{'model':'m','input':7}",
        "{'model':'m','input':{}}",
        "{'model':'m','input':['Hi']}",
        "{'model':'m','input':'Hi','input':'Ho'}",
        "{'model':'m','input':'Hi','stream':'true'}",
        "{'model':'m','input':'Hi','stream':true,'stream_options':true}",
        "{'model':'m','input':'Hi','stream':true,'stream_options':{'include_obfuscation':1}}",
        "{'model':'m','input':'Hi','store':'yes'}",
        "{'model':'m','input':'Hi','background':1}",
        "{'model':'m','input':'Hi','max_output_tokens':'many'}",
        "{'model':'m','input':'Hi','tools':{}}",
        "{'model':'m','input':'Hi','tools':['bash']}"
      })
  void whatIsInDoubtIsPassedOn(String body) {
    assertThat(read(body)).isEqualTo(new Opaque(Reason.UNPARSABLE));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "'x':0                                                             | whole",
        "'stream':false                                                    | whole",
        "'stream':true                                                     | stream",
        "'stream':true,'stream_options':null                               | stream",
        "'stream':true,'stream_options':{}                                 | stream",
        "'stream':true,'stream_options':{'include_obfuscation':true}       | stream:[0-9a-f]{16}",
        "'stream':true,'stream_options':{'include_usage':true}             | stream\\?[0-9a-f]{16}",
        "'stream_options':{'include_obfuscation':true}                     | whole\\?[0-9a-f]{16}"
      })
  void thereIsNoStreamWithoutUsage(String members, String form) {
    assertThat(asked(members).form().name()).matches(form);
  }

  @Test
  void aFormKnowsFromWhichOthersItCanBeMade() {
    var plain = asked("'stream':true", "'stream_options':{'include_obfuscation':false}");
    var unknown = asked("'stream':true", "'stream_options':{'unheard_of':1}");

    assertThat(asked().sources()).containsExactly(STREAM);
    assertThat(asked("'stream':true").sources()).containsExactly(Form.WHOLE);
    assertThat(plain.sources()).containsExactly(Form.WHOLE, STREAM);
    assertThat(unknown.sources()).isEmpty();
    assertThat(asked().siblings()).containsExactly(STREAM);
    assertThat(unknown.siblings()).containsExactly(Form.WHOLE, STREAM);
  }

  @Test
  void theFactsAreThoseOfTheRequest() {
    assertThat(asked().model()).isEqualTo("m");
    assertThat(asked().choices()).isOne();
    assertThat(asked().limited()).isFalse();
    assertThat(asked("'max_output_tokens':null").limited()).isFalse();
    assertThat(asked("'max_output_tokens':16").limited()).isTrue();
    assertThat(((Clear) read("{'prompt':{'id':'pmpt_1'}}")).facts().model()).isEmpty();
  }

  private static String digest(String body) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    ((Clear) read(body)).body().addTo(digest);
    return HexFormat.of().formatHex(digest.digest());
  }
}
