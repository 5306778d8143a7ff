package dev.refrain;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes events to the listeners behind a bounded queue, so that they can hold nobody up. */
final class Events implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Events.class);
  private static final int QUEUE_MAX = 8_192;
  private static final long BODIES_BYTES_MAX = 16L << 20; // of those in the queue, but for one

  private final List<Listener> listeners;
  private final boolean hits;
  private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final AtomicLong bodies = new AtomicLong(); // bytes of those in the queue
  private final LongAdder dropped = new LongAdder();
  private final Counts counts = new Counts();
  private final Thread messenger = Thread.ofVirtual().name("refrain-events").unstarted(this::run);

  Events(List<Listener> listeners) {
    this.listeners = List.copyOf(listeners);
    this.hits = listeners.stream().anyMatch(Listener::hearsOfHits);
    if (!listeners.isEmpty()) {
      messenger.start();
    }
  }

  /** Tells of an event, which is made only if somebody listens. */
  void tell(Supplier<Event> event) {
    if (!listeners.isEmpty() && !offer(event.get())) {
      dropped.increment();
    }
  }

  /** A call that is told of has its answer, and its body counts nowhere else any more. */
  private boolean offer(Event event) {
    long bytes = bytes(event);
    boolean fits = bodies.getAndAdd(bytes) <= BODIES_BYTES_MAX || bytes == 0;
    if (fits && queue.offer(event)) {
      return true;
    }
    bodies.addAndGet(-bytes);
    return false;
  }

  private static long bytes(Event event) {
    return (event instanceof Event.Answered answered) ? answered.call().request().body().length : 0;
  }

  /** Tells of an answer that lay in the cache, if anybody wants to hear of those. */
  void tellOfHit(Supplier<Event> event) {
    if (hits) {
      tell(event);
    }
  }

  /** Returns what counts, whether or not somebody listens. */
  Counts counts() {
    return counts;
  }

  long dropped() {
    return dropped.sum();
  }

  private void run() {
    try {
      while (true) {
        var event = queue.take();
        tellAll(event);
        bodies.addAndGet(-bytes(event));
      }
    } catch (InterruptedException e) {
      // closed: what nobody has heard by now, nobody will
    }
  }

  private void tellAll(Event event) {
    for (var listener : listeners) {
      try {
        listener.on(event);
      } catch (RuntimeException | Error e) { // the other listeners must still hear of the next
        log.warn("A listener failed on {}", event.getClass().getSimpleName(), e);
      }
    }
  }

  @Override
  public void close() {
    messenger.interrupt();
  }
}
