package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Headers;
import dev.refrain.Reading;
import dev.refrain.Reading.Batch;
import dev.refrain.Reading.CanonicalBody;
import dev.refrain.Reading.Clear;
import dev.refrain.Reading.Opaque;
import dev.refrain.Reason;
import dev.refrain.Request;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OllamaEmbedRequestTest {
  private static Reading read(String body) {
    return OllamaEmbed.DIALECT.read(
        Request.post("ollama", "/api/embed", Headers.none(), json(body)));
  }

  private static List<String> digests(String body) {
    return ((Batch) read(body)).items().stream().map(OllamaEmbedRequestTest::digest).toList();
  }

  private static String digest(CanonicalBody body) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      body.addTo(digest);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{'input':'a'}",
        "{'model':'m'}",
        "{'model':'m','input':''}", // it has the model loaded
        "{'model':'m','input':null}",
        "{'model':'m','input':[]}",
        "{'model':'m','input':[1]}",
        "{'model':'m','input':['a',1]}",
        "{'model':'m','input':[['a']]}",
        "{'model':'m','input':{}}",
        "{'model':7,'input':'a'}",
        "{'model':'m','input':'a','options':7}",
        "{'model':'m','input':'a','truncate':'no'}"
      })
  void whatIsInDoubtIsPassedOn(String body) {
    assertThat(read(body)).isEqualTo(new Opaque(Reason.UNPARSABLE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'model':'m','input':['a','','c']}",
        "{ 'input' : ['\\u0061', '', 'c'], 'model':'m' }",
        "{'model':'m','input':['a','','c'],'keep_alive':'1h'}",
        "{'keep_alive':-1,'model':'m','input':['a','','c']}"
      })
  void aTextIsTheSameInEveryBatchHoweverLongTheModelIsToStay(String body) {
    assertThat(digests(body))
        .containsExactlyElementsOf(
            List.of(
                digests("{'model':'m','input':'a'}").getFirst(),
                digests("{'model':'m','input':['']}").getFirst(),
                digests("{'model':'m','input':['x','c']}").getLast()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'model':'n','input':'a'}",
        "{'model':'m','input':'A'}",
        "{'model':'m','input':'a','dimensions':3}",
        "{'model':'m','input':'a','truncate':false}",
        "{'model':'m','input':'a','options':{'num_ctx':9}}"
      })
  void allElseDecides(String body) {
    assertThat(digests(body)).doesNotContainAnyElementsOf(digests("{'model':'m','input':'a'}"));
  }

  @Test
  void aMemberThatMayTieTextsTogetherKeepsThemTogether() {
    var one = (Clear) read("{'model':'m','input':['a','b'],'x':1}");
    var stays = (Clear) read("{'model':'m','input':['a','b'],'x':1,'keep_alive':0}");
    var other = (Clear) read("{'model':'m','input':['a','b'],'x':2}");

    assertThat(one.facts().choices()).isEqualTo(2);
    assertThat(digest(one.body())).isEqualTo(digest(stays.body()));
    assertThat(digest(one.body())).isNotEqualTo(digest(other.body()));
  }

  @Test
  void moreTextsThanAreReadOneByOneAreKeptAsAWhole() {
    assertThat(read(many(2_048))).isInstanceOf(Batch.class);
    assertThat(((Clear) read(many(2_049))).facts().choices()).isEqualTo(2_049);
  }

  private static String many(int texts) {
    var all = IntStream.range(0, texts).mapToObj(i -> "'" + i + "'");
    return all.collect(Collectors.joining(",", "{'model':'m','input':[", "]}"));
  }
}
