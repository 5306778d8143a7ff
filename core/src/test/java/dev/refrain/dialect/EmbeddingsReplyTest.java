package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Chunks;
import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.Reason;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Usage;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EmbeddingsReplyTest {
  private static final Form FLOAT = new Form("float");

  private static Chunks chunks(String text) {
    var bytes = text.replace('\'', '"').getBytes(UTF_8);
    return new Chunks(bytes, new int[] {bytes.length}, new int[] {0});
  }

  private static String text(Chunks chunks) {
    return new String(chunks.bytes(), UTF_8).replace('"', '\'');
  }

  private static List<Chunks> split(String reply, int items) {
    return EmbeddingsReply.CUT.split(chunks(reply), items).items();
  }

  @Test
  void eachPartIsAReplyOfItsOwnInTheOrderOfTheProvidersMembers() {
    var parts =
        split(
            "{'object':'list','usage':{'prompt_tokens':9},'data':[{'object':'embedding',"
                + "'index':1,'embedding':[ 1.50,\n-0 ]},{'embedding':'AA==','index':0}],"
                + "'model':'m','\\u00e4':[]}",
            2);

    assertThat(parts)
        .map(EmbeddingsReplyTest::text)
        .containsExactly(
            "{'object':'list','data':[{'embedding':'AA==','index':0}],'model':'m','ä':[],"
                + "'usage':{'prompt_tokens':0,'total_tokens':0}}",
            "{'object':'list','data':[{'object':'embedding','index':0,'embedding':[ 1.50,\n-0 ]}],"
                + "'model':'m','ä':[],'usage':{'prompt_tokens':0,'total_tokens':0}}");
  }

  @Test
  void whatHasNoAccountIsGivenNone() {
    var parts = split("{'data':[{'index':0,'embedding':[1]}]}", 1);

    assertThat(text(parts.getFirst())).isEqualTo("{'data':[{'index':0,'embedding':[1]}]}");
    var joined = EmbeddingsAssembly.OPENAI.join(List.of(parts.get(0), parts.get(0)), Usage.NONE);
    assertThat(text(joined))
        .isEqualTo("{'data':[{'index':0,'embedding':[1]},{'index':1,'embedding':[1]}]}");
  }

  @Test
  void partsOfDifferentRepliesAreJoinedIfTheirModelIsTheSame() {
    var one = split("{'id':'1','data':[{'index':0,'embedding':[1]}],'model':'m'}", 1).getFirst();
    var two = split("{'model':'m','data':[{'index':0,'embedding':[2]}],'id':'2'}", 1).getFirst();
    var other = split("{'id':'1','data':[{'index':0,'embedding':[1]}],'model':'n'}", 1).getFirst();
    var none = split("{'id':'1','data':[{'index':0,'embedding':[1]}]}", 1).getFirst();
    var assembly = EmbeddingsAssembly.OPENAI;

    assertThat(text(assembly.join(List.of(one, two), new Usage(4, 0))))
        .isEqualTo(
            "{'id':'1','data':[{'index':0,'embedding':[1]},{'index':1,'embedding':[2]}],"
                + "'model':'m'}");
    assertThat(assembly.join(List.of(one, other), Usage.NONE)).isNull();
    assertThat(assembly.join(List.of(one, none), Usage.NONE)).isNull();
  }

  @Test
  void aDeploymentMayAnswerByAnyModelsName() {
    var reply =
        recording("{'data':[{'index':0,'embedding':[1]}],'model':'text-embedding-ada-002'}");

    assertThat(OpenAiEmbeddings.AZURE.judge(facts("my-own"), reply).defects()).isEmpty();
    assertThat(OpenAiEmbeddings.DIALECT.judge(facts("my-own"), reply).defects())
        .containsExactly(Reason.OTHER_MODEL);
  }

  @Test
  void numbersAreGoodThoughBase64WasAskedFor() {
    var reply = recording("{'data':[{'index':0,'embedding':[1]}],'model':'m'}");

    assertThat(OpenAiEmbeddings.DIALECT.judge(facts("m"), reply).defects()).isEmpty();
  }

  private static Facts facts(String model) {
    return new Facts(new Form("base64"), List.of(), List.of(), model, 1, false, Set.of());
  }

  private static Recording recording(String reply) {
    var slot = new Slot(new Key(1, 2, 3, 4), FLOAT);
    var stamp = new Stamp(List.of(), List.of());
    return new Recording(
        slot, 200, Headers.none(), chunks(reply), 0, 0, Usage.UNKNOWN, stamp, "\"e\"", null, null);
  }
}
