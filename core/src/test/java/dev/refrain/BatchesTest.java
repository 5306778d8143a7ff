package dev.refrain;

import static dev.refrain.BatchStage.assertRight;
import static dev.refrain.BatchStage.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Answer.Share;
import dev.refrain.testing.EmbeddingProvider;
import dev.refrain.testing.Poll;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What of a batch is taken from the cache, and what is asked for. */
@Timeout(30)
final class BatchesTest {
  @RegisterExtension final BatchStage batches = new BatchStage();

  private final Stage stage = batches.stage;

  @Test
  void aBatchOfWhichNothingIsKnownIsPassedOnAsItCame() throws Exception {
    stage.upstream.otherwise(batches.provider);
    var answer = batches.ask("a b c");

    assertThat(answer.body()).isEqualTo(EmbeddingProvider.answer(batches.call("a b c").request()));
    assertThat(answer.outcome()).isEqualTo(Outcome.FETCHED);
    assertThat(answer.share()).isEqualTo(new Share(0, 3));
    assertThat(stage.upstream.requests().getFirst().body())
        .isEqualTo(batches.call("a b c").request().body());
  }

  @Test
  void onlyWhatIsNotKnownIsAskedFor() throws Exception {
    batches.learn("a b c");
    var answer = batches.ask("dd b a eee");

    assertRight(answer, "dd b a eee");
    assertThat(batches.asked()).containsExactly("a b c", "dd eee");
    assertThat(answer.outcome()).isEqualTo(Outcome.FETCHED);
    assertThat(answer.share()).hasToString("2 of 4");
    assertThat(answer.tokens()).isEqualTo(tokens("dd eee"));
  }

  @Test
  void whatIsAllKnownIsAHitAndCostsNothing() throws Exception {
    batches.learn("a b c");
    stage.advance(Duration.ofSeconds(5));
    batches.learn("d");
    stage.advance(Duration.ofSeconds(5));
    try (var answer = batches.open(batches.call("d c a"))) {
      assertThat(answer.outcome()).isEqualTo(Outcome.REPLAYED);
      assertThat(answer.age().ageMillis()).isEqualTo(10_000); // as old as its oldest part
      assertThat(answer.age().leftMillis()).isEqualTo(Lifetime.DEFAULT.ttl().toMillis() - 10_000);
      var read = Embedded.of(answer);
      assertRight(read, "d c a");
      assertThat(read.share()).isEqualTo(new Share(3, 3));
      assertThat(read.tokens()).isZero();
    }
    assertThat(batches.asked()).containsExactly("a b c", "d");
  }

  @Test
  void ollamasTextsAreKeptOneByOneToo() throws Exception {
    batches.askAt(EmbeddingProvider.OLLAMA);
    batches.learn("a b");
    var partial = batches.ask("b cc a");
    stage.awaitNothingInTheAir();
    var hit = batches.ask("cc b");

    assertRight(partial, "b cc a");
    assertThat(partial.share()).hasToString("2 of 3");
    assertThat(partial.tokens()).isEqualTo(tokens("cc"));
    assertRight(hit, "cc b");
    assertThat(hit.outcome()).isEqualTo(Outcome.REPLAYED);
    assertThat(hit.tokens()).isZero();
    assertThat(batches.asked()).containsExactly("a b", "cc");
  }

  @Test
  void severalAnswersAreGivenInTurnItemByItem() throws Exception {
    stage.upstream.otherwise(batches.provider);
    assertThat(batches.ask(inTurn("a b")).share()).isEqualTo(new Share(0, 2));
    assertThat(batches.ask(inTurn("b c")).share()).isEqualTo(new Share(0, 2)); // b's second
    stage.awaitNothingInTheAir();
    assertThat(batches.ask(inTurn("b a")).share()).isEqualTo(new Share(1, 2)); // a's second
    stage.awaitNothingInTheAir();
    var answer = batches.ask(inTurn("a b"));
    assertThat(answer.share()).isEqualTo(new Share(2, 2));
    assertRight(answer, "a b");
    assertThat(batches.ask("a b").share()).isEqualTo(new Share(2, 2)); // the first of each
    assertThat(batches.asked()).containsExactly("a b", "b c", "a");
  }

  @Test
  void theSameItemTwiceInABatchTakesOneTurn() throws Exception {
    stage.upstream.otherwise(batches.provider);
    assertRight(batches.ask(inTurn("a a")), "a a");
    stage.awaitNothingInTheAir();
    assertThat(batches.ask("a").outcome()).isEqualTo(Outcome.REPLAYED);
    batches.ask(inTurn("a a"));
    stage.awaitNothingInTheAir();
    assertThat(batches.ask(inTurn("a a")).share()).isEqualTo(new Share(2, 2));
  }

