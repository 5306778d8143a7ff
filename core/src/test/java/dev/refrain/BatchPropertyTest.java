package dev.refrain;

import static dev.refrain.BatchStage.assertRight;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.testing.Campaign;
import dev.refrain.testing.Chance;
import dev.refrain.testing.EmbeddingProvider;
import java.util.ArrayList;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is asked, in whatever order: it is as if the provider had answered, but cheaper. */
@Timeout(120)
final class BatchPropertyTest {
  @RegisterExtension final BatchStage batches = new BatchStage();
  @RegisterExtension final Chance chance = new Chance();

  private final Stage stage = batches.stage;

  private static String words(RandomGenerator chance, String prefix) {
    return IntStream.rangeClosed(0, chance.nextInt(8))
        .mapToObj(i -> prefix + chance.nextInt(12))
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {EmbeddingProvider.PATH, EmbeddingProvider.OLLAMA})
  void oneAfterTheOther(String path) throws Exception {
    batches.askAt(path);
    stage.upstream.otherwise(batches.provider);
    long told = 0;
    for (int round = Campaign.rounds(40, 1_000); round > 0; round--) {
      for (int i = 0; i < 10; i++) {
        var words = words(chance, round + "-");
        var answer = batches.ask(words);
        stage.awaitNothingInTheAir();
        assertRight(answer, words);
        told += answer.tokens();
      }
    }
    assertEachWasAskedOnce(told);
  }

  @ParameterizedTest
  @ValueSource(strings = {EmbeddingProvider.PATH, EmbeddingProvider.OLLAMA})
  void manyAtOnce(String path) throws Exception {
    batches.askAt(path);
    stage.upstream.otherwise(batches.provider);
    long told = 0;
    for (int round = Campaign.rounds(100, 5_000); round > 0; round--) {
      var asked = new ArrayList<String>();
      var answers = new ArrayList<Future<Embedded>>();
      for (int i = 0; i < 12; i++) {
        asked.add(words(chance, round + "-"));
        answers.add(batches.send(asked.getLast()));
      }
      for (int i = 0; i < asked.size(); i++) {
        var answer = answers.get(i).get();
        assertRight(answer, asked.get(i));
        told += answer.tokens();
      }
    }
    assertEachWasAskedOnce(told);
  }

  /** What the callers were told adds up to what the provider charged. */
  private void assertEachWasAskedOnce(long told) {
    assertThat(batches.provider.asked()).doesNotHaveDuplicates();
    assertThat(told).isEqualTo(EmbeddingProvider.tokens(batches.provider.asked()));
  }
}
