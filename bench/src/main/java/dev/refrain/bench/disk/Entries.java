package dev.refrain.bench.disk;

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
import java.util.SplittableRandom;

/** Entries of 2 KB, as the gateway keeps them. */
final class Entries {
  private static final int BYTES = 2048;
  private static final String EPOCH = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
  private static final List<String> TAGS =
      List.of("scope:tenant:acme", "namespace:", "model:gpt-4o-mini", "dialect:openai-chat");
  private static final Stamp STAMP = new Stamp(TAGS, List.of(EPOCH, EPOCH, EPOCH, EPOCH));
  private static final Headers HEADERS =
      Headers.of("content-type", "application/json", "x-request-id", "req_0123456789abcdef");

  private Entries() {}

  static Slot slot(int number) {
    var random = new SplittableRandom(number);
    var key = new Key(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    return new Slot(key, Form.WHOLE);
  }

  static Recording recording(int number) {
    var bytes = new byte[BYTES];
    new SplittableRandom(number).nextBytes(bytes);
    return new Recording(
        slot(number),
        200,
        HEADERS,
        new Chunks(bytes, new int[] {BYTES}, new int[] {900}),
        InstantSource.system().millis(),
        1_000,
        new Usage(200, 400),
        STAMP,
        "\"0123456789abcdef0123456789abcdef\"",
        null,
        null);
  }
}