  @Test
  void whoNamesABatchNamesAllAnswersToItsItems() {
    var request = EmbeddingProvider.request(BatchStage.items("a b a"));
    var all = stage.cache().keys(request, Stage.SCOPE, new Wishes(Directives.NONE, "", 3));
    assertThat(all).hasSize(6).doesNotHaveDuplicates();
  }

  private Call inTurn(String words) {
    var request = EmbeddingProvider.request(BatchStage.items(words));
    return stage.cache().read(request, Stage.SCOPE, new Wishes(Directives.NONE, "", 2));
  }

  @Test
  void oneItemByItselfIsABatchOfOne() throws Exception {
    batches.learn("a b");
    var call = stage.cache().read(EmbeddingProvider.request("\"a\""), Stage.SCOPE);
    var answer = batches.ask(call);

    assertRight(answer, "a");
    assertThat(answer.outcome()).isEqualTo(Outcome.REPLAYED);
    assertThat(answer.share()).isNull();
    assertThat(answer.tokens()).isZero();
    assertThat(batches.asked()).hasSize(1);
  }

  @Test
  void listsOfTokensAreItemsToo() throws Exception {
    stage.upstream.otherwise(batches.provider);
    batches.ask(stage.cache().read(EmbeddingProvider.request("[1,2]"), Stage.SCOPE));
    stage.awaitNothingInTheAir();
    var call = stage.cache().read(EmbeddingProvider.request("[[3], [1, 2],[1]]"), Stage.SCOPE);
    var answer = batches.ask(call);

    assertThat(answer.share()).hasToString("1 of 3");
    assertThat(batches.provider.asked()).containsExactly("[1,2]", "[3]", "[1]");
    assertThat(answer.embeddings())
        .containsExactly(
            EmbeddingProvider.embedding("[3]", false),
            EmbeddingProvider.embedding("[1,2]", false), // as it was spelled when it was asked
            EmbeddingProvider.embedding("[1]", false));
  }

  @Test
  void anItemThatIsThereTwiceIsAskedForOnce() throws Exception {
    stage.upstream.otherwise(batches.provider);
    var answer = batches.ask("a b a a");

    assertRight(answer, "a b a a");
    assertThat(batches.asked()).containsExactly("a b");
    assertThat(answer.tokens()).isEqualTo(tokens("a b"));
    assertThat(answer.share()).hasToString("0 of 4");
  }

