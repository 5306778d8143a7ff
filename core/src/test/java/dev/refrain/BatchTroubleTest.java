package dev.refrain;

import static dev.refrain.BatchStage.assertRight;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.testing.EmbeddingProvider;
import dev.refrain.testing.FaultyTier;
import dev.refrain.testing.FaultyTier.Operation;
import dev.refrain.tier.MemoryTier;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replies to batches that are not what they should be, and upstreams that fail. */
@Timeout(30)
final class BatchTroubleTest {
  private static final String[] JSON = {"content-type", "application/json"};

  private static final String MALFORMED_FOR_TWO =
      """
      {"object":"list","data":[{"index":0,"embedding":[1]}],"model":"text-embedding-3-small"}
      {"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[2]}],"model":"text-embedding-3-small"}
      {"data":[{"index":0,"embedding":[1]},{"index":2,"embedding":[2]}],"model":"text-embedding-3-small"}
      {"data":[{"index":0,"embedding":[1]},{"index":-1,"embedding":[2]}],"model":"text-embedding-3-small"}
      {"data":[{"index":0,"embedding":[1]},{"index":1.5,"embedding":[2]}],"model":"text-embedding-3-small"}
      {"data":[{"embedding":[1]},{"embedding":[2]}],"model":"text-embedding-3-small"}
      {"data":[{"index":0},{"index":1}],"model":"text-embedding-3-small"}
      {"data":[{"index":0,"embedding":[]},{"index":1,"embedding":[]}],"model":"text-embedding-3-small"}
      {"data":[{"index":0,"embedding":""},{"index":1,"embedding":""}],"model":"text-embedding-3-small"}
      {"data":[{"index":0,"embedding":["1"]},{"index":1,"embedding":[null]}],"model":"text-embedding-3-small"}
      {"data":[{"index":0,"embedding":null},{"index":1,"embedding":{}}],"model":"text-embedding-3-small"}
      {"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[2]}],"model":"another"}
      {"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[2]}],"error":{"message":"no"}}
      {"data":[[0,1],[1,2]],"model":"text-embedding-3-small"}
      {"data":{"0":[1],"1":[2]},"model":"text-embedding-3-small"}
      {"error":{"message":"overloaded"}}
      [{"index":0,"embedding":[1]},{"index":1,"embedding":[2]}]
      {"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[2]}],"data":[]}
      {"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[2
      null
      """;

  @RegisterExtension final BatchStage batches = new BatchStage();

  private final Stage stage = batches.stage;

  @Test
  void aMalformedReplyIsPassedOnAndNothingOfItIsKept() throws Exception {
    for (var malformed : MALFORMED_FOR_TWO.lines().toList()) {
      batches.expect().head(200, JSON).chunk(malformed).end();
      var answer = batches.ask("a b");
      stage.awaitNothingInTheAir();

      assertThat(answer.body()).isEqualTo(malformed);
      assertThat(stage.memory.entries()).as(malformed).isZero();
      assertThat(stage.listener.await(Event.NotKept.class)).isNotNull();
      stage.advance(Duration.ofMinutes(1)); // until it is forgotten that it could not be kept
    }
  }

  @Test
  void aMalformedReplyToAPartIsNoAnswerSoAllIsAskedForAsItCame() throws Exception {
    batches.learn("x y");
    long known = stage.memory.entries();
    for (var malformed : MALFORMED_FOR_TWO.lines().toList()) {
      batches.expect().head(200, JSON).chunk(malformed).end();
      batches.expect().head(200, JSON).chunk("whatever it says").end();
      var answer = batches.ask("a x y b");
      stage.awaitNothingInTheAir();

      assertThat(answer.body()).as(malformed).isEqualTo("whatever it says");
      assertThat(batches.asked().getLast()).isEqualTo("a x y b");
      assertThat(stage.memory.entries()).as(malformed).isEqualTo(known);
      stage.advance(Duration.ofMinutes(1));
    }
  }

