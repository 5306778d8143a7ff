package dev.refrain.redis.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RedisServerTest {
  @Test
  void startsOfAVersionThatIsSupportedAndForgetsWhenKilled() throws Exception {
    try (var server = RedisServer.start("--maxmemory", "10mb")) {
      assertThat(server.ask("CONFIG", "GET", "maxmemory")).contains("10485760");
      assertThat(server.ask("SET", "name", "ä\r\n")).isEqualTo("+OK\r\n");
      assertThat(server.ask("GET", "name")).isEqualTo("$4\r\nä\r\n\r\n");
      server.kill();
      server.startAgain();
      assertThat(server.ask("GET", "name")).isEqualTo("$-1\r\n");
    }
  }
}
