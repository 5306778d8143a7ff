package dev.refrain.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Usage;
import dev.refrain.testing.MovableClock;
import java.util.List;
import java.util.Random;

/** Recordings to keep. */
final class Samples {
  static final long BORN_MILLIS = new MovableClock().millis();

  private Samples() {}

  static Slot slot(long number) {
    return new Slot(new Key(number * 0x9E3779B97F4A7C15L, number, 3, 4), Form.WHOLE);
  }

  static Recording text(long number, String text) {
    return recording(number, text.getBytes(UTF_8));
  }

  /** Returns the one recording of this number and size. */
  static Recording sized(long number, int bytes) {
    var content = new byte[bytes];
    new Random(number).nextBytes(content);
    return recording(number, content);
  }

  private static Recording recording(long number, byte[] content) {
    return new Recording(
        slot(number),
        200,
        Headers.of("content-type", "text/plain"),
        new Chunks(content, new int[] {content.length}, new int[] {0}),
        BORN_MILLIS + number,
        1_000,
        new Usage(10, 20),
        new Stamp(List.of("namespace:"), List.of("an epoch")),
        "\"" + number + "\"",
        null,
        null);
  }
}
