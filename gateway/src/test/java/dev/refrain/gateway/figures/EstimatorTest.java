package dev.refrain.gateway.figures;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Headers;
import dev.refrain.LlmCache;
import dev.refrain.Request;
import dev.refrain.Scope;
import dev.refrain.Usage;
import dev.refrain.dialect.Dialects;
import dev.refrain.gateway.testing.EmbeddingReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What is counted of a text is what was said in it. */
final class EstimatorTest {
  @Test
  void aRequestIsWhatItsMessagesSay() {
    var body =
        """
        {"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},
         {"role":"user","content":[{"type":"text","text":"Who?"},
          {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}\
        """;
    assertThat(SpokenText.ofRequest(body.getBytes(UTF_8))).isEqualTo("Be brief.Who?");
    assertThat(SpokenText.ofRequest("{\"input\":[\"a\",\"b\"]}".getBytes(UTF_8))).isEqualTo("ab");
    assertThat(SpokenText.ofRequest("no JSON".getBytes(UTF_8))).isEmpty();
  }

  @Test
  void aWholeBatchIsCountedOnceAndThenKnown() throws Exception {
    try (var reader = LlmCache.builder().dialects(Dialects.ALL).build();
        var estimator = new Estimator()) {
      var counted = new CompletableFuture<Usage>();
      var reply = EmbeddingReply.of(EmbeddingReply.request("one", "two"));
      estimator.estimate(task(reader, reply, "one", "two"), counted::complete);
      assertThat(counted.get().inputTokens()).isEqualTo(2);

      var known = new AtomicReference<Usage>();
      estimator.estimate(task(reader, "", "one", "two"), known::set);
      assertThat(known).as("at once, on this thread").hasValue(counted.get());
      var other = new CompletableFuture<Usage>();
      estimator.estimate(task(reader, reply, "two", "one", "three"), other::complete);
      assertThat(other.get().inputTokens()).isGreaterThan(2);
    }
  }

  private static Estimator.Task task(LlmCache reader, String reply, String... texts) {
    var body = EmbeddingReply.request(texts).getBytes(UTF_8);
    var request = Request.post("", EmbeddingReply.PATH, Headers.of(List.of()), body);
    var call = reader.read(request, Scope.tenant("a"));
    return new Estimator.Task(call, () -> reply.getBytes(UTF_8), false);
  }

  /** A reply to be counted, of which is noted that it is not needed any more. */
  private record Slow(Gate gate, AtomicInteger let) implements Estimator.Said {
    @Override
    public byte[] bytes() {
      gate.passOrGiveUp();
      throw new StackOverflowError("a reply that cannot be counted");
    }

    @Override
    public void letGo() {
      let.incrementAndGet();
    }
  }

  @Test
  void whatIsTooMuchOrFailsIsLetGoAndDoesNotKeepOthersFromBeingCounted() throws Exception {
    try (var reader = LlmCache.builder().dialects(Dialects.ALL).build();
        var estimator = new Estimator()) {
      var gate = new Gate();
      var let = new AtomicInteger();
      var call = task(reader, "", "one").call();
      int taken = 0;
      while (estimator.estimate(new Estimator.Task(call, new Slow(gate, let), true), none -> {})) {
        taken++;
      }
      assertThat(let).as("the one that was too many").hasValue(1);
      gate.open();
      int all = taken + 1;
      Poll.until("all were tried", () -> let.get() == all);
      assertThat(estimator.missed()).isEqualTo(all);

      var counted = new CompletableFuture<Usage>();
      var reply = EmbeddingReply.of(EmbeddingReply.request("one", "two"));
      assertThat(estimator.estimate(task(reader, reply, "one", "two"), counted::complete)).isTrue();
      assertThat(counted.get().inputTokens()).isEqualTo(2);
    }
  }

  @Test
  void aReplyIsWhatItsEventsSayTogether() {
    var stream = String.join("", Samples.events("Wir ", "sagen ", "alle")).getBytes(UTF_8);
    assertThat(SpokenText.ofReply(stream, true)).isEqualTo("Wir sagen alle");
    var whole = Samples.COMPLETION.getBytes(UTF_8);
    assertThat(SpokenText.ofReply(whole, false)).isEqualTo("Grüße, 世界 🎶");
  }
}
