package dev.refrain.dialect;

import static dev.refrain.dialect.Messages.STREAM;
import static dev.refrain.dialect.Messages.asked;
import static dev.refrain.dialect.Messages.facts;
import static dev.refrain.dialect.Messages.read;
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

final class MessagesRequestTest {
  private static final String PLAIN =
      "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'Hi'}],'top_k':1}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ 'top_k':1.0,'messages':[{'content':'Hi','role':'user'}],'max_tokens':9,'model':'m' }",
        "{'model':'m','max_tokens':9e0,'messages':[{'role':'user','content':'\\u0048i'}],'top_k':1}"
      })
  void howItIsSpelledDoesNotDecide(String body) throws Exception {
    assertThat(digest(body)).isEqualTo(digest(PLAIN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"'stream':true", "'stream':false", "'stream':null", "'\\u0073tream':true"})
  void howItIsDeliveredDoesNotDecide(String member) throws Exception {
    assertThat(digest(PLAIN.replace("}]", "}]," + member))).isEqualTo(digest(PLAIN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'system':'Be brief.'",
        "'temperature':1",
        "'metadata':{'user_id':'u-1'}",
        "'stop_sequences':['x']",
        "'thinking':{'type':'adaptive'}",
        "'output_config':{'effort':'low'}",
        "'service_tier':'auto'",
        "'inference_geo':'eu'",
        "'speed':'fast'",
        "'cache_control':{'type':'ephemeral'}",
        "'a_parameter_of_tomorrow':{'stream':true}",
        "'top_p':null"
      })
  void allElseDecides(String member) throws Exception {
    assertThat(digest(PLAIN.replace("}]", "}]," + member))).isNotEqualTo(digest(PLAIN));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "'Hi' | 'hi'",
        "'Hi' | 'Hi '",
        "'Hi' | [{'type':'text','text':'Hi'}]",
        "[{'type':'text','text':'Hi'}] | [{'type':'text','text':'Hi','stream':true}]",
        "[{'type':'text','text':'Hi'}] "
            + "| [{'type':'text','text':'Hi','cache_control':{'type':'ephemeral'}}]",
        "[{'type':'text','text':'a'},{'type':'text','text':'b'}] "
            + "| [{'type':'text','text':'b'},{'type':'text','text':'a'}]",
        "[{'type':'thinking','thinking':'x','signature':'a'}] "
            + "| [{'type':'thinking','thinking':'x','signature':'b'}]"
      })
  void whatIsInTheMessagesDecidesToTheByte(String some, String others) throws Exception {
    assertThat(digest(content(some))).isNotEqualTo(digest(content(others)));
  }

  private static String content(String content) {
    return "{'model':'m','messages':[{'role':'user','content':" + content + "}]}";
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
        "{'model':'m','messages':[],'stream':'true'}",
        "{'model':'m','messages':[],'stream':1}",
        "{'model':'m','messages':[],'max_tokens':'many'}",
        "{'model':'m','messages':[],'max_tokens':0.5}",
        "{'model':'m','messages':[],'tools':{}}",
        "{'model':'m','messages':[],'tools':['web_search']}",
        "{'model':'m','messages':[],'mcp_servers':{'name':'x'}}",
        "{'model':'m','messages':[],'diagnostics':'previous_message_id'}"
      })
  void whatIsAmbiguousIsLeftToTheProvider(String body) {
    assertThat(read(body)).isEqualTo(new Opaque(Reason.UNPARSABLE));
  }

  @ParameterizedTest
  @CsvSource({"'''top_k'':2', whole, stream", "'''stream'':true', stream, whole"})
  void thereAreTwoFormsAndEachIsMadeOfTheOther(String member, String form, String other) {
    var asked = asked("m", member);

    assertThat(asked.form()).isEqualTo(new Form(form));
    assertThat(asked.sources()).containsExactly(new Form(other));
    assertThat(asked.siblings()).containsExactly(new Form(other));
  }

  @Test
  void oneAnswerIsAskedOfOneModel() {
    assertThat(facts(PLAIN).model()).isEqualTo("m");
    assertThat(facts(PLAIN).choices()).isOne();
    assertThat(facts(PLAIN).form()).isNotEqualTo(STREAM);
  }

  /** For it must be there, whether he wants an answer that is cut or not. */
  @Test
  void theLimitThatMustBeThereIsNotTheCallersWish() {
    assertThat(asked("m", "'max_output':1").limited()).isFalse();
  }

  private static String digest(String body) throws Exception {
    assertThat(read(body)).as(body).isInstanceOf(Clear.class);
    var digest = MessageDigest.getInstance("SHA-256");
    ((Clear) read(body)).body().addTo(digest);
    return HexFormat.of().formatHex(digest.digest());
  }
}
