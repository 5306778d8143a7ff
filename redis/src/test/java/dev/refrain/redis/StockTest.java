package dev.refrain.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Holdings.Breaker;
import dev.refrain.redis.testing.RedisServer;
import dev.refrain.testing.Poll;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is known of what the servers hold. */
@Timeout(60)
final class StockTest {
  private static final long MEBIBYTE = 1 << 20;

  @Test
  void theServerTellsWhatItHolds() throws Exception {
    try (var server =
            RedisServer.start("--maxmemory", "20mb", "--maxmemory-policy", "allkeys-random");
        var servers = Servers.at(RedisAddress.parse(server.url()));
        var lines = Lines.open(servers)) {
      assertThat(lines.writes().await(Duration.ofSeconds(10))).isTrue();
      var stock = new Stock(lines, Duration.ZERO);
      Poll.until("it has told", () -> stock.last().entries() == 0);
      assertThat(stock.last().bytesMax()).isEqualTo(20 * MEBIBYTE);
      assertThat(stock.last().bytes()).isBetween(1L, 20 * MEBIBYTE);
      assertThat(stock.last().evictions()).isZero();

      server.ask("SET", "one", "x");
      server.ask("SET", "two", "x");
      Poll.until("two are counted", () -> stock.last().entries() == 2);
      server.ask("EVAL", "for i=1,40 do redis.call('SET',i,string.rep('x',1048576)) end", "0");
      Poll.until("some were given up", () -> stock.last().evictions() > 0);
    }
  }

  @Test
  void whatWasSaidLatelyIsNotAskedAgain() throws Exception {
    try (var server = RedisServer.start();
        var servers = Servers.at(RedisAddress.parse(server.url()));
        var lines = Lines.open(servers)) {
      assertThat(lines.writes().await(Duration.ofSeconds(10))).isTrue();
      var stock = new Stock(lines, Duration.ofHours(1));
      Poll.until("it has told", () -> stock.last().entries() == 0);
      assertThat(stock.last().bytesMax()).as("as much as there is").isEqualTo(-1);
      server.ask("SET", "one", "x");
      for (int i = 0; i < 1000; i++) {
        assertThat(stock.last().entries()).isZero();
      }
      assertThat(server.ask("INFO", "commandstats")).contains("cmdstat_dbsize:calls=1,");
    }
  }

  @Test
  void whoIsForbiddenToAskKnowsNothingAndGoesOn() throws Exception {
    try (var server = RedisServer.start()) {
      server.ask("ACL", "SETUSER", "default", "-dbsize");
      try (var node = Node.at(server.url())) {
        for (int i = 0; i < 100; i++) {
          var holdings = node.store.tier().holdings();
          assertThat(holdings.entries()).isEqualTo(-1);
          assertThat(holdings.breaker()).isEqualTo(Breaker.CLOSED);
        }
      }
    }
  }

  @Test
  void aTierThatIsAwayHoldsNothingThatIsKnown() throws Exception {
    try (var server = RedisServer.start();
        var node = Node.at(server.url())) {
      var tier = node.store.tier();
      Poll.until("it has told", () -> tier.holdings().entries() >= 0);
      server.kill();
      Poll.until("it is away", () -> tier.holdings().breaker() == Breaker.OPEN);
      Poll.until("nothing is known", () -> tier.holdings().bytes() == -1);
    }
  }
}
