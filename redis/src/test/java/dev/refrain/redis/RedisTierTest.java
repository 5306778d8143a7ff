package dev.refrain.redis;

import dev.refrain.Entry;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Tier;
import dev.refrain.redis.testing.RedisServer;
import dev.refrain.testing.Poll;
import dev.refrain.testing.TierContract;
import dev.refrain.tier.Cover;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The contract, for a tier that is joined. */
@TestInstance(Lifecycle.PER_CLASS)
final class RedisTierTest {
  private @Nullable RedisServer server;

  @BeforeAll
  void startServer() throws Exception {
    server = RedisServer.start();
  }

  @AfterAll
  void stopServer() throws Exception {
    server.close();
  }

  @Nested
  final class WithoutCover extends TierContract {
    @Override
    protected Tier open() throws Exception {
      return RedisTierTest.this.open(Cover.none());
    }
  }

  @Nested
  final class UnderASecret extends TierContract {
    @Override
    protected Tier open() throws Exception {
      return RedisTierTest.this.open(Cover.of("new secret", "old secret"));
    }
  }

  private Tier open(Cover cover) throws IOException {
    server.ask("FLUSHALL");
    return new Owned(Node.at(Node.settings(server.url()).withCover(cover), () -> Instant.EPOCH));
  }

  /** A tier that closes its node, and is asked only while it is joined: else it may forget. */
  private record Owned(Node node) implements Tier {
    private Tier joined() {
      Poll.until("a node that is joined", node.store::isJoined);
      return node.store.tier();
    }

    @Override
    public String name() {
      return node.store.tier().name();
    }

    @Override
    public @Nullable Found find(Slot slot) throws IOException, InterruptedException {
      return joined().find(slot);
    }

    @Override
    public void store(Recording recording) throws IOException, InterruptedException {
      joined().store(recording);
    }

    @Override
    public void drop(Slot slot) throws IOException, InterruptedException {
      joined().drop(slot);
    }

    @Override
    public void scan(Predicate<Entry> more) throws IOException, InterruptedException {
      joined().scan(more);
    }

    @Override
    public void close() {
      node.close();
    }
  }
}
