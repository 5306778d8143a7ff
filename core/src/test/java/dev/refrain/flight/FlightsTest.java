package dev.refrain.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.flight.Flights.Seat;
import dev.refrain.testing.MovableClock;
import dev.refrain.testing.MovableTimer;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who boards which flight, and how flights end. The pilots are held until a test lets them go. */
@Timeout(30)
final class FlightsTest {
  private static final Duration TIME_MAX = Duration.ofMinutes(1);
  private static final Duration LINGER = Duration.ofSeconds(5);
  private static final Duration MOMENT = Duration.ofMillis(1);

  private final MovableTimer timer = new MovableTimer(new MovableClock());
  private final Flights<String, String, String> flights =
      new Flights<>(
          ListWindow.each(String::length, 10), new FlightLimits(3, TIME_MAX, LINGER), timer);
  private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
  private final HeldPilot pilot = new HeldPilot();

  @AfterEach
  void nobodyIsLeftInTheAir() {
    flights.close();
    readers.shutdownNow();
    readers.close();
    assertThat(flights.inTheAir()).isZero();
    assertThat(flights.passengers("k")).isZero();
    assertThat(timer.pending()).isZero();
    if (pilot.hasDeparted()) {
      pilot.awaitHome();
    }
  }

  @Test
  void oneFlightServesAllWhoAskMeanwhile() throws Exception {
    var seats = List.of(board("k"), board("k"), board("k"));
    var read = readAll(seats);
    pilot.open("head").appendAll("a", "b").land();

    assertThat(read).map(Future::get).containsOnly("head:a,b");
    assertThat(seats).map(Seat::led).containsExactly(true, false, false);
  }

  @Test
  void aThousandReadersAllReadTheSame() throws Exception {
    var read = new ArrayList<Future<String>>();
    for (int i = 0; i < 1_000; i++) {
      if (i == 300) {
        pilot.open("head").appendAll("a", "b");
      }
      if (i == 600) {
        pilot.append("c").get();
      }
      read.add(readAll(board("k")));
    }
    pilot.appendAll("d").land();

    assertThat(read).map(Future::get).containsOnly("head:a,b,c,d");
  }

  @Test
  void whoComesLateGetsTheBacklogAtOnceAndTheRestLive() throws Exception {
    try (var first = board("k").reader()) {
      pilot.open("head").append("a").get();
      pilot.append("b").get();
      try (var late = board("k").reader()) {
        assertThat(late.head()).isEqualTo("head");
        assertThat(late.next()).isEqualTo("a");
        assertThat(late.next()).isEqualTo("b");
        var live = readers.submit(late::next);
        assertThat(first.next()).isEqualTo("a");
        assertThat(pilot.append("c").get()).isTrue();
        assertThat(live.get()).isEqualTo("c");
      }
    }
  }

  @Test
  void onePerKeyIsUnderWayAtATime() throws Exception {
    var other = new HeldPilot().open("other head").land();
    var ours = board("k");
    var theirs = flights.board("l", List.of(), other);
    pilot.open("head").land();

    assertThat(theirs.led()).isTrue();
    assertThat(readAll(theirs).get()).isEqualTo("other head:");
    assertThat(readAll(ours).get()).isEqualTo("head:");
  }

  @Test
  void whoIsToldTheEndFindsNothingOnTheBoard() throws Exception {
    var read = new ArrayList<Future<String>>();
    for (int i = 0; i < 10; i++) {
      var seat = board("k");
      read.add(readers.submit(() -> read(seat) + flights.passengers("k") + flights.inTheAir()));
    }
    pilot.open("head").land();

    assertThat(read).map(Future::get).containsOnly("head:00");
  }

  @Test
  void whoIsToldOfAFailureFindsNothingOnTheBoard() throws Exception {
    var reader = board("k").reader();
    pilot.fail(new IOException("upstream hung up"));
    assertThatThrownBy(reader::head).hasRootCauseMessage("upstream hung up");

    assertThat(flights.passengers("k")).isZero();
    assertThat(flights.inTheAir()).isZero();
    reader.close();
  }

