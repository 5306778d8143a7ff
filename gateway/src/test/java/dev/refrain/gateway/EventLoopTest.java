package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.nio.file.Path;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A hit is answered by the event loop that read the request, without a thread of its own. */
@Timeout(60)
final class EventLoopTest {
  private static final int HITS = 50;
  private static final int MISSES = 3;

  @Test
  void hitsNeedNoThreadOfTheirOwn(@TempDir Path folder) throws Exception {
    var file = folder.resolve("threads.jfr");
    try (var stage = Stage.set();
        var recording = new Recording()) {
      stage
          .provider()
          .otherwise(exchange -> {
            exchange.readBody();
            exchange.send(Wire.json(Samples.COMPLETION));
          });
      recording.enable("jdk.VirtualThreadStart");
      recording.start();
      for (int i = 0; i < MISSES; i++) {
        stage.chat(chat("Who " + i + "?"));
      }
      var client = stage.client();
      for (int i = 0; i < HITS; i++) {
        assertThat(client.call(Wire.post(Samples.CHAT, chat("Who 0?"))).isHit()).isTrue();
        assertThat(client.call(Wire.post(Samples.CHAT, Samples.chatStream("Who 1?"))).isHit())
            .isTrue();
      }
      recording.stop();
      recording.dump(file);
    }
    // One for each miss, and one for the first hit in another form, which has to be made first.
    assertThat(RecordingFile.readAllEvents(file).stream().filter(EventLoopTest::isOurs).count())
        .isEqualTo(MISSES + 1);
  }

  private static boolean isOurs(RecordedEvent event) {
    return "call".equals(event.getThread().getJavaName());
  }
}
