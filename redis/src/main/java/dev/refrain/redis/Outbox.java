package dev.refrain.redis;

import io.lettuce.core.api.StatefulConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends what many ask on one connection: at once while little is under way, and together when much
 * is. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // of what is done when a reply comes
final class Outbox {
  /*
   * To send, and to be sent a reply, costs both sides more than what is asked. So questions wait in
   * the connection's buffer until some are there, or few replies are to come still. Nobody waits
   * for a clock: whoever leaves his question in the buffer has seen replies that are to come, each
   * of which looks whether it is time to send.
   *
   * A question lies in the buffer before it is counted, so what is counted as under way is sent, or
   * about to be by whoever counted it. It may be sent and answered before it is counted: then too
   * few are taken to be under way for a moment, which sends too early.
   */

  private static final int FEW = 8; // replies that are to come
  private static final int MANY = 8; // questions that wait

  private final Runnable flush;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger underWay = new AtomicInteger();

  /**
   * Takes over the sending.
   *
   * @param flush sends all that lies in the buffer
   */
  Outbox(Runnable flush) {
    this.flush = flush;
  }

  /** Takes over the sending on a connection. */
  static Outbox of(StatefulConnection<byte[], byte[]> connection) {
    connection.setAutoFlushCommands(false);
    return new Outbox(connection::flushCommands);
  }

  /** Sees to it that what was just asked on the connection is sent. */
  void send(CompletableFuture<?> reply) {
    waiting.incrementAndGet();
    reply.whenComplete((value, trouble) -> {
      underWay.decrementAndGet();
      sendIfDue();
    });
    sendIfDue();
  }

  private void sendIfDue() {
    int some = waiting.get();
    if (some > 0 && (some >= MANY || underWay.get() < FEW)) {
      underWay.addAndGet(waiting.getAndSet(0));
      flush.run();
    }
  }
}