  @Test
  void aFailureIsSharedButNotRemembered() throws Exception {
    var seats = List.of(board("k"), board("k"));
    pilot.open("head").appendAll("a").fail(new IOException("upstream hung up"));
    for (var read : readAll(seats)) {
      assertThatThrownBy(read::get)
          .hasCauseInstanceOf(FlightFailedException.class)
          .hasRootCauseMessage("upstream hung up");
    }

    var again = flights.board("k", List.of(), new HeldPilot().open("fresh").land());
    assertThat(again.led()).isTrue();
    assertThat(readAll(again).get()).isEqualTo("fresh:");
  }

  @Test
  void aPanicReleasesAllWhoWait() throws Exception {
    var read = readAll(List.of(board("k"), board("k")));
    pilot.panic(new StackOverflowError("too deep"));

    for (var future : read) {
      assertThatThrownBy(future::get).hasRootCauseInstanceOf(StackOverflowError.class);
    }
  }

  @Test
  void whoLandsWithoutAReplyReleasesAllWhoWait() throws Exception {
    var read = readAll(board("k"));
    pilot.land();

    assertThatThrownBy(read::get).hasRootCauseMessage("the flight landed without a reply");
  }

  @Test
  void aFlightThatTakesTooLongReleasesAllWhoWait() throws Exception {
    var read = readAll(List.of(board("k"), board("k")));
    pilot.open("head").append("a").get();
    timer.advance(TIME_MAX.minus(MOMENT));
    assertThat(flights.inTheAir()).isOne();
    timer.advance(MOMENT);

    for (var future : read) {
      assertThatThrownBy(future::get).hasRootCauseInstanceOf(TimeoutException.class);
    }
    pilot.awaitInterrupted();
    assertThat(board("k", new HeldPilot()).led()).isTrue();
  }

  @Test
  void nothingThatAPilotDoesAfterHeWasCalledBackIsHeard() throws Exception {
    var early = board("k").reader();
    var late = board("k").reader();
    pilot.deaf().append("a").get();
    assertThat(early.next()).isEqualTo("a");
    timer.advance(TIME_MAX);
    pilot.awaitInterrupted();
    pilot.open("head").append("b").handle((appended, failure) -> null).get();

    for (var reader : List.of(early, late)) {
      assertThatThrownBy(reader::head).hasRootCauseInstanceOf(TimeoutException.class);
    }
    assertThatThrownBy(early::next).hasRootCauseInstanceOf(TimeoutException.class);
    assertThat(late.next()).isEqualTo("a");
    assertThatThrownBy(late::next).hasRootCauseInstanceOf(TimeoutException.class);
    pilot.land();
  }

