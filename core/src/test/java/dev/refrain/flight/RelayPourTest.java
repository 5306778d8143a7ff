package dev.refrain.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.testing.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers who have chunks poured into outlets, by whoever brings them. */
@Timeout(30)
final class RelayPourTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final Relay<String, String> relay = ListWindow.relay(ListWindow.of(String::length, 10));
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Takes so many chunks, and no more until it is told to. */
  private static final class Cup implements Outlet<String> {
    final List<String> taken = new CopyOnWriteArrayList<>();
    final AtomicInteger room;
    volatile Thread poured = Thread.currentThread();

    Cup(int room) {
      this.room = new AtomicInteger(room);
    }

    @Override
    public boolean take(String chunk) {
      taken.add(chunk);
      poured = Thread.currentThread();
      return room.decrementAndGet() > 0;
    }
  }

  @AfterEach
  void everyoneIsHome() {
    relay.end(null);
    threads.shutdownNow();
    threads.close();
  }

  @Test
  void whoBringsAChunkPoursIt() throws Exception {
    var cup = new Cup(10);
    var poured = pour(join(), cup);
    relay.append("a");
    assertThat(relay.offer("b")).isTrue();

    assertThat(cup.taken).containsExactly("a", "b");
    assertThat(cup.poured).isEqualTo(Thread.currentThread());
    relay.end(null);
    assertThat(poured.get()).isEqualTo("end");
  }

  @Test
  void whatHadComeBeforeIsPouredFirst() throws Exception {
    relay.append("a");
    relay.append("b");
    var cup = new Cup(10);
    var poured = pour(join(), cup);
    relay.append("c");
    relay.end(null);

    assertThat(poured.get()).isEqualTo("end");
    assertThat(cup.taken).containsExactly("a", "b", "c");
  }

  @Test
  void whoHasEnoughGetsTheRestWhenHeWantsIt() throws Exception {
    var full = new Cup(1);
    var other = new Cup(10);
    var reader = join();
    var poured = pour(reader, full);
    var otherPoured = pour(join(), other);
    for (var chunk : List.of("a", "b", "c")) {
      relay.append(chunk);
    }
    relay.end(null);
    assertThat(full.taken).containsExactly("a");
    assertThat(other.taken).containsExactly("a", "b", "c");
    assertThat(otherPoured.get()).isEqualTo("end");
    assertThat(poured.isDone()).isFalse();

    full.room.set(10);
    reader.resume();
    assertThat(full.taken).containsExactly("a", "b", "c");
    assertThat(poured.get()).isEqualTo("end");
  }

  @Test
  void whoCanTakeMoreBeforeHeHasSaidThatHeCannotGoesOn() throws Exception {
    var reader = join();
    var taken = new CopyOnWriteArrayList<String>();
    var poured =
        pour(
            reader,
            chunk -> {
              taken.add(chunk);
              reader.resume(); // as if another thread had made room just now
              return false;
            });
    relay.append("a");
    relay.append("b");
    relay.end(null);

    assertThat(poured.get()).isEqualTo("end");
    assertThat(taken).containsExactly("a", "b");
  }

  @Test
  void whoTakesNothingForTooLongIsGivenUp() throws Exception {
    var poured = pour(join(), new Cup(1), Duration.ofMillis(1));
    relay.append("a");
    relay.append("b");

    assertThatThrownBy(poured::get).hasRootCauseMessage("this reader took nothing for too long");
  }

  @Test
  void whoWaitsForChunksIsNotGivenUp() throws Exception {
    var poured = pour(join(), new Cup(10), Duration.ofMillis(1));
    relay.append("a");
    Thread.sleep(
        20); // many times as long as an outlet may stall: whatever happens, it must not end
    relay.end(null);

    assertThat(poured.get()).isEqualTo("end");
  }

  @Test
  void anOutletThatFailsIsToldToItsReaderAlone() throws Exception {
    var other = new Cup(10);
    var poured =
        pour(
            join(),
            chunk -> {
              throw new IllegalStateException("spilt");
            });
    var otherPoured = pour(join(), other);
    assertThat(relay.append("a")).isTrue();
    assertThat(relay.append("b")).isTrue();
    relay.end(null);

    assertThatThrownBy(poured::get).hasRootCauseMessage("spilt");
    assertThat(otherPoured.get()).isEqualTo("end");
    assertThat(other.taken).containsExactly("a", "b");
  }

  @Test
  void aFailureFollowsWhatHadComeBeforeIt() throws Exception {
    var cup = new Cup(10);
    var poured = pour(join(), cup);
    relay.append("a");
    relay.end(new IOException("cut"));

    assertThatThrownBy(poured::get).hasRootCauseMessage("cut");
    assertThat(cup.taken).containsExactly("a");
  }

  @Test
  void whoLeavesIsPouredNothingAnyMore() throws Exception {
    var cup = new Cup(10);
    var reader = join();
    var poured = pour(reader, cup);
    relay.append("a");
    poured.cancel(true);
    Poll.until("the reader has left", () -> offered(cup, "b"));
    int taken = cup.taken.size();
    relay.append("c");

    assertThat(cup.taken).hasSize(taken);
  }

  /** Brings a chunk and tells whether it was not poured. */
  private boolean offered(Cup cup, String chunk) {
    int before = cup.taken.size();
    assertThat(relay.offer(chunk) || cup.taken.size() == before).isTrue();
    return cup.taken.size() == before;
  }

  @Test
  void whoLeavesWaitsForWhoPoursJustNow() throws Exception {
    var takes = new CountDownLatch(1);
    var goesOn = new CountDownLatch(1);
    var reader = join();
    var pourer = new Thread[1];
    var left = new CountDownLatch(1);
    var poured =
        threads.submit(() -> {
          pourer[0] = Thread.currentThread();
          try {
            reader.pour(
                chunk -> {
                  takes.countDown();
                  awaitQuietly(goesOn);
                  return true;
                },
                LONG);
          } finally {
            left.countDown();
          }
          return "end";
        });
    awaitPouring(reader);
    var brings = threads.submit(() -> relay.append("a"));
    takes.await();
    Objects.requireNonNull(pourer[0]).interrupt();
    Poll.until("he waits", () -> pourer[0].getState() == Thread.State.WAITING);
    assertThat(left.getCount()).isOne();
    goesOn.countDown();

    assertThatThrownBy(poured::get).hasCauseInstanceOf(InterruptedException.class);
    assertThat(brings.get()).isTrue();
  }

  @Test
  void aSlowOneIsCutOffAndTold() throws Exception {
    var slow = pour(join(), new Cup(1));
    var fast = new Cup(100);
    var unused = pour(join(), fast);
    relay.append("0123");
    relay.append("4567");
    relay.append("890123");
    relay.append("456789");

    assertThat(fast.taken).hasSize(4);
    assertThatThrownBy(slow::get).hasMessageContaining("behind");
  }

  @Test
  void whatCannotBeTakenAtOnceIsNotTakenAtAll() throws Exception {
    var reader = join();
    assertThat(relay.offer("01234567")).isTrue();
    assertThat(relay.offer("next")).isFalse();
    assertThat(reader.next()).isEqualTo("01234567");
    assertThat(relay.offer("next")).isTrue();

    assertThat(reader.next()).isEqualTo("next");
    relay.end(null);
    assertThat(relay.offer("a")).isFalse();
    assertThat(reader.next()).isNull();
  }

  private Relay<String, String>.Reader join() {
    return Objects.requireNonNull(relay.join(() -> {}));
  }

  private Future<String> pour(Relay<String, String>.Reader reader, Outlet<String> outlet) {
    return pour(reader, outlet, LONG);
  }

  /** Returns when the outlet is in place. */
  private Future<String> pour(
      Relay<String, String>.Reader reader, Outlet<String> outlet, Duration stallMax) {
    var poured =
        threads.submit(() -> {
          reader.pour(outlet, stallMax);
          return "end";
        });
    awaitPouring(reader);
    return poured;
  }

  private static void awaitPouring(Relay<String, String>.Reader reader) {
    Poll.until("the outlet waits for chunks", reader::isWaiting);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
