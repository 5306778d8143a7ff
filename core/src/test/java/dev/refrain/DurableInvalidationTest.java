package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Stage.Action;
import dev.refrain.testing.Gate;
import dev.refrain.testing.KeptEpochs;
import dev.refrain.testing.PlainDialect;
import dev.refrain.testing.Script;
import dev.refrain.testing.ScriptedUpstream;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said about invalidations when they are to be written down. */
@Timeout(30)
final class DurableInvalidationTest {
  private final KeptEpochs kept = new KeptEpochs();
  @RegisterExtension final Stage stage = new Stage().epochs(kept);

  /** Each way of retiring the same answer. */
  enum Way {
    TAG,
    NAMESPACE,
    MODEL,
    KEY,
    ALL;

    void retire(Stage stage) throws IOException, InterruptedException {
      var cache = stage.cache();
      switch (this) {
        case TAG -> cache.invalidate("doc:42");
        case NAMESPACE -> cache.invalidate(Tag.namespace("v1"));
        case MODEL -> cache.invalidate(Tag.model("polly"));
        case KEY -> cache.delete(stage.slot(CALL[0], CALL[1], CALL[2], CALL[3], CALL[4]).key());
        case ALL -> cache.invalidateAll();
      }
    }
  }

  private static final String[] CALL = {
    "ask=hello;model=polly", "Cache-Tag", "doc:42", "Refrain-Namespace", "v1"
  };

  @ParameterizedTest
  @EnumSource
  void whatWasUnderWayIsNeverServedAfterwards(Way way) throws Exception {
    var script = stage.upstream.expect();
    var before = send();
    script.awaitCalled();
    way.retire(stage);
    script.reply("old.");
    assertThat(before.get().body()).isEqualTo("old.");
    stage.upstream.expect().reply("new.");

    assertThat(ask().body()).isEqualTo("new.");
    assertThat(ask().outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @ParameterizedTest
  @EnumSource
  void whatEndsWhileItIsBeingWrittenIsNotServedAfterwards(Way way) throws Exception {
    var script = stage.upstream.expect();
    var before = send();
    script.awaitCalled();
    var gate = new Gate();
    kept.waitAt(gate);
    var retired = inBackground(() -> way.retire(stage));
    gate.awaitReached();
    script.reply("old.");
    assertThat(before.get().body()).isEqualTo("old.");
    stage.awaitNothingInTheAir();
    gate.open();
    retired.await();
    kept.waitAt(null);
    stage.upstream.expect().reply("new.");

    assertThat(ask().body()).isEqualTo("new.");
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeWrittenHoldsHereAndIsTold(Way way) throws Exception {
    var script = stage.upstream.expect();
    var before = send();
    script.awaitCalled();
    kept.fail(true);
    assertThatThrownBy(() -> way.retire(stage)).isInstanceOf(IOException.class);
    script.reply("old.");
    assertThat(before.get().body()).isEqualTo("old.");
    stage.upstream.expect().reply("new.");

    assertThat(ask().body()).isEqualTo("new.");
    assertThat(kept.writes()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsSaidAgainIsWrittenThen(Way way) throws Exception {
    reply("old.");
    kept.fail(true);
    assertThatThrownBy(() -> way.retire(stage)).isInstanceOf(IOException.class);
    kept.fail(false);
    way.retire(stage);
    way.retire(stage);
    stage.upstream.expect().reply("new.");

    assertThat(kept.writes()).isEqualTo(2);
    assertThat(ask().body()).isEqualTo("new.");
    assertThat(ask().outcome()).as("twice is as good as once").isEqualTo(Outcome.REPLAYED);
  }

  @ParameterizedTest
  @EnumSource
  void whatWasWrittenOutlastsTheProcess(Way way) throws Exception {
    reply("old.");
    var old = stage.memory.find(stage.slot(CALL[0], CALL[1], CALL[2], CALL[3], CALL[4]));
    assertThat(old).isNotNull();
    way.retire(stage);

    assertThat(servedAfterRestart(old)).isEqualTo("new.");
  }

  @Test
  void whatWasNotRetiredOutlastsItToo() throws Exception {
    reply("old.");
    var old = stage.memory.find(stage.slot(CALL[0], CALL[1], CALL[2], CALL[3], CALL[4]));
    stage.cache().invalidate("doc:43");
    stage.cache().delete(stage.slot("ask=other").key());

    assertThat(servedAfterRestart(old)).isEqualTo("old.");
  }

  @Test
  void aDeletedKeyTakesNoOtherWithIt() throws Exception {
    reply("one.");
    stage.upstream.expect().reply("two.");
    stage.ask("ask=other");
    stage.cache().delete(stage.slot("ask=other").key());

    assertThat(ask().outcome()).isEqualTo(Outcome.REPLAYED);
    stage.upstream.expect().reply("three.");
    assertThat(stage.ask("ask=other").body()).isEqualTo("three.");
  }

  /**
   * Begins anew with the same epochs, and a tier in which an answer of the old cache still lies.
   */
  private String servedAfterRestart(Tier.Found old) throws Exception {
    try (var upstream = new ScriptedUpstream();
        var cache =
            LlmCache.builder()
                .dialect(stage.dialect)
                .clock(stage.clock)
                .epochs(kept)
                .tier(new Kept(old))
                .build()) {
      var headers = new String[] {CALL[1], CALL[2], CALL[3], CALL[4]};
      var call = cache.read(PlainDialect.request(CALL[0], headers), Stage.SCOPE);
      var peeked = cache.peek(call, upstream);
      if (peeked != null) {
        return Stage.text(peeked);
      }
      Script script = upstream.expect();
      script.reply("new.");
      try (var answer = cache.answer(call, upstream)) {
        var text = Stage.text(answer);
        script.awaitClosed();
        return text;
      }
    }
  }

  /** A tier that has one thing, and keeps no other. */
  private record Kept(Found found) implements Tier {
    @Override
    public String name() {
      return "kept";
    }

    @Override
    public Found find(Slot slot) {
      return found.recording().slot().equals(slot) ? found : null;
    }

    @Override
    public Found peek(Slot slot) {
      return find(slot);
    }

    @Override
    public void store(Recording recording) {}

    @Override
    public void drop(Slot slot) {}

    @Override
    public void close() {}
  }

  private void reply(String text) throws Exception {
    stage.upstream.expect().reply(text);
    assertThat(ask().body()).isEqualTo(text);
  }

  private Stage.Told ask() throws Exception {
    return stage.ask(CALL[0], CALL[1], CALL[2], CALL[3], CALL[4]);
  }

  private Future<Stage.Told> send() {
    return stage.send(CALL[0], CALL[1], CALL[2], CALL[3], CALL[4]);
  }

  private static CountDownLatch inBackground(Action action) {
    var done = new CountDownLatch(1);
    Thread.ofVirtual()
        .start(() -> {
          try {
            action.run();
            done.countDown();
          } catch (Exception e) {
            throw new AssertionError(e); // and the test waits in vain
          }
        });
    return done;
  }
}