  @Test
  void closingReleasesAllWhoWaitAndLetsNobodyDepart() throws Exception {
    var read = readAll(List.of(board("k"), board("k")));
    pilot.open("head");
    flights.close();

    for (var future : read) {
      assertThatThrownBy(future::get).hasRootCauseMessage("closed");
    }
    pilot.awaitInterrupted();
    assertThatThrownBy(() -> board("k")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> flights.refresh("k", pilot)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void interruptingOneReaderDisturbsNoOther() throws Exception {
    var read = readAll(List.of(board("k"), board("k"), board("k")));
    pilot.open("head").append("a").get();
    read.get(1).cancel(true);
    awaitPassengers(2);
    pilot.append("b").get();
    read.getFirst().cancel(true);
    awaitPassengers(1);
    pilot.append("c").get();
    pilot.land();

    assertThat(read.getLast().get()).isEqualTo("head:a,b,c");
    assertThat(pilot.wasInterrupted()).isFalse();
  }

  @Test
  void noMoreDepartThanAreAllowed() throws Exception {
    board("k");
    flights.solo("l", new HeldPilot()).reader();
    assertThat(flights.refresh("m", new HeldPilot())).isTrue();

    assertThatThrownBy(() -> board("n")).isInstanceOf(FlightsFullException.class);
    assertThatThrownBy(() -> flights.solo("k", pilot)).isInstanceOf(FlightsFullException.class);
    assertThatThrownBy(() -> flights.refresh("n", pilot)).isInstanceOf(FlightsFullException.class);
    assertThat(board("k").led()).isFalse();
    assertThat(flights.inTheAir()).isEqualTo(3);
  }

  @Test
  void whoLandsMakesRoomForAnother() throws Exception {
    var seats = List.of(board("k"), board("l", new HeldPilot()), board("m", new HeldPilot()));
    pilot.open("head").land();
    assertThat(read(seats.getFirst())).isEqualTo("head:");

    assertThat(board("n", new HeldPilot()).led()).isTrue();
  }

  @Test
  void whoFindsNoFlightOfHisOwnJoinsOneThatWouldDo() throws Exception {
    board("second", new HeldPilot());
    board("third", new HeldPilot());

    var seat = flights.board("k", List.of("first", "third", "second"), pilot);
    assertThat(seat.key()).isEqualTo("third");
    assertThat(seat.led()).isFalse();
    assertThat(pilot.hasDeparted()).isFalse();
  }

  @Test
  void hisOwnFlightIsTheBest() throws Exception {
    board("other", new HeldPilot());
    board("k");

    assertThat(flights.board("k", List.of("other"), new HeldPilot()).key()).isEqualTo("k");
  }

  @Test
  void nobodyJoinsASoloFlight() throws Exception {
    var solo = flights.solo("k", new HeldPilot().open("solo").land());
    var seat = board("k");
    assertThat(seat.led()).isTrue();
    assertThat(read(solo)).isEqualTo("solo:");

    assertThat(flights.passengers("k")).isOne(); // its landing left ours on the board
    pilot.open("head").land();
    assertThat(read(seat)).isEqualTo("head:");
  }

  @Test
  void whoComesAfterTheWindowSlidDepartsAnew() throws Exception {
    var first = board("k");
    pilot.open("head").append("0123456789").get();
    var firstRead = readAll(first);
    pilot.append("next").get();
    var anew = new HeldPilot();
    var second = board("k", anew);
    assertThat(second.led()).isTrue();

    pilot.land();
    assertThat(firstRead.get()).isEqualTo("head:0123456789,next");
    assertThat(board("k").led()).isFalse(); // the landing of the first left the second on the board
    anew.open("anew").land();
    assertThat(read(second)).isEqualTo("anew:");
  }

  private Seat<String, String, String> board(String key) throws IOException {
    return board(key, pilot);
  }

  private Seat<String, String, String> board(String key, HeldPilot with) throws IOException {
    return flights.board(key, List.of(), with);
  }

  private List<Future<String>> readAll(List<Seat<String, String, String>> seats) {
    return seats.stream().map(this::readAll).toList();
  }

  /** Has begun when this returns: who is cancelled before would not even leave. */
  private Future<String> readAll(Seat<String, String, String> seat) {
    var begun = new CountDownLatch(1);
    var all =
        readers.submit(
            (Callable<String>)
                () -> {
                  begun.countDown();
                  return read(seat);
                });
    Poll.until("begun", () -> begun.getCount() == 0);
    return all;
  }

  /** Returns all that a reader is told, and leaves. */
  static String read(Seat<String, String, String> seat) throws IOException, InterruptedException {
    try (var reader = seat.reader()) {
      var head = reader.head();
      var chunks = new ArrayList<String>();
      for (var chunk = reader.next(); chunk != null; chunk = reader.next()) {
        chunks.add(chunk);
      }
      return head + ":" + String.join(",", chunks);
    }
  }

  private void awaitPassengers(int count) {
    Poll.until(count + " passengers", () -> flights.passengers("k") == count);
  }
}
