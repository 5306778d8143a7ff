package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Chunks;
import dev.refrain.Usage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OllamaEmbedReplyTest {
  private static final EmbeddingsAssembly ASSEMBLY = EmbeddingsAssembly.OLLAMA;
  private static final String TIMES = "'total_duration':14143917,'load_duration':1019500,";

  private static Chunks chunks(String text) {
    var bytes = text.replace('\'', '"').getBytes(UTF_8);
    return new Chunks(bytes, new int[] {bytes.length}, new int[] {0});
  }

  private static String text(Chunks chunks) {
    return new String(chunks.bytes(), UTF_8).replace('"', '\'');
  }

  private static List<Chunks> split(String reply, int items) {
    return OllamaEmbedReply.CUT.split(chunks(reply), items).items();
  }

  @Test
  void eachPartIsAReplyOfItsOwnThatCostNothing() {
    var reply =
        "{'model':'m',"
            + TIMES
            + "'embeddings':[ [ 0.50,-0 ],\n[1e1] ],'prompt_eval_count':8,'ä':[]}";
    var parts = OllamaEmbedReply.CUT.split(chunks(reply), 2);

    assertThat(parts.usage()).isEqualTo(new Usage(8, 0));
    assertThat(parts.items())
        .map(OllamaEmbedReplyTest::text)
        .containsExactly(
            "{'model':'m','embeddings':[[ 0.50,-0 ]],'ä':[],'prompt_eval_count':0}",
            "{'model':'m','embeddings':[[1e1]],'ä':[],'prompt_eval_count':0}");
  }

  @Test
  void whatIsPutTogetherTellsWhatThisCallCost() {
    var known = split("{'model':'m','embeddings':[[1],[2]],'prompt_eval_count':8}", 2);
    var fetched = split("{'model':'m','embeddings':[[3]]," + TIMES + "'prompt_eval_count':4}", 1);
    var all = List.of(known.getLast(), fetched.getFirst(), known.getFirst(), known.getLast());

    assertThat(text(ASSEMBLY.join(all, new Usage(4, 0))))
        .isEqualTo("{'model':'m','embeddings':[[2],[3],[1],[2]],'prompt_eval_count':4}");
    assertThat(text(ASSEMBLY.join(known, Usage.NONE)))
        .isEqualTo("{'model':'m','embeddings':[[1],[2]],'prompt_eval_count':0}");
  }

  @Test
  void whatHasNoAccountIsGivenNone() {
    var parts = split("{'embeddings':[[1],[2]],'model':'m'}", 2);

    assertThat(text(ASSEMBLY.join(parts, new Usage(4, 0))))
        .isEqualTo("{'embeddings':[[1],[2]],'model':'m'}");
  }

  @Test
  void partsAreJoinedOnlyIfTheirModelIsTheSame() {
    var one = split("{'model':'m','embeddings':[[1]]}", 1).getFirst();
    var two = split("{'embeddings':[[2]],'model':'m'}", 1).getFirst();
    var other = split("{'model':'n','embeddings':[[1]]}", 1).getFirst();

    assertThat(text(ASSEMBLY.join(List.of(one, two), Usage.NONE)))
        .isEqualTo("{'model':'m','embeddings':[[1],[2]]}");
    assertThat(ASSEMBLY.join(List.of(one, other), Usage.NONE)).isNull();
    assertThat(ASSEMBLY.join(List.of(one, chunks("{}")), Usage.NONE)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'embeddings':[[1]]}",
        "{'embeddings':[[1],[2],[3]]}",
        "{'embeddings':{'a':[1],'b':[2]}}",
        "{'embedding':[1,2]}",
        "[[1],[2]]",
        "{"
      })
  void whatHasNotAVectorForEachTextIsNotCut(String reply) {
    assertThat(OllamaEmbedReply.CUT.split(chunks(reply), 2)).isNull();
  }
}
