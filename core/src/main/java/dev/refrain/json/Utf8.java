package dev.refrain.json;

/** UTF-8 (RFC 3629): what is well-formed, and how to write it. */
final class Utf8 {
  private Utf8() {}

  /** Returns the offset of the first malformed sequence, or -1 if there is none. */
  static int malformed(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      if (bytes[at] >= 0) {
        at = skipAscii(bytes, at);
      } else {
        int length = sequence(bytes, at);
        if (length == 0) {
          return at;
        }
        at += length;
      }
    }
    return -1;
  }

  private static int skipAscii(byte[] bytes, int from) {
    int at = from;
    while (at <= bytes.length - 8 && (EightBytes.at(bytes, at) & EightBytes.HIGH_BITS) == 0) {
      at += 8;
    }
    while (at < bytes.length && bytes[at] >= 0) {
      at++;
    }
    return at;
  }

  /** Returns the length of the multi-byte sequence at {@code at}, or 0 if it is malformed. */
  private static int sequence(byte[] bytes, int at) {
    int lead = bytes[at] & 0xFF;
    if (lead < 0xC2) {
      return 0; // a continuation byte, or the start of an overlong pair
    }
    if (lead < 0xE0) {
      return continues(bytes, at + 1, 0x80, 0xBF) ? 2 : 0;
    }
    if (lead < 0xF0) {
      int lowest = (lead == 0xE0) ? 0xA0 : 0x80; // below it is overlong
      int highest = (lead == 0xED) ? 0x9F : 0xBF; // above it are surrogates
      return continues(bytes, at + 1, lowest, highest) && continues(bytes, at + 2, 0x80, 0xBF)
          ? 3
          : 0;
    }
    if (lead > 0xF4) {
      return 0;
    }
    int lowest = (lead == 0xF0) ? 0x90 : 0x80; // below it is overlong
    int highest = (lead == 0xF4) ? 0x8F : 0xBF; // above it is beyond U+10FFFF
    return continues(bytes, at + 1, lowest, highest)
            && continues(bytes, at + 2, 0x80, 0xBF)
            && continues(bytes, at + 3, 0x80, 0xBF)
        ? 4
        : 0;
  }

  private static boolean continues(byte[] bytes, int at, int lowest, int highest) {
    if (at >= bytes.length) {
      return false;
    }
    int value = bytes[at] & 0xFF;
    return value >= lowest && value <= highest;
  }

  /** Writes a character. */
  static void write(int codePoint, Staging out) {
    if (codePoint < 0x80) {
      out.write(codePoint);
    } else if (codePoint < 0x800) {
      out.write(0xC0 | (codePoint >> 6));
      out.write(continuation(codePoint));
    } else if (codePoint < 0x10000) {
      out.write(0xE0 | (codePoint >> 12));
      out.write(continuation(codePoint >> 6));
      out.write(continuation(codePoint));
    } else {
      out.write(0xF0 | (codePoint >> 18));
      out.write(continuation(codePoint >> 12));
      out.write(continuation(codePoint >> 6));
      out.write(continuation(codePoint));
    }
  }

  private static int continuation(int bits) {
    return 0x80 | (bits & 0x3F);
  }
}
