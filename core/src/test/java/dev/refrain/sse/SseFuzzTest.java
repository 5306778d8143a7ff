package dev.refrain.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.ArrayList;
import java.util.Arrays;

final class SseFuzzTest {

  @FuzzTest(maxDuration = "10m")
  void piecesMakeNoDifference(byte[] input) throws Exception {
    int size = (input.length == 0) ? 1 : 1 + (input[0] & 0x0F);
    byte[] stream = Arrays.copyOfRange(input, Math.min(1, input.length), input.length);
    var events = new ArrayList<SseEvent>();
    var reader = new SseReader();
    for (int from = 0; from < stream.length; from += size) {
      int to = Math.min(from + size, stream.length);
      reader.accept(Arrays.copyOfRange(stream, from, to), events::add);
    }

    assertThat(events).isEqualTo(SseReader.readAll(stream));
    assertThat(events.stream().map(SseFuzzTest::asText).toList()).isEqualTo(SseModel.read(stream));
  }

  /** Returns the event as the model sees it: with malformed UTF-8 replaced. */
  private static SseEvent asText(SseEvent event) {
    return SseModel.event(event.type(), new String(event.bytes(), UTF_8), event.id());
  }
}
