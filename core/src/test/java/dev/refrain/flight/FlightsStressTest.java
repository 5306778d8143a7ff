package dev.refrain.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.flight.Flights.Seat;
import dev.refrain.testing.Campaign;
import dev.refrain.testing.Chance;
import dev.refrain.testing.MovableClock;
import dev.refrain.testing.MovableTimer;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Many rounds in which passengers and pilots do as they like. Whatever happens, nobody reads a
 * chunk twice, misses one or reads those of another flight, nobody is told that a broken reply was
 * whole, and everybody comes home.
 */
@Timeout(900)
@SuppressWarnings("ThreadPriorityCheck") // a yield stirs the threads up, and decides nothing
final class FlightsStressTest {
  private static final Duration TIME_MAX = Duration.ofMinutes(10);
  private static final Duration LINGER = Duration.ofMinutes(1);
  private static final int CHUNKS_MAX = 30;

  @RegisterExtension final Chance chance = new Chance();

  @Test
  void inQuietRoundsEverybodyReadsTheWhole() throws Exception {
    for (int i = Campaign.rounds(150, 10_000); i > 0; i--) {
      try (var round = new Round(chance.split(), false)) {
        assertThat(round.play()).doesNotContain(Ending.BROKEN, Ending.LEFT_BEHIND);
      }
    }
  }

  @Test
  void inWildRoundsEverybodyReadsABeginningOfOneReply() throws Exception {
    var endings = new ConcurrentHashMap<Ending, Integer>();
    for (int i = Campaign.rounds(300, 20_000); i > 0; i--) {
      try (var round = new Round(chance.split(), true)) {
        round.play().forEach(ending -> endings.merge(ending, 1, Integer::sum));
      }
    }
    assertThat(endings).containsOnlyKeys(Ending.values()); // so it was wild enough
  }

  /** How reading came to an end. */
  private enum Ending {
    WHOLE,
    LEFT,
    BROKEN,
    LEFT_BEHIND,
    INTERRUPTED,
    FULL
  }

  /** A chunk knows whose it is. */
  private record Chunk(int flight, int index, int weight) {}

  private static final class Round implements AutoCloseable {
    private final RandomGenerator chance;
    private final boolean wild;
    private final MovableTimer timer = new MovableTimer(new MovableClock());
    private final Capacity memory; // of all flights
    private final Flights<Integer, Integer, Chunk> flights;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger departed = new AtomicInteger();
    private final AtomicInteger flying = new AtomicInteger();
    private final List<AtomicInteger> onBoard =
        List.of(new AtomicInteger(), new AtomicInteger(), new AtomicInteger()); // one for each key
    private final Queue<AssertionError> faults = new ConcurrentLinkedQueue<>();
    private final Map<Integer, Integer> wholes = new ConcurrentHashMap<>(); // flight to its length

    Round(RandomGenerator chance, boolean wild) {
      this.chance = chance;
      this.wild = wild;
      int window = wild ? chance.nextInt(1, 3 * CHUNKS_MAX) : 3 * CHUNKS_MAX;
      int flightsMax = wild ? 4 : 1_000;
      memory = new Capacity(wild ? chance.nextInt(1, 9 * CHUNKS_MAX) : Long.MAX_VALUE);
      flights =
          new Flights<>(
              () -> ListWindow.of(Chunk::weight, window, memory),
              new FlightLimits(flightsMax, TIME_MAX, LINGER),
              timer);
    }

    List<Ending> play() throws Exception {
      var endings = new ArrayList<Future<Ending>>();
      for (int i = chance.nextInt(2, 20); i > 0; i--) {
        var ownChance = new SplittableRandom(chance.nextLong());
        endings.add(threads.submit((Callable<Ending>) () -> travel(ownChance)));
        if (wild) {
          disturb(endings);
        }
      }
      var told = new ArrayList<Ending>();
      for (var ending : endings) {
        told.add(ending.isCancelled() ? Ending.INTERRUPTED : ending.get(60, TimeUnit.SECONDS));
      }
      return told;
    }

    private void disturb(List<Future<Ending>> endings) {
      switch (chance.nextInt(8)) {
        case 0 -> timer.advance(LINGER);
        case 1 -> timer.advance(TIME_MAX);
        case 2, 3 -> endings.get(chance.nextInt(endings.size())).cancel(true);
        case 4 -> Thread.yield();
        default -> {}
      }
    }

    private Ending travel(RandomGenerator ownChance) throws Exception {
      try {
        return board(ownChance);
      } catch (AssertionError e) {
        faults.add(e); // even if the future is cancelled by now
        throw e;
      }
    }

