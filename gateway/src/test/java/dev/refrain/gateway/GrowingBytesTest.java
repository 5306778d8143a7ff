package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.refrain.Headers;
import dev.refrain.LlmCache;
import dev.refrain.Meaning;
import dev.refrain.Request;
import dev.refrain.Scope;
import dev.refrain.dialect.Dialects;
import dev.refrain.gateway.controls.Translator;
import dev.refrain.gateway.settings.Controls;
import dev.refrain.gateway.testing.Leaks;
import dev.refrain.gateway.testing.RandomBytes;
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a large body takes besides itself. */
final class GrowingBytesTest {
  private static final int LARGE = 20 << 20;
  private static final int PIECE = 64 << 10;

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 99_999, 100_000, 100_001, Long.MAX_VALUE})
  void allThatComesIsHandedOver(long announced) {
    var body = RandomBytes.of(100_000);
    var random = new Random(7);
    for (int run = 0; run < 20; run++) {
      var bytes = new GrowingBytes(() -> announced);
      for (int from = 0; from < body.length; ) {
        int to = Math.min(body.length, from + random.nextInt(30_000));
        bytes.add(Buffer.buffer(Arrays.copyOfRange(body, from, to)));
        from = to;
        assertThat(bytes.length()).isEqualTo(to);
      }
      assertThat(bytes.take()).isEqualTo(body);
      assertThat(bytes.length()).isZero();
      assertThat(bytes.take()).isEmpty();
    }
  }

  @Test
  void whatIsOnlyAnnouncedTakesNoMemory() {
    var piece = Buffer.buffer(new byte[PIECE / 4]);
    long before = allocatedBytes();
    var bytes = new GrowingBytes(() -> 1 << 30);
    bytes.add(piece);
    bytes.add(piece);
    assertThat(allocatedBytes() - before).isLessThan(2 * PIECE);
  }

  /** In the heap there is only the array that is handed over, and that in the end. */
  @Test
  void whatIsLargeLiesOutsideOfTheHeapUntilAllIsThere() {
    var piece = Buffer.buffer(new byte[PIECE]);
    var bytes = new GrowingBytes(() -> -1);
    long taken = 0;
    long before = allocatedBytes();
    for (int i = 0; i < LARGE / PIECE; i++) {
      taken += bytes.growth(PIECE);
      bytes.add(piece);
    }
    assertThat(allocatedBytes() - before).isLessThan(LARGE / 4);
    assertThat(taken).isEqualTo(LARGE);
    taken += bytes.growth(1);
    bytes.add(Buffer.buffer("x"));
    assertThat(taken).isEqualTo(LARGE + PIECE);

    long beforeTheEnd = allocatedBytes();
    assertThat(bytes.take()).hasSize(LARGE + 1);
    assertThat(allocatedBytes() - beforeTheEnd).isLessThan(LARGE + PIECE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_000, PIECE, PIECE + 1, 10 * PIECE + 7})
  void whatCameFirstMayBeHandedOverFirst(int size) {
    var body = RandomBytes.of(size);
    var bytes = new GrowingBytes(() -> -1);
    for (int from = 0; from < size; from += 999) {
      bytes.add(Buffer.buffer(Arrays.copyOfRange(body, from, Math.min(size, from + 999))));
    }
    var parts = Buffer.buffer();
    for (var part = bytes.takePart(); part != null; part = bytes.takePart()) {
      parts.appendBytes(part);
      assertThat(bytes.length()).isEqualTo(size - parts.length());
    }
    assertThat(parts.getBytes()).isEqualTo(body);
  }

  @Test
  void allMemoryOutsideOfTheHeapIsGivenBack() throws Exception {
    try (var leaks = Leaks.watch()) {
      for (int way = 0; way < 3; way++) {
        var bytes = new GrowingBytes(() -> -1);
        for (int i = 0; i < 10; i++) {
          bytes.add(Buffer.buffer(new byte[PIECE - 1]));
        }
        bytes.takePart();
        if (way == 0) {
          bytes.take();
        } else if (way == 1) {
          bytes.clear();
        }
        while (bytes.takePart() != null) {} // of which none is left but in the third way
      }
      assertThat(leaks.found()).isEmpty();
    }
  }

  /** From the wire to its key: the bytes of the body lie in one array, and in no second. */
  @ParameterizedTest
  @CsvSource({
    "/v1/chat/completions, messages, image_url",
    "/v1/responses, input, image_url",
    "/v1/messages, messages, source",
    "/v1beta/models/gemini-2.5-pro:generateContent, contents, inlineData"
  })
  void aLargeImageIsKeyedWithoutASecondCopyOfIt(String path, String list, String member)
      throws Exception {
    var body = withImage(list, member);
    var whole = new GrowingBytes(() -> body.length);
    for (int from = 0; from < body.length; from += PIECE) {
      whole.add(Buffer.buffer(Arrays.copyOfRange(body, from, Math.min(body.length, from + PIECE))));
    }
    var translator = new Translator(Controls.DEFAULT);
    try (var cache = LlmCache.builder().dialects(Dialects.ALL).build()) {
      for (int run = 0; run < 2; run++) { // the first loads classes
        long before = allocatedBytes();
        var taken = (run == 0) ? body : whole.take();
        var request = Request.post("vendor", path, Headers.none(), taken);
        var translation = translator.translate(request);
        var call = cache.read(translation.request(), Scope.tenant("acme"), translation.wishes());
        long allocated = allocatedBytes() - before;
        assertThat(call.meaning()).isInstanceOf(Meaning.Keyed.class);
        assertThat(taken).hasSizeGreaterThan(LARGE);
        if (run == 1) {
          assertThat(allocated).isLessThan(taken.length + 200_000);
        }
      }
    }
  }

  private static byte[] withImage(String list, String member) {
    var base64 = "iVBORw0KGgo".repeat(1 + LARGE / 11);
    return """
    {"model":"m","%s":[{"role":"user","content":[{"type":"text","text":"What?"},\
    {"type":"image","%s":{"data":"%s"}}]}]}\
    """
        .formatted(list, member, base64)
        .getBytes(US_ASCII);
  }

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }
}
