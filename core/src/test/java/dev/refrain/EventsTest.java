package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.testing.CheckingListener;
import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Listeners hear of events, and can harm nobody. */
@Timeout(30)
final class EventsTest {
  private static final int MORE_THAN_THE_QUEUE_HOLDS = 10_000;

  @Test
  void allListenersHearAllInOrder() {
    var one = new CheckingListener();
    var other = new CheckingListener();
    try (var events = new Events(List.of(one, other))) {
      for (int i = 0; i < 100; i++) {
        tell(events, "tier" + i);
      }
      for (var listener : List.of(one, other)) {
        Poll.until("all heard", () -> listener.heard(Event.TierFailed.class).size() == 100);
        assertThat(listener.heard(Event.TierFailed.class).get(42).tier()).isEqualTo("tier42");
      }
      assertThat(events.dropped()).isZero();
    }
    one.close();
    other.close();
  }

  @Test
  void hitsAreToldOnlyWhereSomebodyWantsToHearOfThem() {
    var deaf =
        new Listener() {
          @Override
          public void on(Event event) {}

          @Override
          public boolean hearsOfHits() {
            return false;
          }
        };
    try (var events = new Events(List.of(deaf))) {
      events.tellOfHit(() -> {
        throw new AssertionError("an event that nobody wants is not made");
      });
    }
    var listener = new CheckingListener();
    try (var events = new Events(List.of(deaf, listener))) {
      events.tellOfHit(() -> new Event.TierFailed("hit", new IOException()));
      Poll.until("heard", () -> listener.heard(Event.TierFailed.class).size() == 1);
    }
    listener.close();
  }

  @Test
  void oneWhoThrowsHarmsNobody() {
    var errors = List.of(new IllegalStateException("a bug"), new AssertionError("a bug"));
    for (var error : errors) {
      var other = new CheckingListener();
      try (var events = new Events(List.of(event -> sneakyThrow(error), other))) {
        tell(events, "one");
        tell(events, "two");
        other.await(Event.TierFailed.class, event -> event.tier().equals("two"));
        assertThat(other.heard(Event.TierFailed.class)).hasSize(2);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void sneakyThrow(Throwable e) throws E {
    throw (E) e;
  }

  @Test
  void oneWhoBlocksHoldsUpNobodyAndMissesWhatDoesNotFit() throws Exception {
    var gate = new Gate();
    var heard = new AtomicInteger();
    try (var events = new Events(List.of(slow(gate, heard)))) {
      tell(events, "first");
      gate.awaitReached();
      for (int i = 0; i < MORE_THAN_THE_QUEUE_HOLDS; i++) {
        tell(events, "more");
      }
      assertThat(events.dropped()).isPositive();
      gate.open();
      Poll.until(
          "all else was heard",
          () -> heard.get() == 1 + MORE_THAN_THE_QUEUE_HOLDS - events.dropped());
    }
  }

  /** Calls that have their answers, and whose bodies nobody else holds any more. */
  @Test
  void whatWaitsToBeToldHoldsFewLargeBodies() throws Exception {
    var gate = new Gate();
    var heard = new AtomicInteger();
    try (var cache = LlmCache.builder().build();
        var events = new Events(List.of(slow(gate, heard)))) {
      var request = Request.post("", "/", Headers.of(), new byte[8 << 20]);
      var call = cache.read(request, Scope.tenant("t"));
      for (int i = 0; i < 10; i++) {
        events.tell(() -> new Event.Answered(call, Outcome.FETCHED, 200, null));
      }
      gate.awaitReached();
      assertThat(events.dropped()).isEqualTo(7); // two fit, besides one that is more
      tell(events, "small");
      gate.open();
      Poll.until("all else was heard", () -> heard.get() == 3 + 1);
      events.tell(() -> new Event.Answered(call, Outcome.FETCHED, 200, null));
      Poll.until("there is room again", () -> heard.get() + events.dropped() == 12);
      assertThat(events.dropped()).isEqualTo(7);
    }
  }

  @Test
  void nobodyMakesEventsThatNobodyHears() {
    try (var events = new Events(List.of())) {
      events.tell(() -> {
        throw new AssertionError("made for nobody");
      });
    }
  }

  @Test
  void closingEndsTheMessenger() throws Exception {
    var messenger = new CountDownLatch(1);
    var thread = new Thread[1];
    var events =
        new Events(
            List.of(event -> {
              thread[0] = Thread.currentThread();
              messenger.countDown();
            }));
    tell(events, "one");
    messenger.await();
    events.close();

    thread[0].join();
    assertThat(thread[0].isAlive()).isFalse();
  }

  private static Listener slow(Gate gate, AtomicInteger heard) {
    return event -> {
      gate.passOrGiveUp();
      heard.incrementAndGet();
    };
  }

  private static void tell(Events events, String tier) {
    events.tell(() -> new Event.TierFailed(tier, new IOException("the disk is on fire")));
  }
}