  @Test
  void anEmptyReplyIsKeptFromNobody() throws Exception {
    batches.expect().head(200, JSON).end();
    assertThat(batches.ask("a b").body()).isEmpty();
    assertThat(stage.memory.entries()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 422})
  void anErrorInAPartIsToldAsOfTheWhole(int status) throws Exception {
    batches.learn("a b");
    batches.expect().head(status, JSON).chunk("input[0]").end();
    batches.expect().head(status, JSON).chunk("input[1]").end();
    var answer = batches.ask("a bad b");

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo("input[1]");
    assertThat(batches.asked()).containsExactly("a b", "bad", "a bad b");
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void anUpstreamInTroubleIsNotAskedTwice(int status) throws Exception {
    batches.learn("a b");
    batches.expect().head(status, "retry-after", "3").chunk("later").end();
    var answer = batches.ask("a c");

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo("later");
    assertThat(batches.asked()).containsExactly("a b", "c");
  }

  @Test
  void anOldAnswerIsBetterThanNone() throws Exception {
    batches.learn("a b");
    stage.advance(Duration.ofHours(26));
    batches.learn("c");
    for (int i = 0; i < 2; i++) {
      var script = batches.expect();
      if (i == 0) {
        script.cut();
      } else {
        script.head(503, JSON).chunk("down").end();
      }
      var answer = batches.ask("c b a");
      stage.awaitNothingInTheAir();

      assertRight(answer, "c b a");
      assertThat(answer.outcome()).isEqualTo(Outcome.STALE);
      assertThat(answer.reason()).isEqualTo(Reason.UPSTREAM_FAILED);
    }
    batches.expect().head(503, JSON).chunk("down").end();
    assertThat(batches.ask("c b d").body()).isEqualTo("down"); // of "d" there is no old one
  }

  /** A refusal that goes on for ever, and that nobody wants any more. */
  @Test
  void whoIsServedSomethingOldCallsBackTheFlightThatFailed() throws Exception {
    stage.limits(Limits.DEFAULT.lingering(Limits.CANCEL));
    batches.learn("a b");
    stage.advance(Duration.ofHours(26));
    batches.expect().head(200, "content-type", "text/html").chunk("hello").end();
    batches.ask("a b");
    stage.awaitNothingInTheAir();
    var refusal = batches.expect().head(503, JSON);
    assertThat(batches.ask("a b").outcome()).isEqualTo(Outcome.STALE);
    stage.advance(Limits.CANCEL);
    refusal.awaitClosed();
  }

  @Test
  void itemsOfTwoModelsAreNotOneAnswer() throws Exception {
    batches.expect().head(200, JSON).chunk(reply("text-embedding-3-small-2025-01-01")).end();
    batches.ask("a");
    stage.awaitNothingInTheAir();
    batches.expect().head(200, JSON).chunk(reply("text-embedding-3-small-2025-02-02")).end();
    batches.ask("b");
    stage.awaitNothingInTheAir();
    stage.upstream.otherwise(batches.provider);

    assertThat(stage.cache().peek(batches.call("a b"), stage.upstream)).isNull();
    var answer = batches.ask("a b");
    assertThat(answer.outcome()).isEqualTo(Outcome.FETCHED);
    assertThat(batches.asked()).containsExactly("a", "b", "a b");
    stage.awaitNothingInTheAir();
    assertThat(batches.ask("b a").outcome()).isEqualTo(Outcome.REPLAYED);
  }

  private static String reply(String model) {
    return "{\"data\":[{\"index\":0,\"embedding\":[1]}],\"model\":\"" + model + "\"}";
  }

  @Test
  void aReplyInAnyOrderIsToldInTheRightOne() throws Exception {
    batches.learn("x");
    batches
        .expect()
        .head(200, JSON)
        .chunk("{\"model\":\"text-embedding-3-small\",\"usage\":{\"total_tokens\":5},\"data\":[")
        .chunk("{\"index\":1,\"embedding\":[-0.20],\"object\":\"embedding\"},")
        .chunk("{\"embedding\":[ 1E1 ],\"index\":0,\"more\":{}}],\"id\":\"e-1\"}")
        .end();
    var answer = batches.ask("a x b");

    assertThat(answer.body())
        .contains("[ 1E1 ]", "[-0.20]", "\"more\":{}")
        .endsWith("\"usage\":{\"prompt_tokens\":5,\"total_tokens\":5}}");
    assertThat(answer.embeddings().getFirst()).isEqualTo("[ 1E1 ]");
    assertThat(answer.embeddings().getLast()).isEqualTo("[-0.20]");
  }

  @Test
  void aReplyTooLargeToBeTakenApartIsPassedOnInTheEnd() throws Exception {
    stage.limits(new Limits(1 << 20, 4_000, 10, Duration.ofMinutes(1), Limits.FINISH));
    batches.learn("x");
    stage.upstream.otherwise(batches.provider);
    var words = "b".repeat(3_000) + " " + "c".repeat(3_000);
    var request = "{\"encoding_format\":\"base64\",\"model\":\"text-embedding-3-small\",\"input\":";
    var small = call(request + "[\"x\"]}");
    batches.ask(small);
    stage.awaitNothingInTheAir();
    var large = call(request + BatchStage.items("x " + words) + "}");

    assertThat(batches.ask(large).embeddings()).hasSize(3);
    assertThat(batches.asked()).containsExactly("x", "x", words, "x " + words);
  }

  @Test
  void whatWouldBeTooLargeToBeTakenApartIsNotTried() throws Exception {
    stage.limits(new Limits(1 << 20, 4_000, 10, Duration.ofMinutes(1), Limits.FINISH));
    stage.upstream.otherwise(batches.provider);
    var words = Stream.of("a", "b", "c").map(word -> word.repeat(2_500)).toList();
    var request = "{\"encoding_format\":\"base64\",\"model\":\"text-embedding-3-small\",\"input\":";
    batches.ask(call(request + BatchStage.items(words.getFirst()) + "}"));
    stage.awaitNothingInTheAir();
    var all = String.join(" ", words);

    assertThat(batches.ask(call(request + BatchStage.items(all) + "}")).embeddings()).hasSize(3);
    assertThat(batches.asked()).containsExactly(words.getFirst(), all);
  }

  private Call call(String body) {
    return stage.cache().read(EmbeddingProvider.requestOf(body), Stage.SCOPE);
  }

  @Test
  void aTierInTroubleCostsCallsAndNothingElse() throws Exception {
    var tier = FaultyTier.around(MemoryTier.ofBytes(1 << 20));
    for (var operation : List.of(Operation.FIND, Operation.PEEK, Operation.STORE)) {
      tier.fail(operation, new IllegalStateException("broken"));
    }
    stage.tier(tier);
    stage.upstream.otherwise(batches.provider);
    for (int i = 0; i < 3; i++) {
      assertRight(batches.ask("a b a"), "a b a");
    }
    assertThat(stage.upstream.calls()).isEqualTo(3);
  }

  @Test
  void aRecordingThatIsNoPartIsNotPutTogether() throws Exception {
    batches.learn("a b");
    var slot = ((Meaning.Batch) batches.call("a").meaning()).items().getFirst().slot();
    var part = stage.memory.find(slot).recording();
    var body = "{}".getBytes(UTF_8);
    stage.memory.store(
        part.part(slot, part.stamp(), new Chunks(body, new int[] {2}, new int[1]), part.usage()));

    assertThat(stage.cache().peek(batches.call("a b"), stage.upstream)).isNull();
    assertRight(batches.ask("a b"), "a b");
  }
}
