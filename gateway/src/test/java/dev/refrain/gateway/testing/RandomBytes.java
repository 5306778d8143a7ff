package dev.refrain.gateway.testing;

import java.util.Random;

/** Bytes in which no order helps: the same in each run. */
public final class RandomBytes {
  private static final long SEED = 20_260_101;

  private RandomBytes() {}

  /** Returns so many bytes. */
  public static byte[] of(int count) {
    var bytes = new byte[count];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }
}
