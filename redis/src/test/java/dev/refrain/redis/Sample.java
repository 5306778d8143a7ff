package dev.refrain.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Usage;
import java.time.InstantSource;
import java.util.List;

/** Recordings to keep. */
final class Sample {
  private Sample() {}

  static Slot slot(long number) {
    return new Slot(new Key(number, 2, 3, 4), Form.WHOLE);
  }

  static Recording recording(long number, String text) {
    var bytes = text.getBytes(UTF_8);
    return new Recording(
        slot(number),
        200,
        Headers.of("content-type", "application/json"),
        new Chunks(bytes, new int[] {bytes.length}, new int[] {0}),
        InstantSource.system().millis(),
        1_000,
        new Usage(10, 20),
        new Stamp(List.of("scope:me", "model:gpt-4o"), List.of("epoch-1", "epoch-2")),
        "\"0123456789abcdef\"",
        null,
        null);
  }
}
