package dev.refrain.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.flight.Flights.Seat;
import dev.refrain.testing.MovableClock;
import dev.refrain.testing.MovableTimer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Flights for several keys at once. */
@Timeout(30)
final class GroupFlightsTest {
  private final Flights<String, String, String> flights =
      new Flights<>(
          ListWindow.each(String::length, 10),
          new FlightLimits(3, Duration.ofMinutes(1), Duration.ofSeconds(1)),
          new MovableTimer(new MovableClock()));

  @AfterEach
  void close() {
    flights.close();
  }

  private List<Seat<String, String, String>> board(HeldPilot pilot, String... keys)
      throws FlightsFullException {
    return flights.boardAll(List.of(keys), (led, relay) -> pilot.fly(relay));
  }

  @Test
  void whatIsUnderWayIsJoinedAndTheRestDepartsTogether() throws Exception {
    var first = board(new HeldPilot(), "a", "b").getFirst();
    flights.board("c", List.of(), new HeldPilot());
    var pilot = new HeldPilot();
    var seats = board(pilot, "d", "b", "c", "a", "e");

    assertThat(seats).map(Seat::led).containsExactly(true, false, false);
    assertThat(seats)
        .map(Seat::keys)
        .isEqualTo(List.of(List.of("d", "e"), List.of("b", "a"), List.of("c")));
    assertThat(flights.inTheAir()).isEqualTo(3);
    assertThat(flights.passengers("a")).isEqualTo(2); // one seat, though for two keys
    assertThat(seats.get(1).reader().relay()).isSameAs(first.reader().relay());
    assertThat(flights.board("e", List.of(), new HeldPilot()).led()).isFalse();
  }

  @Test
  void itLandsForAllItsKeys() throws Exception {
    var pilot = new HeldPilot().open("head");
    var seat = board(pilot, "a", "b").getFirst();
    pilot.land();
    assertThat(FlightsTest.read(seat)).isEqualTo("head:");

    assertThat(board(new HeldPilot(), "b", "a")).map(Seat::led).containsExactly(true);
  }

  @Test
  void whoRetiresItRetiresItForAllItsKeys() throws Exception {
    var seat = board(new HeldPilot(), "a", "b").getFirst();
    flights.retire(seat);

    assertThat(board(new HeldPilot(), "b")).map(Seat::led).containsExactly(true);
    assertThat(board(new HeldPilot(), "a")).map(Seat::led).containsExactly(true);
  }

  @Test
  void whoCannotDepartLeavesTheOthers() throws Exception {
    for (var key : List.of("a", "b", "c")) {
      board(new HeldPilot(), key);
    }

    assertThatThrownBy(() -> board(new HeldPilot(), "a", "d"))
        .isInstanceOf(FlightsFullException.class);
    assertThat(flights.passengers("a")).isOne();
  }

  @Test
  void aRefreshIsForThoseThatAreNotUnderWay() throws Exception {
    board(new HeldPilot(), "a");
    var pilot = new HeldPilot().open("head");
    flights.refreshAll(
        List.of("b", "a", "c"),
        (led, relay) -> {
          assertThat(led).containsExactly("b", "c");
          pilot.fly(relay);
        });

    assertThat(flights.refreshAll(List.of("a", "c"), (led, relay) -> {})).isFalse();
    var seat = flights.board("c", List.of(), new HeldPilot());
    assertThat(seat.reader().head()).isEqualTo("head");
  }
}
