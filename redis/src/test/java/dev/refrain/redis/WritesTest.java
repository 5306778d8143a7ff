package dev.refrain.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.redis.testing.RedisServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is on its way to Redis is bounded, and what did not arrive is not on its way any more. */
@Timeout(60)
final class WritesTest {
  private static final int BYTES = 4 << 20;
  private static final int MORE_THAN_FITS = 20;

  @Test
  void whatIsRefusedTakesNoRoomFromWhatComesAfterIt() throws Exception {
    try (var server = RedisServer.start();
        var node = Node.at(server.url())) {
      var random = new byte[BYTES];
      new Random(1).nextBytes(random); // which cannot be made smaller
      var large = Sample.recording(1, new String(random, StandardCharsets.ISO_8859_1));
      server.ask("CONFIG", "SET", "maxmemory", "1");
      for (int i = 0; i < MORE_THAN_FITS; i++) {
        assertThatThrownBy(() -> node.store.tier().store(large))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("OOM");
      }
      server.ask("CONFIG", "SET", "maxmemory", "0");
      node.store.tier().store(large);
      assertThat(node.store.tier().find(large.slot()).recording()).isEqualTo(large);
    }
  }
}
