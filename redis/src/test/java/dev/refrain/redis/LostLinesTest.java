package dev.refrain.redis;

import static dev.refrain.redis.Sample.slot;

import dev.refrain.Form;
import dev.refrain.fleet.Holder;
import dev.refrain.redis.testing.RedisServer;
import dev.refrain.redis.testing.RespProxy;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that are lost without a word. */
@Timeout(60)
final class LostLinesTest {
  private static final Holder HOLDER = new Holder("node-1", "token-1", Form.WHOLE);

  @Test
  void whoseConnectionsWereForgottenIsHailedAndInvalidatesAgain() throws Exception {
    try (var server = RedisServer.start();
        var proxy = RespProxy.before(server.port());
        var silent = Node.at(proxy.url());
        var other = Node.at(server.url())) {
      var hails = new AtomicInteger();
      silent.store.tower().answer(HOLDER.node(), (hailed, message) -> hails.incrementAndGet());
      Poll.until("it is hailed", () -> isHailed(other, hails));
      silent.store.epochs().write("doc:1", "before");

      int forgotten = proxy.connections();
      proxy.meddle((connection, reply) -> (connection <= forgotten) ? List.of() : List.of(reply));

      Poll.until("it is hailed again", () -> isHailed(other, hails));
      Poll.until("it invalidates again", () -> isWritten(silent));
      Poll.until("the other hears", () -> other.epoch("doc:1").equals("after"));
    }
  }

  private static boolean isHailed(Node by, AtomicInteger hails) {
    int before = hails.get();
    try {
      by.store.tower().hail(slot(1).key(), HOLDER, new byte[1]);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
    return hails.get() > before;
  }

  private static boolean isWritten(Node node) {
    try {
      node.store.epochs().write("doc:1", "after");
      return true;
    } catch (IOException e) {
      return false; // not yet
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
