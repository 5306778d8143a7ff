package dev.refrain;

import dev.refrain.testing.PlainDialect;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes recordings for tests, piece by piece. */
final class Recordings {
  private Key key = new Key(1, 2, 3, 4);
  private Form form = Form.WHOLE;
  private Headers headers = Headers.of("content-type", PlainDialect.MEDIA_TYPE);
  private List<byte[]> chunks = List.of(bytes("hello."));
  private long bornMillis;
  private long tookMillis;
  private @Nullable Duration ttlMax;
  private Stamp stamp = new Stamp(List.of(), List.of());

  Recordings key(Key other) {
    key = other;
    return this;
  }

  Recordings form(Form other) {
    form = other;
    return this;
  }

  Recordings headers(Headers other) {
    headers = other;
    return this;
  }

  Recordings chunks(String... texts) {
    chunks = new ArrayList<>();
    for (var text : texts) {
      chunks.add(bytes(text));
    }
    return this;
  }

  Recordings bornMillis(long millis) {
    bornMillis = millis;
    return this;
  }

  Recordings tookMillis(long millis) {
    tookMillis = millis;
    return this;
  }

  Recordings ttlMax(@Nullable Duration time) {
    ttlMax = time;
    return this;
  }

  Recordings stamp(Stamp other) {
    stamp = other;
    return this;
  }

  Recording recording() {
    var list = chunks.stream().map(ByteBuffer::wrap).toList();
    var all =
        Chunks.join(
            list, list.stream().mapToInt(ByteBuffer::remaining).sum(), new int[list.size()]);
    return new Recording(
        new Slot(key, form),
        200,
        headers,
        all,
        bornMillis,
        tookMillis,
        Usage.UNKNOWN,
        stamp,
        Recorder.etag(all),
        ttlMax,
        null);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
