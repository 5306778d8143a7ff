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
      var bytes = new GrowingBytes(() -> announced, 90_000);
      for (int from = 0; from < body.length; ) {
        int to = Math.min(body.length, from + random.nextInt(30_000));
        bytes.add(Buffer.buffer(Arrays.copyOfRange(body, from, to)));
        from = to;
        assertThat(bytes.length()).isEqualTo(to);
      }
      var whole = (run % 2 == 0) ? bytes.take() : bytes.takeBuffer().getBytes();
      assertThat(whole).isEqualTo(body);
      assertThat(bytes.length()).isZero();
      assertThat(bytes.take()).isEmpty();
    }
  }

  @Test
  void whatIsOnlyAnnouncedTakesNoMemory() {
    var piece = Buffer.buffer(new byte[PIECE]);
    long before = allocatedBytes();
    var bytes = new GrowingBytes(() -> 1 << 30, 1 << 30);
    bytes.add(piece);
    bytes.add(piece);
    assertThat(allocatedBytes() - before).isLessThan(6 * PIECE);
  }

  /** Of a body that comes as announced there is never a second copy, but of its beginning. */
  @Test
  void whatComesAsAnnouncedIsCopiedNoMore() {
    var piece = Buffer.buffer(new byte[PIECE]);
    long announced = LARGE + 1;
    var bytes = new GrowingBytes(() -> announced, 2 * LARGE);
    long before = allocatedBytes();
    long taken = 0;
    for (int i = 0; i < LARGE / PIECE; i++) {
      taken += bytes.growth(PIECE);
      bytes.add(piece);
    }
    taken += bytes.growth(1);
    bytes.add(Buffer.buffer("x"));
    var whole = bytes.take();
    assertThat(whole).hasSize(LARGE + 1);
    assertThat(taken).isEqualTo(whole.length);
    assertThat(allocatedBytes() - before).isLessThan(announced + announced / 4);
  }

  @Test
  void noRoomIsMadeForMoreThanThereIsAUseOf() {
    var bytes = new GrowingBytes(() -> -1, LARGE + PIECE);
    var piece = Buffer.buffer(new byte[PIECE]);
    long taken = 0;
    for (int i = 0; i <= LARGE / PIECE; i++) {
      taken += bytes.growth(PIECE);
      bytes.add(piece);
    }
    assertThat(taken).isEqualTo(LARGE + PIECE);
    assertThat(bytes.growth(1)).isEqualTo(1);
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
    var whole = new GrowingBytes(() -> body.length, 1 << 30);
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
          assertThat(allocated).isLessThan(200_000);
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
