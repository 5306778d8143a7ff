package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.http.Http1ServerConfig;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who says nothing at the door is not let stand there, unless he is still reading. */
final class DoorTest {
  private static final Duration SILENCE_MAX = Duration.ofSeconds(10);

  private final EmbeddedChannel server =
      new EmbeddedChannel(new Door(2, SILENCE_MAX, new Http1ServerConfig(), null));
  private final Client client = new Client();

  /** Takes no more than it is let. */
  private static final class Client extends EmbeddedChannel {
    private int takes;

    @Override
    protected void doWrite(ChannelOutboundBuffer waiting) {
      while (takes > 0 && waiting.remove()) {
        takes--;
      }
    }

    void take(int messages) {
      takes = messages;
      flush();
    }
  }

  @AfterEach
  void close() {
    client.finishAndReleaseAll();
    server.finishAndReleaseAll();
  }

  private void letTimePass() {
    client.advanceTimeBy(SILENCE_MAX.toMillis(), TimeUnit.MILLISECONDS);
    client.runScheduledPendingTasks();
  }

  private void comeIn() {
    client.freezeTime();
    server.writeInbound(client);
  }

  @Test
  void whoSaysNothingIsSentAway() {
    comeIn();
    assertThat(client.isOpen()).isTrue();
    letTimePass();
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void whoStillReadsIsNot() {
    comeIn();
    for (int i = 0; i < 5; i++) {
      var unused = client.write(Unpooled.buffer(100).writeZero(100));
    }
    client.flush();
    for (int i = 0; i < 3; i++) {
      letTimePass();
      assertThat(client.isOpen()).isTrue();
      client.take(1);
    }
    letTimePass();
    assertThat(client.isOpen()).isTrue();
    letTimePass(); // in which he has taken nothing
    assertThat(client.isOpen()).isFalse();
  }
}
