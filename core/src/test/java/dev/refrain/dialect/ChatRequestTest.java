package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.STREAM;
import static dev.refrain.dialect.Chat.STREAM_USAGE;
import static dev.refrain.dialect.Chat.asked;
import static dev.refrain.dialect.Chat.facts;
import static dev.refrain.dialect.Chat.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Facts;
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

final class ChatRequestTest {
  private static final String PLAIN =
      "{'model':'gpt-4o','messages':[{'role':'user','content':'Hi'}],'top_p':1}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ 'top_p' : 1.0, 'messages':[{'content':'Hi','role':'user'}], 'model':'gpt-4o' }",
        "{'model':'gpt-4o','messages':[{'role':'user','content':'\\u0048i'}],'top_p':1e0}"
      })
  void howItIsSpelledDoesNotDecide(String body) throws Exception {
    assertThat(digest(body)).isEqualTo(digest(PLAIN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'stream':true",
        "'stream':null",
        "'stream':true,'stream_options':{'include_usage':true}",
        "'\\u0073tream':true",
        "'prompt_cache_key':'k'",
        "'safety_identifier':'u-1'"
      })
  void howItIsDeliveredDoesNotDecide(String members) throws Exception {
    assertThat(digest(PLAIN.replace("}]", "}]," + members))).isEqualTo(digest(PLAIN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'temperature':1",
        "'user':'u-1'",
        "'metadata':{'tenant':'a'}",
        "'prompt_cache_retention':'24h'",
        "'prompt_cache_options':{'ttl':'30m'}",
        "'seed':7",
        "'n':2",
        "'max_tokens':5",
        "'service_tier':'flex'",
        "'a_parameter_of_tomorrow':{'stream':true}",
        "'logprobs':null"
      })
  void allElseDecides(String member) throws Exception {
    assertThat(digest(PLAIN.replace("}]", "}]," + member))).isNotEqualTo(digest(PLAIN));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{'role':'user','content':'Hi'}  | {'role':'user','content':'hi'}",
        "{'role':'user','content':'Hi'}  | {'role':'user','content':'Hi '}",
        "{'role':'user','content':'Hi'}  | {'role':'user','content':'Hi','stream':true}",
        "{'content':'a'},{'content':'b'} | {'content':'b'},{'content':'a'}"
      })
  void whatIsInTheMessagesDecidesToTheByte(String some, String others) throws Exception {
    assertThat(digest("{'model':'m','messages':[" + some + "]}"))
        .isNotEqualTo(digest("{'model':'m','messages':[" + others + "]}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "[]",
        "null",
        "{}",
        "{'model':'m'}",
        "{'messages':[]}",
        "{'model':1,'messages':[]}",
        "{'model':null,'messages':[]}",
        "{'model':'m','messages':{}}",
        "{'model':'m','messages':'Hi'}",
        "{'model':'m','messages':['Hi']}",
        "{'model':'m','messages':null}",
        "{'model':'m','messages':[],'model':'m'}",
        "{'model':'m','messages':[]",
        "{'model':'m','messages':[]}{}",
        "{'model':'m','messages':[],}",
        "{'model':'m','messages':[],'stream':'true'}",
        "{'model':'m','messages':[],'stream':1}",
        "{'model':'m','messages':[],'stream':true,'stream_options':true}",
        "{'model':'m','messages':[],'stream':true,'stream_options':[]}",
        "{'model':'m','messages':[],'stream':true,'stream_options':{'include_usage':1}}",
        "{'model':'m','messages':[],'stream':true,'stream_options':{'include_obfuscation':'no'}}",
        "{'model':'m','messages':[],'n':'1'}",
        "{'model':'m','messages':[],'n':0}",
        "{'model':'m','messages':[],'n':-1}",
        "{'model':'m','messages':[],'n':1.5}",
        "{'model':'m','messages':[],'n':2147483648}",
        "{'model':'m','messages':[],'n':1e99999}",
        "{'model':'m','messages':[],'max_tokens':'many'}",
        "{'model':'m','messages':[],'max_completion_tokens':0.5}",
        "{'model':'m','messages':[],'store':'yes'}",
        "{'model':'m','messages':[],'tools':{}}",
        "{'model':'m','messages':[],'tools':['bash']}",
        "{'model':'m','messages':[],'functions':true}",
        "{'model':'m','messages':[],'prompt_cache_key':7}",
        "{'model':'m','messages':[],'safety_identifier':{}}"
      })
  void whatIsInDoubtIsPassedOn(String body) {
    assertThat(read(body)).isEqualTo(new Opaque(Reason.UNPARSABLE));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "'x':0                                                           | whole",
        "'stream':false                                                  | whole",
        "'stream':null                                                   | whole",
        "'stream':false,'stream_options':null                            | whole",
        "'stream':true                                                   | stream",
        "'\\u0073tream':true                                              | stream",
        "'stream':true,'stream_options':null                             | stream",
        "'stream':true,'stream_options':{}                               | stream",
        "'stream':true,'stream_options':{'include_usage':false}          | stream",
        "'stream':true,'stream_options':{'include_obfuscation':null}     | stream",
        "'stream':true,'stream_options':{'include_usage':true}           | stream+usage",
      })
  void theUsualFormsHaveNames(String members, String form) {
    assertThat(asked("m", members).form()).isEqualTo(new Form(form));
  }

  @Test
  void anOptionThatChangesTheBytesMakesAFormOfItsOwn() {
    var plain = streamed("{'include_obfuscation':false}");
    var padded = streamed("{'include_obfuscation':true}");
    var plainWithUsage = streamed("{'include_usage':true,'include_obfuscation':false}");
    var unknown = streamed("{'include_usage':true,'continuous_usage_stats':true}");
    var unasked = asked("m", "'stream_options':{'include_usage':true}");

    assertThat(plain.form().name()).matches("stream:[0-9a-f]{16}");
    assertThat(padded.form().name()).matches("stream:[0-9a-f]{16}");
    assertThat(plainWithUsage.form().name()).matches("stream\\+usage:[0-9a-f]{16}");
    assertThat(unknown.form().name()).matches("stream\\?[0-9a-f]{16}");
    assertThat(unasked.form().name()).matches("whole\\?[0-9a-f]{16}");
    assertThat(plain.form()).isNotEqualTo(padded.form());
    assertThat(streamed("{ 'include_obfuscation':false, 'include_usage':false}").form())
        .isEqualTo(plain.form());
  }

  @Test
  void aFormKnowsFromWhichOthersItCanBeMade() {
    assertThat(asked("m").sources()).containsExactly(STREAM_USAGE);
    assertThat(streamed("{}").sources()).containsExactly(STREAM_USAGE, Form.WHOLE);
    assertThat(streamed("{'include_usage':true}").sources()).containsExactly(Form.WHOLE);
    assertThat(streamed("{'include_obfuscation':false}").sources()).containsExactly(Form.WHOLE);
    assertThat(streamed("{'include_obfuscation':true,'include_usage':true}").sources())
        .containsExactly(Form.WHOLE);
    assertThat(streamed("{'unheard_of':1}").sources()).isEmpty();
    assertThat(asked("m", "'stream_options':{}").sources()).isEmpty();
  }

  @Test
  void theUsualFormsAreSiblings() {
    assertThat(asked("m").siblings()).containsExactly(STREAM, STREAM_USAGE);
    assertThat(streamed("{}").siblings()).containsExactly(Form.WHOLE, STREAM_USAGE);
    assertThat(streamed("{'include_usage':true}").siblings()).containsExactly(Form.WHOLE, STREAM);
    assertThat(streamed("{'unheard_of':1}").siblings())
        .containsExactly(Form.WHOLE, STREAM, STREAM_USAGE);
  }

  @Test
  void choicesAreOneUnlessAskedForMore() {
    assertThat(asked("m").choices()).isOne();
    assertThat(asked("m", "'n':null").choices()).isOne();
    assertThat(asked("m", "'n':3.0").choices()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "'x':0                      | false",
        "'max_tokens':null          | false",
        "'max_tokens':-1            | false",
        "'max_tokens':16            | true",
        "'max_completion_tokens':16 | true"
      })
  void whoGivesALimitKnowsThatHeMayBeCut(String member, boolean limited) {
    assertThat(asked("m", member).limited()).isEqualTo(limited);
  }

  @Test
  void theModelIsThatOfTheRequest() {
    assertThat(facts(PLAIN).model()).isEqualTo("gpt-4o");
  }

  private static Facts streamed(String options) {
    return asked("m", "'stream':true", "'stream_options':" + options);
  }

  private static String digest(String body) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    ((Clear) read(body)).body().addTo(digest);
    return HexFormat.of().formatHex(digest.digest());
  }
}
