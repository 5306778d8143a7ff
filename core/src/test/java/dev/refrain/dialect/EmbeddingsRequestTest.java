package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EmbeddingsRequestTest {
  private static final String PATH = "/v1/embeddings";

  private static Request request(String path, String body) {
    return Request.post("", path, Headers.none(), body.replace('\'', '"').getBytes(UTF_8));
  }

  private static Reading read(String body) {
    return OpenAiEmbeddings.DIALECT.read(request(PATH, body));
  }

  private static List<String> digests(String body) {
    return ((Batch) read(body)).items().stream().map(EmbeddingsRequestTest::digest).toList();
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
        "{'model':'m','input':['a','b','c']}",
        "{'input' : ['\\u0061', 'b', 'c'], 'model':'m'}",
        "{'model':'m','input':['a','b','c'],'encoding_format':'float'}",
        "{'model':'m','input':['a','b','c'],'encoding_format':'base64'}",
        "{'model':'m','input':['a','b','c'],'encoding_format':null}"
      })
  void anItemIsTheSameInEveryBatchHoweverItIsSpelled(String body) {
    assertThat(digests(body))
        .containsExactlyElementsOf(
            List.of(
                digests("{'model':'m','input':'a'}").getFirst(),
                digests("{'model':'m','input':['b']}").getFirst(),
                digests("{'model':'m','input':['x','c']}").getLast()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'model':'n','input':'a'}",
        "{'model':'m','input':'a','dimensions':256}",
        "{'model':'m','input':'a','user':'u'}",
        "{'model':'m','input':'a','input_type':'query'}",
        "{'model':'m','input':'A'}",
        "{'model':'m','input':'a '}",
        "{'model':'m','input':[97]}",
        "{'model':'m','input':'[97]'}"
      })
  void allElseDecides(String body) {
    assertThat(digests(body)).doesNotContainAnyElementsOf(digests("{'model':'m','input':'a'}"));
  }

  @Test
  void aListOfTokensIsOneItemAndAListOfListsIsMany() {
    assertThat(digests("{'model':'m','input':[1,2,3]}"))
        .isEqualTo(digests("{'model':'m','input':[[1,2,3]]}"));
    assertThat(digests("{'model':'m','input':[[1],[2],[3]]}")).hasSize(3).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({"float", "base64"})
  void theFormatIsTheForm(String format) {
    var batch = (Batch) read("{'model':'m','input':'a','encoding_format':'" + format + "'}");

    assertThat(batch.facts().form().name()).isEqualTo(format);
    assertThat(batch.facts().sources()).isEmpty(); // neither can be made of the other
    assertThat(batch.facts().siblings()).hasSize(1).doesNotContain(batch.facts().form());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'model':'m'}",
        "{'input':'a'}",
        "{'model':7,'input':'a'}",
        "{'model':'m','input':null}",
        "{'model':'m','input':[]}",
        "{'model':'m','input':[[]]}",
        "{'model':'m','input':7}",
        "{'model':'m','input':{'text':'a'}}",
        "{'model':'m','input':[{'text':'a'}]}",
        "{'model':'m','input':['a',[1]]}",
        "{'model':'m','input':['a',1]}",
        "{'model':'m','input':[1,'a']}",
        "{'model':'m','input':['a',null]}",
        "{'model':'m','input':[['a']]}",
        "{'model':'m','input':'a','encoding_format':'bytes'}",
        "{'model':'m','input':'a','encoding_format':7}",
        "{'model':'m','input':'a','input':'b'}",
        "['a']",
        "'a'",
        ""
      })
  void whatIsNotUnderstoodIsPassedOn(String body) {
    assertThat(read(body)).isEqualTo(new Opaque(Reason.UNPARSABLE));
  }

  @Test
  void aMemberThatMayTieItemsTogetherKeepsThemTogether() {
    var late = (Clear) read("{'model':'m','input':['a','b'],'late_chunking':true}");
    var early = (Clear) read("{'model':'m','input':['a','b'],'late_chunking':false}");
    var other = (Clear) read("{'model':'m','input':['a','c'],'late_chunking':true}");
    var base64 =
        (Clear)
            read("{'model':'m','encoding_format':'base64','input':['a','b'],'late_chunking':true}");

    assertThat(late.facts().choices()).isEqualTo(2);
    assertThat(digest(late.body())).isNotIn(digest(early.body()), digest(other.body()));
    assertThat(digest(late.body())).isEqualTo(digest(base64.body()));
    assertThat(late.facts().form()).isNotEqualTo(base64.facts().form());
  }

  @Test
  void moreItemsThanOpenAiTakesAreKeptAsAWhole() {
    assertThat(read(many(2_048))).isInstanceOf(Batch.class);
    assertThat(((Clear) read(many(2_049))).facts().choices()).isEqualTo(2_049);
  }

  private static String many(int items) {
    var all = IntStream.range(0, items).mapToObj(i -> "'" + i + "'");
    return all.collect(Collectors.joining(",", "{'model':'m','input':[", "]}"));
  }

  @Test
  void aRequestForSomeItemsIsTheSameInAllElse() {
    var body = "{ 'user':'\\u00fc', 'input' : ['a', '\\u0062', 'c','d'],'dimensions':1e2 }";
    var some = EmbeddingsRequest.select(request(PATH, body), List.of(1, 3));

    assertThat(new String(some.body(), UTF_8).replace('"', '\''))
        .isEqualTo("{'user':'\\u00fc','input':['\\u0062','d'],'dimensions':1e2}");
    assertThat(some.target()).isEqualTo(PATH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'input':'text'}",
        "{'input':[1,2,3]}",
        "{'input':['text']}",
        "{ 'input' : [[ 1, 2 ]] }"
      })
  void aRequestForOneItemAloneStaysAsItCame(String body) {
    var alone = EmbeddingsRequest.select(request(PATH, body), List.of(0));

    assertThat(new String(alone.body(), UTF_8).replace('"', '\'')).isEqualTo(body);
  }

  @Test
  void theHeadersOfTheOldBodyDoNotTellOfTheNewOne() {
    var headers = Headers.of("Content-Length", "99", "content-type", "application/json");
    var old = Request.post("", PATH, headers, "{\"input\":[\"a\",\"b\"]}".getBytes(UTF_8));

    assertThat(EmbeddingsRequest.select(old, List.of(0)).headers())
        .isEqualTo(Headers.of("content-type", "application/json"));
  }

  @Test
  void onAzureTheDeploymentStandsForTheModel() {
    var azure = OpenAiEmbeddings.AZURE;
    var path = "/openai/deployments/my-own/embeddings";
    var reading = azure.read(request(path + "?api-version=1", "{'input':['a','b']}"));

    assertThat(azure.speaks("POST", path)).isTrue();
    assertThat(azure.speaks("POST", PATH)).isFalse();
    assertThat(OpenAiEmbeddings.DIALECT.speaks("POST", path)).isFalse();
    assertThat(OpenAiEmbeddings.DIALECT.speaks("GET", PATH)).isFalse();
    assertThat(((Batch) reading).facts().model()).isEqualTo("my-own");
    assertThat(((Batch) reading).items()).hasSize(2);
  }

  @Test
  void onAzuresNewerPathTheBodyNamesTheDeployment() {
    var path = "/openai/v1/embeddings";
    var named = request(path, "{'model':'my-own','input':'a'}");

    assertThat(OpenAiEmbeddings.AZURE.speaks("POST", path)).isTrue();
    assertThat(((Batch) OpenAiEmbeddings.AZURE.read(named)).facts().model()).isEqualTo("my-own");
    assertThat(OpenAiEmbeddings.AZURE.read(request(path, "{'input':'a'}")))
        .isEqualTo(new Opaque(Reason.UNPARSABLE));
  }
}
