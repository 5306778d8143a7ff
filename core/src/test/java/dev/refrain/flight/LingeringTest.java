package dev.refrain.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.flight.Flights.Seat;
import dev.refrain.testing.MovableClock;
import dev.refrain.testing.MovableTimer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a flight that nobody reads any more. */
@Timeout(30)
final class LingeringTest {
  private static final Duration TIME_MAX = Duration.ofMinutes(1);
  private static final Duration LINGER = Duration.ofSeconds(5);
  private static final Duration MOMENT = Duration.ofMillis(1);

  private final MovableTimer timer = new MovableTimer(new MovableClock());
  private final Flights<String, String, String> flights = flights(timer, LINGER);
  private final HeldPilot pilot = new HeldPilot();

  @AfterEach
  void nobodyIsLeftInTheAir() {
    flights.close();
    assertThat(flights.inTheAir()).isZero();
    assertThat(timer.pending()).isZero();
    if (pilot.hasDeparted()) {
      pilot.awaitHome();
    }
  }

  private static Flights<String, String, String> flights(Timer timer, Duration linger) {
    return new Flights<>(
        ListWindow.each(String::length, 10), new FlightLimits(3, TIME_MAX, linger), timer);
  }

  @Test
  void theLastToLeaveEndsTheFlightAfterAWhile() throws Exception {
    var seats = List.of(board(), board());
    pilot.open("head").append("a").get();
    seats.getFirst().reader().close();
    timer.advance(LINGER); // one still reads
    seats.getLast().reader().close();
    timer.advance(LINGER.minus(MOMENT));
    assertThat(flights.inTheAir()).isOne();
    assertThat(pilot.wasInterrupted()).isFalse();

    timer.advance(MOMENT);
    pilot.awaitInterrupted();
    assertThat(flights.inTheAir()).isZero();
    assertThat(flights.board("k", List.of(), new HeldPilot()).led()).isTrue();
  }

  @Test
  void aFlightIsFinishedWhileItLingers() throws Exception {
    board().reader().close();
    pilot.open("head").append("a").get();
    assertThat(pilot.append("b").get()).as("whether it is of use to go on").isTrue();
    pilot.land().awaitHome();

    assertThat(pilot.wasInterrupted()).isFalse();
    assertThat(timer.pending()).isZero();
  }

  @Test
  void whoJoinsAFlightThatLingersKeepsItInTheAir() throws Exception {
    board().reader().close();
    timer.advance(LINGER.minus(MOMENT));
    var seat = board();
    assertThat(seat.led()).isFalse();
    timer.advance(LINGER.multipliedBy(2));
    pilot.open("head").appendAll("a").land();

    assertThat(FlightsTest.read(seat)).isEqualTo("head:a");
    assertThat(pilot.wasInterrupted()).isFalse();
  }

  @Test
  void aFlightLingersAnewAfterEachLeaving() throws Exception {
    board().reader().close();
    timer.advance(LINGER.minus(MOMENT));
    board().reader().close();
    timer.advance(LINGER.minus(MOMENT));
    assertThat(flights.inTheAir()).isOne();

    timer.advance(MOMENT);
    pilot.awaitInterrupted();
  }

  @Test
  void leavingTwiceIsLeavingOnce() throws Exception {
    var first = board().reader();
    var second = board();
    first.close();
    first.close();
    timer.advance(LINGER);
    pilot.open("head").land();

    assertThat(FlightsTest.read(second)).isEqualTo("head:");
  }

  /** As who relays a flight to others does, for whom he is aboard. */
  @Test
  void whoReadsAlongForOthersKeepsItInTheAir() throws Exception {
    var seat = board();
    var along = seat.reader().relay().board();
    seat.reader().close();
    timer.advance(LINGER.multipliedBy(2));
    assertThat(pilot.wasInterrupted()).isFalse();
    assertThat(flights.passengers("k")).isOne();
    along.close();
    timer.advance(LINGER);
    pilot.awaitInterrupted();
  }

  @Test
  void aSoloFlightLingersToo() throws Exception {
    flights.solo("k", pilot).reader().close();
    timer.advance(LINGER.minus(MOMENT));
    assertThat(flights.inTheAir()).isOne();

    timer.advance(MOMENT);
    pilot.awaitInterrupted();
  }

  @Test
  void aRefreshFliesWithoutAnybodyWhoReads() throws Exception {
    assertThat(flights.refresh("k", pilot)).isTrue();
    assertThat(flights.refresh("k", new HeldPilot())).isFalse();
    timer.advance(LINGER);
    pilot.open("head").append("a").get();
    pilot.land().awaitHome();

    assertThat(pilot.wasInterrupted()).isFalse();
    assertThat(flights.refresh("k", new HeldPilot())).isTrue();
  }

  @Test
  void whoReadsARefreshAndLeavesDisturbsItNot() throws Exception {
    flights.refresh("k", pilot);
    pilot.open("head").append("a").get();
    var seat = board();
    assertThat(seat.led()).isFalse();
    assertThat(seat.reader().next()).isEqualTo("a");
    seat.reader().close();
    timer.advance(LINGER.multipliedBy(2));
    pilot.append("b").get();
    pilot.land().awaitHome();

    assertThat(pilot.wasInterrupted()).isFalse();
  }

  @Test
  void aRefreshDoesNotDepartBesideAFlightUnderWay() throws Exception {
    board();
    assertThat(flights.refresh("k", new HeldPilot())).isFalse();
  }

  @Test
  void aRefreshThatTakesTooLongIsCalledBack() throws Exception {
    flights.refresh("k", pilot);
    var reader = board().reader();
    timer.advance(TIME_MAX);

    pilot.awaitInterrupted();
    assertThatThrownBy(reader::head).hasRootCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void whoBoardsJustAsTheTimeIsUpKeepsTheFlight() throws Exception {
    var due = new ArrayList<Runnable>();
    var tooLateToCancel = uncancellable(due);
    try (var late = flights(tooLateToCancel, LINGER)) {
      late.board("k", List.of(), pilot).reader().close();
      var seat = late.board("k", List.of(), new HeldPilot());
      due.getLast().run();
      pilot.open("head").land();

      assertThat(FlightsTest.read(seat)).isEqualTo("head:");
    }
  }

  @Test
  void whatComesDueAfterTheLandingDoesNothing() throws Exception {
    var due = new ArrayList<Runnable>();
    try (var late = flights(uncancellable(due), LINGER)) {
      late.board("k", List.of(), pilot).reader().close();
      pilot.open("head").land().awaitHome();
      var next = new HeldPilot();
      var seat = late.board("k", List.of(), next);
      assertThat(seat.led()).isTrue();
      due.getFirst().run(); // the time that the first was allowed
      due.get(1).run(); // its lingering
      next.open("next").land();

      assertThat(FlightsTest.read(seat)).isEqualTo("next:");
    }
  }

  @Test
  void withoutLingeringTheLastToLeaveEndsTheFlightAtOnce() throws Exception {
    try (var hasty = flights(timer, Duration.ZERO)) {
      hasty.board("k", List.of(), pilot).reader().close();
      timer.advance(Duration.ZERO);

      pilot.awaitInterrupted();
      assertThat(hasty.inTheAir()).isZero();
    }
  }

  private Seat<String, String, String> board() throws IOException {
    return flights.board("k", List.of(), pilot);
  }

  /** A timer whose actions were taken up already when somebody cancels them. */
  private static Timer uncancellable(List<Runnable> due) {
    return new Timer() {
      @Override
      public Ticket after(Duration delay, Runnable action) {
        due.add(action);
        return () -> {};
      }

      @Override
      public void close() {}
    };
  }
}