    private Ending board(RandomGenerator ownChance) throws Exception {
      try {
        int key = ownChance.nextInt(3);
        return switch (ownChance.nextInt(8)) {
          case 0 -> read(flights.solo(key, pilot(ownChance, new AtomicInteger())), ownChance);
          case 1 -> {
            flights.refresh(key, pilot(ownChance, onBoard.get(key)));
            yield Ending.LEFT;
          }
          default -> {
            var pilot = pilot(ownChance, onBoard.get(key));
            yield read(flights.board(key, List.of(0), pilot), ownChance);
          }
        };
      } catch (FlightsFullException e) {
        return Ending.FULL;
      } catch (InterruptedException e) {
        return Ending.INTERRUPTED;
      }
    }

    private Ending read(Seat<Integer, Integer, Chunk> seat, RandomGenerator ownChance)
        throws InterruptedException {
      try (var reader = seat.reader()) {
        if (wild && ownChance.nextInt(10) == 0) {
          reader.awaitEnd();
          return Ending.LEFT;
        }
        int flight = reader.head();
        if (ownChance.nextBoolean()) {
          return pour(reader, flight, ownChance);
        }
        int leavesAt = ownChance.nextInt(3) == 0 ? ownChance.nextInt(CHUNKS_MAX) : CHUNKS_MAX;
        for (int i = 0; i < leavesAt; i++) {
          var chunk = reader.next();
          if (chunk == null) {
            assertThat(i).as("chunks of a whole reply").isEqualTo(wholes.get(flight));
            return Ending.WHOLE;
          }
          assertThat(chunk).isEqualTo(new Chunk(flight, i, chunk.weight()));
          dawdle(ownChance);
        }
        return Ending.LEFT;
      } catch (FlightFailedException e) {
        return Ending.BROKEN;
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("behind");
        return Ending.LEFT_BEHIND;
      }
    }

    /** Has it poured into an outlet that is full now and then, and emptied by another thread. */
    private Ending pour(Relay<Integer, Chunk>.Reader reader, int flight, RandomGenerator ownChance)
        throws IOException, InterruptedException {
      var taken = new AtomicInteger();
      var wrong = new AtomicReference<@Nullable Chunk>();
      reader.pour(
          chunk -> {
            if (!chunk.equals(new Chunk(flight, taken.getAndIncrement(), chunk.weight()))) {
              wrong.set(chunk);
            }
            boolean full = ownChance.nextInt(3) == 0;
            if (full) { // which may be when the round is over, for one who was told to leave
              Thread.startVirtualThread(reader::resume);
            }
            return !full;
          },
          TIME_MAX);
      assertThat(wrong.get()).isNull();
      assertThat(taken.get()).as("chunks of a whole reply").isEqualTo(wholes.get(flight));
      return Ending.WHOLE;
    }

    private static void append(
        Relay<Integer, Chunk> relay, Chunk chunk, RandomGenerator pilotChance)
        throws IOException, InterruptedException {
      boolean offered = pilotChance.nextBoolean() && relay.offer(chunk);
      if (!offered && !relay.append(chunk)) {
        throw new IOException("nobody reads");
      }
    }

    /** A pilot who minds that, in quiet rounds, nobody else flies for the same key. */
    private Flights.Pilot<Integer, Chunk> pilot(RandomGenerator ownChance, AtomicInteger onBoard) {
      int length = ownChance.nextInt(CHUNKS_MAX);
      boolean fails = wild && ownChance.nextInt(4) == 0;
      var pilotChance = new SplittableRandom(ownChance.nextLong());
      return relay -> {
        int flight = departed.incrementAndGet();
        flying.incrementAndGet();
        try {
          if (onBoard.incrementAndGet() > 1 && !wild) {
            faults.add(new AssertionError("two flights for one key"));
          }
          relay.open(flight);
          for (int i = 0; i < length; i++) {
            append(relay, new Chunk(flight, i, pilotChance.nextInt(1, 4)), pilotChance);
            dawdle(pilotChance);
          }
          if (fails) {
            throw new IllegalStateException("cut");
          }
          wholes.put(flight, length);
        } finally {
          onBoard.decrementAndGet();
          flying.decrementAndGet();
        }
      };
    }

    private static void dawdle(RandomGenerator chance) {
      for (int i = chance.nextInt(4) == 0 ? chance.nextInt(5) : 0; i > 0; i--) {
        Thread.yield();
      }
    }

    @Override
    public void close() {
      if (!wild) {
        Poll.until("all have landed by themselves", () -> flights.inTheAir() == 0);
        assertThat(timer.pending()).isZero();
      }
      threads.close();
      flights.close();
      assertThat(faults).isEmpty();
      assertThat(flights.inTheAir()).isZero();
      for (int key = 0; key < 3; key++) {
        assertThat(flights.passengers(key)).isZero();
      }
      Poll.until("all pilots are home", () -> flying.get() == 0);
      Poll.until("all memory is back", () -> memory.taken() == 0); // once their ends are told
    }
  }
}
