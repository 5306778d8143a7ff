package dev.refrain.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.testing.Poll;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One writer, many readers, and a window of ten letters. */
@Timeout(30)
final class RelayTest {
  private static final Set<Thread.State> WAITING =
      Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

  private final Capacity memory = new Capacity(100);
  private final ListWindow<String> window = ListWindow.of(String::length, 10, memory);
  private final Relay<String, String> relay = ListWindow.relay(window);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicReference<Thread> writer = new AtomicReference<>();

  @AfterEach
  void everyoneIsHome() {
    relay.end(null);
    threads.shutdownNow();
    threads.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void whoJoinsAtAnyMomentGetsTheWhole(int moment) throws Exception {
    var first = join();
    Future<String> late = null;
    for (int i = 0; i <= 5; i++) {
      if (i == moment) {
        var reader = join();
        late = threads.submit(() -> head(reader) + readAll(reader));
      }
      if (i == 0) {
        relay.open("head ");
      } else {
        relay.append(String.valueOf(i));
      }
    }
    relay.end(null);

    assertThat(Objects.requireNonNull(late).get()).isEqualTo("head 12345");
    assertThat(head(first) + readAll(first)).isEqualTo("head 12345");
  }

  @Test
  void whoJoinsAfterTheEndGetsTheWholeAsLongAsSomebodyReads() throws Exception {
    var first = join();
    relay.open("head ");
    relay.append("0123456789");
    relay.end(null);

    var late = join();
    first.close();
    assertThat(head(late) + readAll(late)).isEqualTo("head 0123456789");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingIsKeptOnceAllIsSaidAndNobodyReads(boolean leavesFirst) throws Exception {
    var reader = join();
    relay.open("head ");
    relay.append("0123456789");
    if (leavesFirst) {
      reader.close();
      assertThat(whole()).containsExactly("0123456789"); // it is not all said yet
    }
    relay.end(null);
    reader.close();

    assertThat(window.weight()).isZero();
    assertThat(relay.join(() -> {})).isNull();
    assertThatThrownBy(this::whole).isInstanceOf(InterruptedException.class);
  }

  @Test
  void aFailureFollowsWhatHadComeBeforeIt() throws Exception {
    var reader = join();
    relay.open("head ");
    relay.append("a");
    relay.end(new IOException("cut"));

    assertThat(reader.head()).isEqualTo("head ");
    assertThat(reader.next()).isEqualTo("a");
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(reader::next)
          .isInstanceOf(FlightFailedException.class)
          .hasRootCauseMessage("cut");
    }
  }

  @Test
  void onlyTheFirstEndCounts() throws Exception {
    var reader = join();
    relay.open("head ");
    relay.end(null);
    relay.end(new IOException("too late"));

    assertThat(head(reader) + readAll(reader)).isEqualTo("head ");
  }

  @Test
  void nothingIsHeardAfterTheEnd() throws Exception {
    var reader = join();
    relay.append("a");
    relay.end(new IOException("cut"));

    assertThatThrownBy(() -> relay.append("b")).isInstanceOf(InterruptedException.class);
    relay.open("head");
    assertThatThrownBy(reader::head).hasRootCauseMessage("cut");
    assertThat(reader.next()).isEqualTo("a");
    assertThatThrownBy(reader::next).hasRootCauseMessage("cut");
  }

  @Test
  void eachChunkIsToldToAllWhoWaitForIt() throws Exception {
    var readers = List.of(join(), join(), join());
    for (var chunk : List.of("a", "b", "c")) {
      var waiting = readers.stream().map(reader -> threads.submit(reader::next)).toList();
      relay.append(chunk);

      assertThat(waiting).map(Future::get).containsOnly(chunk); // without waiting for the end
    }
  }

  @Test
  void aReplyHasOneHead() throws Exception {
    relay.open("head");
    assertThatThrownBy(() -> relay.open("other")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whoeverWaitsCanBeInterruptedAlone() throws Exception {
    var other = join();
    for (Callable<?> wait :
        List.<Callable<?>>of(
            () -> join().head(),
            () -> join().next(),
            () -> {
              join().awaitEnd();
              return "";
            })) {
      var thread = new AtomicReference<Thread>();
      var waiting =
          threads.submit(() -> {
            thread.set(Thread.currentThread());
            return wait.call();
          });
      awaitWaiting(thread);
      Objects.requireNonNull(thread.get()).interrupt();
      assertThatThrownBy(waiting::get).hasCauseInstanceOf(InterruptedException.class);
    }
    relay.open("head ");
    relay.append("a");
    relay.end(null);

    assertThat(head(other) + readAll(other)).isEqualTo("head a");
  }

  @Test
  void aLoneSlowReaderSlowsTheWriterDown() throws Exception {
    var reader = join();
    relay.append("01234567");
    var append = append("next");
    awaitWaiting(writer);
    assertThat(reader.next()).isEqualTo("01234567");

    assertThat(append.get()).isTrue();
    assertThat(reader.next()).isEqualTo("next");
  }

  @Test
  void readersWhoKeepUpLoseNothingHoweverMuchItIs() throws Exception {
    var one = join();
    var other = join();
    for (int i = 0; i < 1_000; i++) {
      assertThat(relay.append(i + " ")).isTrue();
      assertThat(one.next()).isEqualTo(i + " ");
      assertThat(other.next()).isEqualTo(i + " ");
    }
  }

  @Test
  void aSlowReaderIsCutOffAndHoldsNobodyUp() throws Exception {
    var slow = join();
    var fast = join();
    relay.append("01234567");
    assertThat(fast.next()).isEqualTo("01234567");
    assertThat(relay.append("next")).isTrue(); // without waiting for the slow one

    assertThat(fast.next()).isEqualTo("next");
    assertThatThrownBy(slow::next).isInstanceOf(IOException.class).hasMessageContaining("behind");
    relay.end(null);
    assertThatThrownBy(slow::next).hasMessageContaining("behind"); // never a clean end
  }

  @Test
  void whoIsLessThanAWindowBehindIsNotCutOff() throws Exception {
    var slow = join();
    var fast = join();
    relay.append("0123");
    relay.append("4567");
    assertThat(slow.next()).isEqualTo("0123");
    assertThat(fast.next() + fast.next()).isEqualTo("01234567");
    relay.append("890123");

    assertThat(slow.next()).isEqualTo("4567");
    assertThat(slow.next()).isEqualTo("890123");
  }

  @Test
  void oneWhoWasCutOffHoldsUpNobody() throws Exception {
    var slow = join();
    var fast = join();
    relay.append("01234567");
    assertThat(fast.next()).isEqualTo("01234567");
    relay.append("next");
    fast.close(); // slow has not noticed yet, and may never, if his client has stalled

    assertThat(append("89012345").get()).as("whether anybody reads on").isFalse();
    slow.close();
  }

  @Test
  void oneWhoOnlyWaitsForTheEndHoldsUpNobody() throws Exception {
    var waits = join();
    var end =
        threads.submit(() -> {
          waits.awaitEnd();
          return "end";
        });
    relay.append("01234567");
    assertThat(append("next").get()).as("whether anybody reads on").isFalse();
    relay.end(null);

    assertThat(end.get()).isEqualTo("end");
  }

  @Test
  void aWriterWhoWaitsIsReleasedWhenTheLastReaderLeaves() throws Exception {
    var reader = join();
    relay.append("01234567");
    var append = append("next");
    awaitWaiting(writer);
    reader.close();

    assertThat(append.get()).isFalse();
  }

  @Test
  void aWriterWhoWaitsIsReleasedByTheEnd() throws Exception {
    join();
    relay.append("01234567");
    var append = append("next");
    awaitWaiting(writer);
    relay.end(new IOException("time is up"));

    assertThatThrownBy(append::get).hasCauseInstanceOf(InterruptedException.class);
  }

  @Test
  void withoutReadersOneGoesOnAsLongAsTheWholeFits() throws Exception {
    assertThat(relay.append("01234")).isTrue();
    assertThat(relay.append("56789")).isTrue();
    assertThat(relay.append("next")).isFalse();
  }

  @Test
  void aChunkLargerThanTheWindowPassesThrough() throws Exception {
    var reader = join();
    relay.append("a");
    var append = append("a chunk of some length");
    assertThat(reader.next()).isEqualTo("a");

    assertThat(append.get()).isTrue();
    assertThat(reader.next()).isEqualTo("a chunk of some length");
    assertThat(append("b").get()).isTrue();
    assertThat(reader.next()).isEqualTo("b");
  }

  @Test
  void whereMemoryIsShortTheSlowestSetsThePaceAndNobodyIsCutOff() throws Exception {
    memory.take(95); // by others
    var slow = join();
    var fast = join();
    relay.append("01234");
    assertThat(fast.next()).isEqualTo("01234");
    assertThat(relay.offer("56")).isFalse();
    var append = append("56");
    awaitWaiting(writer);
    assertThat(slow.next()).isEqualTo("01234");

    assertThat(append.get()).isTrue();
    assertThat(slow.next() + fast.next()).isEqualTo("5656");
  }

  @Test
  void memoryThatOthersHaveGivenBackIsFound() throws Exception {
    memory.take(95);
    var stalled = join();
    var fast = join();
    relay.append("01234");
    assertThat(fast.next()).isEqualTo("01234");
    var append = append("56");
    awaitWaiting(writer);
    memory.giveBack(95);

    assertThat(append.get()).isTrue();
    assertThat(fast.next()).isEqualTo("56");
    assertThat(stalled.next() + stalled.next()).isEqualTo("0123456");
  }

  @Test
  void whereMemoryStaysShortWhoStallsIsLeftBehindInTheEnd() throws Exception {
    memory.take(95);
    var stalled = join();
    var fast = join();
    relay.append("01234");
    assertThat(fast.next()).isEqualTo("01234");

    assertThat(append("56").get()).isTrue();
    assertThat(fast.next()).isEqualTo("56");
    assertThatThrownBy(stalled::next).hasMessageContaining("behind");
  }

  /** Where nobody can join any more, and so nobody can keep it. */
  @Test
  void nobodyFliesOnForNobodyOnceTheBeginningIsGone() throws Exception {
    var reader = join();
    relay.append("01234567");
    assertThat(reader.next()).isEqualTo("01234567");
    relay.append("next");
    reader.close();

    assertThat(relay.offer("a")).isFalse();
    assertThat(relay.append("a")).isFalse();
  }

  @Test
  void whatFoundNoRoomOnceFindsNoneLater() throws Exception {
    relay.append("0123456789");
    assertThat(relay.offer("next")).isFalse(); // by the event loop, as replies come
    assertThat(relay.append("next")).isFalse();
  }

  @Test
  void whereThereIsNoMemoryAtAllOneChunkAtATimeGoesThrough() throws Exception {
    memory.take(100);
    var reader = join();
    for (int i = 0; i < 10; i++) {
      var append = append("chunk " + i);
      assertThat(reader.next()).isEqualTo("chunk " + i);
      assertThat(append.get()).isTrue();
    }
    relay.end(null);
    reader.close();

    assertThat(memory.taken()).as("what others have").isEqualTo(100);
  }

  @Test
  void whereMemoryIsShortNobodyFliesOnForNobody() throws Exception {
    memory.take(95);
    assertThat(relay.append("01234")).isTrue();
    assertThat(relay.append("5")).isFalse();
  }

  /** Else one whose reader has stalled would hold up all the others. */
  @Test
  void noRelayWaitsForTheReadersOfAnother() throws Exception {
    var other = ListWindow.<String, String>relay(ListWindow.of(String::length, 100, memory));
    var stalled = Objects.requireNonNull(other.board());
    assertThat(other.append("x".repeat(100))).isTrue();
    var reader = join();

    assertThat(append("a").get()).isTrue();
    assertThat(reader.next()).isEqualTo("a");
    assertThat(append("b").get()).isTrue();
    other.end(null);
    stalled.close();
    assertThat(memory.taken()).isEqualTo(1);
  }

  @Test
  void nobodyJoinsOnceTheBeginningIsGone() throws Exception {
    var reader = join();
    relay.append("01234567");
    assertThat(reader.next()).isEqualTo("01234567");
    assertThat(relay.join(() -> {})).isNotNull();
    relay.append("next");

    assertThat(relay.join(() -> {})).isNull();
  }

  @Test
  void leavingIsToldOnce() {
    var left = new AtomicInteger();
    var reader = Objects.requireNonNull(relay.join(left::incrementAndGet));
    reader.close();
    reader.close();

    assertThat(left).hasValue(1);
  }

  private Relay<String, String>.Reader join() {
    return Objects.requireNonNull(relay.join(() -> {}));
  }

  private @Nullable List<String> whole() throws InterruptedException {
    return relay.<List<String>>whole(List::copyOf);
  }

  private Future<Boolean> append(String chunk) {
    return threads.submit(() -> {
      writer.set(Thread.currentThread());
      return relay.append(chunk);
    });
  }

  private static void awaitWaiting(AtomicReference<Thread> thread) {
    Poll.until(
        "the thread waits",
        () -> thread.get() != null && WAITING.contains(thread.get().getState()));
  }

  private static String head(Relay<String, String>.Reader reader)
      throws IOException, InterruptedException {
    return reader.head();
  }

  private static String readAll(Relay<String, String>.Reader reader)
      throws IOException, InterruptedException {
    var all = new ArrayList<String>();
    for (var chunk = reader.next(); chunk != null; chunk = reader.next()) {
      all.add(chunk);
    }
    return String.join("", all);
  }
}