  @Test
  void numbersAndBase64AreKeptEachAsItCame() throws Exception {
    batches.learn("a b");
    var body = "{\"input\":[\"b\",\"a\"],\"encoding_format\":\"base64\",\"model\":\"";
    var request = EmbeddingProvider.requestOf(body + EmbeddingProvider.MODEL + "\"}");
    for (var outcome : new Outcome[] {Outcome.FETCHED, Outcome.REPLAYED}) {
      var answer = batches.ask(stage.cache().read(request, Stage.SCOPE));
      stage.awaitNothingInTheAir();
      assertThat(answer.outcome()).isEqualTo(outcome);
      assertThat(answer.embeddings())
          .containsExactly(
              EmbeddingProvider.embedding("\"b\"", true),
              EmbeddingProvider.embedding("\"a\"", true));
    }
    assertThat(batches.ask("a b").outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void itemsOfOtherScopesAreNotKnown() throws Exception {
    batches.learn("a b");
    var call =
        stage.cache().read(EmbeddingProvider.request("[\"a\",\"b\"]"), Scope.tenant("other"));

    assertThat(batches.ask(call).outcome()).isEqualTo(Outcome.FETCHED);
    assertThat(batches.asked()).containsExactly("a b", "a b");
  }

  @Test
  void whatIsNotToBeStoredIsNot() throws Exception {
    stage.upstream.otherwise(batches.provider);
    var answer = batches.ask("a b", "Cache-Control", "no-store");
    assertThat(answer.outcome()).isEqualTo(Outcome.BYPASSED);

    assertThat(batches.ask("a b").share()).hasToString("0 of 2");
  }

  @Test
  void whoWantsNothingFromUpstreamGetsAllOrNothing() throws Exception {
    batches.learn("a b");
    var all = batches.ask("b a", "Cache-Control", "only-if-cached");
    var some = batches.ask("a b c", "Cache-Control", "only-if-cached");

    assertRight(all, "b a");
    assertThat(some.status()).isEqualTo(504);
    assertThat(some.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(batches.asked()).hasSize(1);
  }

  @Test
  void whoWantsNewOnesGetsNewOnesWhichReplaceTheOld() throws Exception {
    batches.learn("a b");
    stage.advance(Duration.ofMinutes(10));
    var answer = batches.ask("a a", "Cache-Control", "no-cache");
    stage.awaitNothingInTheAir();

    assertThat(answer.reason()).isEqualTo(Reason.NO_CACHE);
    assertThat(batches.asked()).containsExactly("a b", "a a"); // as it came
    try (var again = batches.open(batches.call("a"))) {
      assertThat(again.age().ageMillis()).isZero();
    }
  }

  @Test
  void whoLimitsTheAgeGetsOnlyTheOldItemsAnew() throws Exception {
    batches.learn("a");
    stage.advance(Duration.ofMinutes(10));
    batches.learn("b");
    var answer = batches.ask("a b", "Cache-Control", "max-age=60");

    assertRight(answer, "a b");
    assertThat(batches.asked()).containsExactly("a", "b", "a");
  }

  @Test
  void anInvalidatedItemIsAskedForAnew() throws Exception {
    stage.upstream.otherwise(batches.provider);
    batches.ask("a b", "Cache-Tag", "doc-1");
    batches.learn("c");
    stage.cache().invalidate("doc-1");

    assertRight(batches.ask("a b c"), "a b c");
    assertThat(batches.asked()).containsExactly("a b", "c", "a b");
  }

  @Test
  void staleItemsAreServedAndFetchedAnewBehindTheCaller() throws Exception {
    batches.learn("a b");
    stage.advance(Duration.ofHours(1));
    batches.learn("c");
    stage.advance(Duration.ofHours(23));
    var answer = batches.ask("c a b");
    stage.awaitNothingInTheAir();

    assertRight(answer, "c a b");
    assertThat(answer.outcome()).isEqualTo(Outcome.STALE);
    assertThat(batches.asked()).containsExactly("a b", "c", "a b");
    assertThat(batches.ask("c a b").outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void whoMustAskAnywayAsksForStaleItemsToo() throws Exception {
    batches.learn("a b");
    stage.advance(Duration.ofHours(24));
    batches.learn("c");
    var answer = batches.ask("a c d");

    assertRight(answer, "a c d");
    assertThat(answer.share()).hasToString("1 of 3");
    assertThat(batches.asked()).containsExactly("a b", "c", "a d");
  }

  @Test
  void whatWasFetchedByAnotherMeanwhileIsNotFetchedAgain() throws Exception {
    batches.learn("a");
    stage.onceAfterLooking(() -> {
      try {
        batches.learn("b"); // just when "a" was found, and "b" is next
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    });
    var between = batches.ask("b a");

    assertRight(between, "b a");
    assertThat(between.outcome()).isEqualTo(Outcome.REPLAYED);
    assertThat(between.share()).hasToString("2 of 2");
    assertThat(batches.asked()).containsExactly("a", "b");
  }

  @Test
  void aHitIsThereAtOnceAndNothingElse() throws Exception {
    batches.learn("a b");

    try (var hit = stage.cache().peek(batches.call("b a"), stage.upstream)) {
      assertRight(Embedded.of(hit), "b a");
    }
    assertThat(stage.cache().peek(batches.call("b a c"), stage.upstream)).isNull();
  }

  @Test
  void aVeryLargeHitIsNotPutTogetherWhereOthersWait() throws Exception {
    var words =
        IntStream.range(0, 600)
            .mapToObj(i -> "w".repeat(2_000) + i)
            .collect(Collectors.joining(" "));
    batches.learn(words);
    var base64 = EmbeddingProvider.request(BatchStage.items(words));
    var body = new String(base64.body()).replaceFirst("\\{", "{\"encoding_format\":\"base64\",");
    var call = stage.cache().read(EmbeddingProvider.requestOf(body), Stage.SCOPE);
    batches.ask(call);
    stage.awaitNothingInTheAir();

    assertThat(stage.cache().peek(call, stage.upstream)).isNull();
    assertThat(batches.ask(call).outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void theCostIsNotedOfABatchOfOneOnly() throws Exception {
    batches.learn("a");
    batches.learn("b cc");

    Poll.until("three are kept", () -> stage.listener.heard(Event.Kept.class).size() == 3);
    assertThat(stage.listener.heard(Event.Kept.class))
        .extracting(Event.Kept::usage)
        .containsExactly(new Usage(3, 0), Usage.UNKNOWN, Usage.UNKNOWN);
  }
}
