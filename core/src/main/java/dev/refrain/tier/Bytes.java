package dev.refrain.tier;

import java.util.Arrays;

/** Arrays of bytes, one behind the other. */
final class Bytes {
  private Bytes() {}

  static byte[] join(byte[]... parts) {
    int size = 0;
    for (var part : parts) {
      size += part.length;
    }
    var all = Arrays.copyOf(parts[0], size);
    int end = parts[0].length;
    for (int i = 1; i < parts.length; i++) {
      System.arraycopy(parts[i], 0, all, end, parts[i].length);
      end += parts[i].length;
    }
    return all;
  }
}
