package dev.refrain.gateway.testing;

import dev.refrain.gateway.Gateway;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A gateway between a fake provider and raw clients. When all is over it sees to it that nothing is
 * left: no call under way, no connection to the provider.
 */
public final class Stage implements AutoCloseable {
  private final FakeProvider provider;
  private final Gateway gateway;
  private final List<RawClient> clients = new ArrayList<>();

  private Stage(FakeProvider provider, Gateway gateway) {
    this.provider = provider;
    this.gateway = gateway;
  }

  /** Sets up a gateway with the usual settings. */
  public static Stage set() throws IOException, InterruptedException {
    return set(setup -> setup);
  }

  /** Sets up a gateway with other settings. */
  public static Stage set(UnaryOperator<Setup> change) throws IOException, InterruptedException {
    var provider = FakeProvider.start();
    var loaded = change.apply(Setup.before(provider)).loaded();
    return new Stage(provider, Gateway.start(loaded));
  }

  /** Returns the provider. */
  public FakeProvider provider() {
    return provider;
  }

  /** Returns the gateway. */
  public Gateway gateway() {
    return gateway;
  }

  /** Returns where the gateway listens. */
  public int port() {
    return gateway.port();
  }

  /** Returns a new client, which is closed with the stage. */
  public RawClient client() throws IOException {
    var client = RawClient.to(port());
    synchronized (clients) {
      clients.add(client);
    }
    return client;
  }

  /**
   * Sends a request on a connection of its own, reads the reply, and waits until the gateway is
   * done with it: a reply is kept after its last byte went out, and so perhaps after it was read.
   */
  public RawReply call(byte[] request) throws IOException, InterruptedException {
    try (var client = RawClient.to(port())) {
      var reply = client.call(request);
      awaitCalm();
      return reply;
    }
  }

  /** Sends a chat as {@link #call} sends a request. */
  public RawReply chat(String body, String... headers) throws IOException, InterruptedException {
    return call(Wire.post(Samples.CHAT, body, headers));
  }

  /** Waits until no call is under way, neither here nor at the provider. */
  public void awaitCalm() throws InterruptedException {
    Poll.until("no flight under way", () -> gateway.callsUnderWay() == 0);
    Poll.until("no call at the provider", () -> provider.underWay() == 0);
  }

  @Override
  public void close() throws IOException {
    try (provider) {
      for (var client : clients) {
        client.close();
      }
      try (gateway) {
        awaitCalm();
      }
      provider.awaitConnections(0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the test has run out of time
      throw new IllegalStateException("interrupted before all was calm", e);
    }
  }
}
