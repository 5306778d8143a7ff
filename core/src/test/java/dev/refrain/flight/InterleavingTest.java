package dev.refrain.flight;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Small scenarios, which Lincheck runs in one interleaving after the other, switching threads where
 * the code of a relay or of flights touches what is shared.
 *
 * <p>What works (Lincheck 3.7 on JDK 25): {@code runConcurrentTest} with locks, conditions and
 * platform threads that the scenario starts. What does not: virtual threads, whose scheduler it
 * takes for a part of the scenario and whose unparking it breaks; so flights get other threads
 * here. It takes some ten seconds to set out, and one for a hang who does nothing for ten seconds
 * of the real time, which a busy machine can bring about; so it is for the nights.
 */
@Tag("nightly")
final class InterleavingTest {
  private static final int INTERLEAVINGS = 2_000;
  private static final int WIDE = 100;
  private static final int NARROW = 1;

  @Test
  void whoJoinsAtAnyMomentReadsTheWhole() {
    explore(() -> {
      var relay = ListWindow.<String, String>relay(ListWindow.of(String::length, WIDE));
      var writer = start(() -> write(relay));
      var one = start(() -> readAll(join(relay)));
      var other = readAll(join(relay));

      check("hab", one.get());
      check("hab", other);
      check(true, writer.get());
    });
  }

  @Test
  void whoLeavesLetsTheWriterGoOn() {
    explore(() -> {
      var relay = ListWindow.<String, String>relay(ListWindow.of(String::length, NARROW));
      var stays = join(relay);
      var leaves = join(relay);
      var writer = start(() -> write(relay));
      var left =
          start(() -> {
            leaves.close();
            return true;
          });

      check("hab", readAll(stays));
      check(true, writer.get());
      check(true, left.get());
    });
  }

  @Test
  void aWriterIsReleasedWhenAllLeave() {
    explore(() -> {
      var relay = ListWindow.<String, String>relay(ListWindow.of(String::length, NARROW));
      var one = join(relay);
      var other = join(relay);
      var writer = start(() -> write(relay));
      one.close();
      other.close();

      writer.get(); // whether it wrote all, or saw that nobody reads
    });
  }

  @Test
  void whoeverBoardsTogetherReadsTheSame() {
    explore(() -> {
      var departed = new AtomicInteger();
      var flights = flights(List.of());
      var one = start(() -> fly(flights, departed));
      var other = fly(flights, departed);

      // If one had landed before the other boarded, there were two flights.
      check("ab", one.get().substring(1));
      check("ab", other.substring(1));
      check(departed.get() == 1, one.get().equals(other));
      check(0, flights.inTheAir());
    });
  }

  @Test
  void whoBoardsWhileTheLastOneLeavesReadsTheWholeOrIsTold() {
    explore(() -> {
      var departed = new AtomicInteger();
      var due = new ArrayList<Runnable>();
      var flights = flights(due);
      var lingers =
          start(() -> {
            flights.board("k", List.of(), pilot(departed)).reader().close();
            due.forEach(Runnable::run);
            return true;
          });
      var read = fly(flights, departed);

      check(true, lingers.get());
      check(true, List.of("1ab", "2ab", "called back").contains(read));
      check(0, flights.passengers("k"));
    });
  }

  private static boolean write(Relay<String, String> relay) throws InterruptedException {
    relay.open("h");
    boolean whole = relay.append("a") && relay.append("b");
    relay.end(null);
    return whole;
  }

  private static Relay<String, String>.Reader join(Relay<String, String> relay) {
    return Objects.requireNonNull(relay.join(() -> {}));
  }

  private static String readAll(Relay<String, String>.Reader reader)
      throws IOException, InterruptedException {
    var all = new StringBuilder(reader.head());
    for (var chunk = reader.next(); chunk != null; chunk = reader.next()) {
      all.append(chunk);
    }
    reader.close();
    return all.toString();
  }

  /** Returns what a passenger reads, beginning with the number of the flight. */
  private static String fly(Flights<String, String, String> flights, AtomicInteger departed)
      throws IOException, InterruptedException {
    var seat = flights.board("k", List.of(), pilot(departed));
    try {
      return readAll(seat.reader());
    } catch (FlightFailedException e) {
      return "called back";
    }
  }

  private static Flights.Pilot<String, String> pilot(AtomicInteger departed) {
    return relay -> {
      relay.open(String.valueOf(departed.incrementAndGet()));
      relay.append("a");
      relay.append("b");
    };
  }

  /** Flights whose lingering is over when the test says so. */
  private static Flights<String, String, String> flights(List<Runnable> due) {
    var limits = new FlightLimits(3, Duration.ofMinutes(1), Duration.ZERO);
    var timer =
        new Timer() {
          @Override
          public Ticket after(Duration delay, Runnable action) {
            if (delay.isZero()) {
              due.add(action);
            }
            return () -> {};
          }

          @Override
          public void close() {}
        };
    return new Flights<>(ListWindow.each(String::length, WIDE), limits, timer, Thread::new);
  }

  private static <T> FutureTask<T> start(Callable<T> work) {
    var task = new FutureTask<>(work);
    new Thread(task).start();
    return task;
  }

  /** AssertJ cannot be used within a scenario: its objects refuse to be compared by Lincheck. */
  private static void check(Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError("expected " + expected + " but was " + actual);
    }
  }

  private interface Scenario {
    void play() throws Exception;
  }

  private static void explore(Scenario scenario) {
    Lincheck.runConcurrentTest(
        INTERLEAVINGS,
        () -> {
          try {
            scenario.play();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }
}
