package dev.refrain.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** Spells one and the same question in ever new ways: other bytes, but the same key. */
final class Respeller {
  /*
   * Between two tokens of the question there is a gap of spaces and tabs. It goes through all of
   * them in the order of a Gray code, so that one byte changes each time, and nothing comes twice.
   */

  private static final int GAP_BYTES = 40;

  private final byte[] body;
  private final int firstGap;
  private long count;

  Respeller(int bytes) {
    var blanks = " ".repeat(GAP_BYTES);
    var question = new String(Chat.question("Once more:", bytes - GAP_BYTES), US_ASCII);
    body = question.replace("\"messages\":", "\"messages\":" + blanks).getBytes(US_ASCII);
    firstGap = question.indexOf("\"messages\":") + "\"messages\":".length();
  }

  /** Returns the question in a spelling that it never had; it is always the same array. */
  byte[] next() {
    count++;
    int gap = firstGap + Long.numberOfTrailingZeros(count);
    body[gap] = (byte) (body[gap] == ' ' ? '\t' : ' ');
    return body;
  }
}
