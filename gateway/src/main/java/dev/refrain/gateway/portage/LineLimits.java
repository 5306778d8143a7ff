package dev.refrain.gateway.portage;

import dev.refrain.json.JsonLimits;

/** How long a line may be, and of how many values. */
record LineLimits(int bytesMax, JsonLimits json) {
  /** Beside the reply: its head, and where its chunks begin. */
  private static final int BESIDE_REPLY_BYTES = 4 << 20;

  private static final int DEPTH_MAX = 8;
  private static final int NODES_MAX = 1_000_000; // two for each chunk

  /** Returns those that let an entry pass whose reply has so many bytes. */
  static LineLimits of(int replyBytesMax) {
    long bytes = replyBytesMax / 3 * 4L + BESIDE_REPLY_BYTES;
    int bytesMax = (int) Math.min(bytes, Integer.MAX_VALUE - Long.BYTES);
    return new LineLimits(bytesMax, new JsonLimits(bytesMax, DEPTH_MAX, NODES_MAX));
  }
}
