package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.testing.EmbeddingProvider;
import dev.refrain.testing.Poll;
import dev.refrain.testing.Script;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A {@link Stage} for callers who want embeddings. Items are named by words. */
final class BatchStage implements AfterEachCallback {
  final Stage stage = new Stage();
  final EmbeddingProvider provider = new EmbeddingProvider();

  private String path = EmbeddingProvider.PATH;
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  /** Returns items as JSON. */
  static String items(String words) {
    return Stream.of(words.split(" ", -1)).map(word -> '"' + word + '"').toList().toString();
  }

  /** Has all ask there from now on. */
  void askAt(String other) {
    path = other;
  }

  Call call(String words, String... headers) {
    var request = EmbeddingProvider.requestAt(path, items(words), headers);
    return stage.cache().read(request, Stage.SCOPE);
  }

  Answer open(Call call) throws IOException, InterruptedException {
    return stage.cache().answer(call, stage.upstream);
  }

  Embedded ask(Call call) throws IOException, InterruptedException {
    try (var answer = open(call)) {
      return Embedded.of(answer);
    }
  }

  Embedded ask(String words, String... headers) throws IOException, InterruptedException {
    return ask(call(words, headers));
  }

  /** Asks on a thread of its own. */
  Future<Embedded> send(String words, String... headers) {
    var call = call(words, headers);
    return callers.submit(() -> ask(call));
  }

  /** Asks on a thread of its own, on somebody's account, and leaves the answer open. */
  Future<Answer> sendOpen(String words, Upstream payer) {
    var call = call(words);
    return callers.submit(() -> stage.cache().answer(call, payer));
  }

  /** Expects one more call, for these items, and leaves its script to be written. */
  Script expect() {
    return stage.upstream.expect();
  }

  /** Answers a call as the provider does. */
  void answer(Script script) throws InterruptedException {
    script.awaitCalled();
    provider.accept(script.request(), script);
  }

  /** Asks for items that are in the cache from then on. */
  void learn(String words) throws IOException, InterruptedException {
    stage.upstream.otherwise(provider);
    ask(words);
    stage.awaitNothingInTheAir();
  }

  /** Returns the items of all calls so far, a text for each call. */
  List<String> asked() {
    return stage.upstream.requests().stream()
        .map(request -> String.join(" ", EmbeddingProvider.items(request)).replace("\"", ""))
        .toList();
  }

  /** Waits until so many are aboard the flight for an item. */
  void awaitPassengers(int count, String word) {
    var call = call(word);
    Poll.until(count + " passengers", () -> stage.cache().passengers(call) == count);
  }

  /** The answer is right, item for item. */
  static void assertRight(Embedded answer, String words) {
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.embeddings())
        .containsExactlyElementsOf(
            Stream.of(words.split(" ", -1)).map(BatchStage::embedding).toList());
    assertThat(answer.json().get("model").text()).isEqualTo(EmbeddingProvider.MODEL);
    assertThat(answer.isOfOllama() || answer.json().get("object").isText("list")).isTrue();
  }

  private static String embedding(String word) {
    return EmbeddingProvider.embedding('"' + word + '"', false);
  }

  /** Returns what items cost. */
  static long tokens(String words) {
    return EmbeddingProvider.tokens(
        Stream.of(words.split(" ", -1)).map(word -> '"' + word + '"').toList());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    callers.shutdownNow();
    callers.close();
    stage.afterEach(context);
  }
}
