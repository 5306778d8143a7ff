package dev.refrain.gateway.testing;

import dev.refrain.redis.testing.RedisServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Some gateways, one Redis and one provider; all but the provider are processes of their own. */
public final class GatewayFleet implements AutoCloseable {
  private final RedisServer redis;
  private final CountedProvider provider;
  private final List<GatewayProcess> gateways = new ArrayList<>();

  /**
   * Starts them, and returns when the gateways have found together.
   *
   * @param options of their JVMs
   */
  public GatewayFleet(int size, CountedProvider provider, Path folder, String... options)
      throws IOException, InterruptedException {
    this.provider = provider;
    redis = RedisServer.start();
    boolean begun = false;
    try {
      for (int i = 0; i < size; i++) {
        gateways.add(GatewayProcess.ofFleet(provider.url(), redis.url(), folder, List.of(options)));
      }
      for (var gateway : gateways) {
        gateway.awaitJoined();
      }
      begun = true;
    } finally {
      if (!begun) {
        close();
      }
    }
  }

  /** Returns the gateways, for reading only. */
  public List<GatewayProcess> gateways() {
    return gateways;
  }

  /** Returns what they call. */
  public CountedProvider provider() {
    return provider;
  }

  @Override
  public void close() throws IOException {
    gateways.forEach(GatewayProcess::close);
    provider.close();
    redis.close();
  }
}
