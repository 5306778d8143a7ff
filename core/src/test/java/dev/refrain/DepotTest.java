package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Depot.Fate;
import dev.refrain.testing.FaultyTier;
import dev.refrain.testing.FaultyTier.Operation;
import dev.refrain.testing.Poll;
import dev.refrain.tier.MemoryTier;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is kept goes out and comes in again, and nothing that must not. */
@Timeout(30)
final class DepotTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Form STREAM = new Form("stream");

  private final FaultyTier far = FaultyTier.around(MemoryTier.ofBytes(64 << 20));
  @RegisterExtension final Stage stage = new Stage();
  @RegisterExtension final Stage elsewhere = new Stage();

  @Test
  void whatWasLostComesBack() throws Exception {
    keep(stage, "ask=one", "one.");
    keep(stage, "ask=two", "two.");
    var all = all(stage);
    assertThat(all).hasSize(2);
    stage.memory.clear();

    assertThat(takeIn(stage, all)).containsOnly(Fate.KEPT);
    assertThat(stage.ask("ask=one").body()).isEqualTo("one.");
    assertThat(stage.ask("ask=two").outcome()).isEqualTo(Outcome.REPLAYED);
    assertThat(takeIn(stage, all)).containsOnly(Fate.THERE);
  }

  @Test
  void whatWasInvalidatedSinceNeverComesBack() throws Exception {
    keep(stage, "ask=one", "old.", "Cache-Tag", "doc:1");
    var all = all(stage);
    stage.cache().invalidate("doc:1");
    stage.advance(HOUR);

    assertThat(all(stage)).isEmpty();
    assertThat(takeIn(stage, all)).containsOnly(Fate.RETIRED);
    assertThat(adopt(stage, all)).containsOnly(Fate.RETIRED);
    keep(stage, "ask=one", "new.");
    assertThat(stage.ask("ask=one").body()).isEqualTo("new.");
  }

  @Test
  void whatIsInvalidatedWhileItIsTakenInIsNotServed() throws Exception {
    stage.tier(far);
    keep(stage, "ask=one", "old.", "Cache-Tag", "doc:1");
    var all = all(stage);
    far.drop(all.getFirst().slot());
    var gate = far.stallBefore(Operation.STORE);
    var taking = later(() -> takeIn(stage, all));
    gate.awaitReached();
    stage.cache().invalidate("doc:1");
    far.heal();
    gate.open();

    assertThat(taking.get()).containsOnly(Fate.KEPT);
    keep(stage, "ask=one", "new.");
  }

  @Test
  void whatIsNewerStays() throws Exception {
    keep(stage, "ask=one", "old.");
    var old = all(stage);
    stage.advance(Duration.ofHours(30)); // beyond its time
    keep(stage, "ask=one", "new.");
    var young = all(stage);

    assertThat(takeIn(stage, old)).containsOnly(Fate.THERE);
    assertThat(stage.ask("ask=one").body()).isEqualTo("new.");
    stage.memory.clear();
    assertThat(takeIn(stage, old)).containsOnly(Fate.KEPT);
    assertThat(takeIn(stage, young)).containsOnly(Fate.KEPT);
    assertThat(stage.ask("ask=one").body()).isEqualTo("new.");
  }

  @Test
  void whatIsNewerInAnotherFormStays() throws Exception {
    keep(stage, "ask=one", "old.");
    var old = all(stage).getFirst();
    stage.advance(HOUR);
    var young = old.as(STREAM, old.headers(), old.chunks());
    var newer =
        new Recording(
            young.slot(),
            200,
            young.headers(),
            young.chunks(),
            stage.clock.millis(),
            1,
            Usage.NONE,
            young.stamp(),
            young.etag(),
            null,
            null);
    stage.memory.clear();
    stage.memory.store(newer);
    var depot = stage.cache().depot();

    assertThat(depot.takeIn(old, List.of(STREAM), false)).isEqualTo(Fate.THERE);
    assertThat(depot.takeIn(old, List.of(), false)).isEqualTo(Fate.KEPT);
  }

  @Test
  void whatClaimsTheKeyOfAnotherScopeDrivesNothingOut() throws Exception {
    keep(stage, "ask=one", "good.");
    var good = all(stage).getFirst();
    stage.advance(HOUR);
    var stamp = good.stamp();
    var tags = new ArrayList<>(stamp.tags());
    tags.replaceAll(tag -> tag.startsWith("scope:") ? "scope:tenant:other" : tag);
    var epochs = new ArrayList<>(stamp.epochs());
    var claimed =
        new Recording(
            good.slot(),
            200,
            good.headers(),
            good.chunks(),
            stage.clock.millis(),
            1,
            Usage.NONE,
            new Stamp(tags, epochs),
            good.etag(),
            null,
            null);

    assertThat(stage.cache().depot().takeIn(claimed, List.of(), true)).isEqualTo(Fate.THERE);
    assertThat(all(stage)).containsExactly(good);
  }

  @Test
  void whatIsInvalidThereIsReplacedThoughItIsNewer() throws Exception {
    keep(elsewhere, "ask=one", "good.");
    var other = all(elsewhere);
    keep(stage, "ask=one", "bad.", "Cache-Tag", "bad");
    stage.cache().invalidate("bad");

    assertThat(adopt(stage, other)).containsOnly(Fate.KEPT);
    assertThat(stage.ask("ask=one").body()).isEqualTo("good.");
  }

  @Test
  void whoStoresSomethingNewerMeanwhileHasTheLastWord() throws Exception {
    stage.tier(far);
    keep(stage, "ask=one", "old.");
    var old = all(stage);
    far.drop(old.getFirst().slot());
    stage.advance(HOUR);
    var gate = far.stallBefore(Operation.STORE);
    var taking = later(() -> takeIn(stage, old)); // has looked, and found nothing
    gate.awaitReached();
    var script = stage.upstream.expect();
    var asking = stage.send("ask=one");
    script.awaitCalled();
    far.heal(); // for all who come after
    int stores = far.uses(Operation.STORE);
    script.reply("new.");
    Poll.until(
        "the newer waits for the older, or has overtaken it",
        () ->
            stage.cache().depot().waitingToStore(old.getFirst().slot()) > 0
                || far.uses(Operation.STORE) > stores);
    gate.open();
    asking.get();
    taking.get();
    stage.awaitNothingInTheAir();

    assertThat(stage.ask("ask=one").body()).isEqualTo("new.");
  }

  @Test
  void whatIsOfAnotherStoreMustBeAdopted() throws Exception {
    keep(elsewhere, "ask=one", "one.", "Cache-Tag", "doc:1");
    var all = all(elsewhere);

    assertThat(takeIn(stage, all)).containsOnly(Fate.RETIRED);
    assertThat(adopt(stage, all)).containsOnly(Fate.KEPT);
    assertThat(stage.ask("ask=one").body()).isEqualTo("one.");
    stage.cache().invalidate("doc:1");
    keep(stage, "ask=one", "new.");
  }

  @Test
  void whatWasRetiredHereIsNotAdoptedFromElsewhere() throws Exception {
    keep(elsewhere, "ask=one", "old.", "Cache-Tag", "doc:1");
    var all = all(elsewhere);
    stage.cache().invalidate("doc:1");
    assertThat(adopt(stage, all)).containsOnly(Fate.RETIRED);
    stage.memory.clear();

    elsewhere.advance(HOUR); // what is born after that is of a later day
    stage.advance(HOUR);
    keep(elsewhere, "ask=two", "new.", "Cache-Tag", "doc:1");
    assertThat(adopt(stage, all(elsewhere))).containsExactlyInAnyOrder(Fate.RETIRED, Fate.KEPT);
    assertThat(stage.ask("ask=two").body()).isEqualTo("new.");
  }

  @Test
  void whereAllWasRetiredNothingFromBeforeIsAdopted() throws Exception {
    keep(elsewhere, "ask=one", "old.");
    stage.cache().invalidateAll();
    assertThat(adopt(stage, all(elsewhere))).containsOnly(Fate.RETIRED);
    elsewhere.advance(Duration.ofMinutes(4)); // clocks differ by as much
    stage.advance(HOUR);
    keep(elsewhere, "ask=two", "old.");

    assertThat(adopt(stage, all(elsewhere))).containsOnly(Fate.RETIRED);
  }

  @Test
  void whatIsTooOldOrOfTheFutureStaysOutside() throws Exception {
    keep(stage, "ask=one", "one.");
    var all = all(stage);
    stage.memory.clear();
    stage.advance(Duration.ofDays(8));
    assertThat(takeIn(stage, all)).containsOnly(Fate.EXPIRED);
    stage.advance(Duration.ofDays(-9));
    assertThat(takeIn(stage, all)).containsOnly(Fate.UNBORN);
  }

  @Test
  void whatLiesInSeveralTiersGoesOutOnceAndComesToLieInTheFarOne() throws Exception {
    stage.tier(stage.memory).tier(far);
    keep(stage, "ask=one", "one.");
    keep(stage, "ask=two", "two.");
    var all = all(stage);
    assertThat(all).hasSize(2);
    far.drop(all.getFirst().slot());
    assertThat(all(stage)).hasSize(2);
    far.drop(all.getLast().slot());
    stage.memory.clear();

    assertThat(takeIn(stage, all)).containsOnly(Fate.KEPT);
    assertThat(stage.memory.entries()).isZero();
    assertThat(stage.ask("ask=one").outcome()).isEqualTo(Outcome.REPLAYED);
  }

  @Test
  void headersThatAreOfNoReplayDoNotComeInByThisDoor() throws Exception {
    keep(stage, "ask=one", "one.");
    var one = all(stage).getFirst();
    stage.memory.clear();
    var headers = Headers.of("content-type", "text/plain", "set-cookie", "a=b");
    var odd = one.as(Form.WHOLE, headers, one.chunks());
    takeIn(stage, List.of(odd));

    try (var answer = stage.open("ask=one")) {
      assertThat(answer.headers().get("set-cookie")).isNull();
    }
  }

  @Test
  void whatCannotBeStoredIsToldToWhoBringsIt() throws Exception {
    stage.tier(far);
    keep(stage, "ask=one", "one.");
    var all = all(stage);
    far.drop(all.getFirst().slot());
    far.fail(Operation.STORE, new IOException("full"));

    assertThatThrownBy(() -> takeIn(stage, all)).isInstanceOf(IOException.class);
    far.heal();
  }

  private static void keep(Stage stage, String body, String reply, String... headers)
      throws Exception {
    stage.upstream.expect().reply(reply);
    assertThat(stage.ask(body, headers).outcome()).isEqualTo(Outcome.FETCHED);
    stage.awaitNothingInTheAir();
  }

  private static List<Recording> all(Stage stage) throws Exception {
    var all = new ArrayList<Recording>();
    stage.cache().depot().giveOut(all::add);
    return all;
  }

  private static List<Fate> takeIn(Stage stage, List<Recording> recordings) throws Exception {
    return takeIn(stage, recordings, false);
  }

  private static List<Fate> adopt(Stage stage, List<Recording> recordings) throws Exception {
    return takeIn(stage, recordings, true);
  }

  private static List<Fate> takeIn(Stage stage, List<Recording> recordings, boolean adopt)
      throws Exception {
    var fates = new ArrayList<Fate>();
    for (var recording : recordings) {
      fates.add(stage.cache().depot().takeIn(recording, List.of(), adopt));
    }
    return fates;
  }

  private interface Work<T> {
    T run() throws Exception;
  }

  private static <T> Future<T> later(Work<T> work) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return work.run();
      } catch (Exception e) {
        throw new CompletionException(e);
      }
    });
  }
}
