package dev.refrain.json;

import static dev.refrain.json.EightBytes.EACH;
import static dev.refrain.json.EightBytes.HIGH_BITS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/** The text between the quotes of a JSON string: where it ends, what it says, how to write it. */
final class JsonText {
  private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);

  private JsonText() {}

  /**
   * Returns where the next quote, backslash or control character is, or the length of the array if
   * there is none.
   */
  static int nextSpecial(byte[] bytes, int from) {
    int at = from;
    while (at <= bytes.length - 8) {
      long special = specials(EightBytes.at(bytes, at));
      if (special != 0) {
        return at + (Long.numberOfTrailingZeros(special) >>> 3);
      }
      at += 8;
    }
    while (at < bytes.length && !isSpecial(bytes[at])) {
      at++;
    }
    return at;
  }

  /** Sets the high bit of the first byte that is special. A borrow may spoil those after it. */
  private static long specials(long eight) {
    long quotesAndControls = (eight ^ (EACH * 2)) - (EACH * 0x21); // 22 becomes 20, next to 00-1F
    long backslashes = (eight ^ (EACH * '\\')) - EACH;
    return (quotesAndControls | backslashes) & ~eight & HIGH_BITS;
  }

  private static boolean isSpecial(int character) {
    return character == '"' || character == '\\' || (character >= 0 && character < ' ');
  }

  /**
   * Returns the UTF-16 unit of the Unicode escape at {@code at}, or a negative number if there is
   * none.
   */
  static int unit(byte[] bytes, int at) {
    if (at + 6 > bytes.length || bytes[at] != '\\' || bytes[at + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = at + 2; i < at + 6; i++) {
      unit = (unit << 4) | Character.digit(bytes[i], 16); // once negative, always so
    }
    return unit;
  }

  /** Returns what a text says. */
  static String decode(byte[] bytes, int from, int to) {
    int at = nextSpecial(bytes, from);
    if (at == to) {
      return new String(bytes, from, to - from, UTF_8);
    }
    var decoded = new StringBuilder(to - from);
    int run = from;
    while (at < to) {
      decoded.append(new String(bytes, run, at - run, UTF_8)).append(escaped(bytes, at));
      run = at + escapeLength(bytes, at);
      at = nextSpecial(bytes, run);
    }
    return decoded.append(new String(bytes, run, to - run, UTF_8)).toString();
  }

  /** Returns the UTF-16 unit that the escape at {@code at} stands for. */
  private static char escaped(byte[] bytes, int at) {
    byte letter = bytes[at + 1];
    return switch (letter) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> (char) unit(bytes, at);
      default -> (char) letter; // a quote, a backslash or a slash
    };
  }

  private static int escapeLength(byte[] bytes, int at) {
    return (bytes[at + 1] == 'u') ? 6 : 2;
  }

  /** Tells whether the canonical form may have something else for the escape with this letter. */
  static boolean isRespelt(byte letter) {
    return letter == 'u' || letter == '/';
  }

  /**
   * Writes a text so that equal texts are equal bytes: everything stands for itself but quotes,
   * backslashes and control characters, for each of which RFC 8785 has one escape.
   */
  static void writeCanonical(byte[] bytes, int from, int to, Staging out) {
    int run = from;
    int at = nextSpecial(bytes, from);
    while (at < to) {
      int next = at + 2;
      if (isRespelt(bytes[at + 1])) {
        out.write(bytes, run, at - run);
        next = writeRespelt(bytes, at, out);
        run = next;
      }
      at = nextSpecial(bytes, next);
    }
    out.write(bytes, run, to - run);
  }

  /** Writes what the escape at {@code at}, or the pair of them, stands for; returns its end. */
  private static int writeRespelt(byte[] bytes, int at, Staging out) {
    int end = at + escapeLength(bytes, at);
    char unit = escaped(bytes, at);
    if (Character.isHighSurrogate(unit)) {
      Utf8.write(Character.toCodePoint(unit, escaped(bytes, end)), out);
      return end + escapeLength(bytes, end);
    }
    if (isSpecial(unit)) {
      byte[] escape = escape((byte) unit);
      out.write(escape, 0, escape.length);
    } else {
      Utf8.write(unit, out);
    }
    return end;
  }

  /** Writes UTF-8 as canonical text. */
  static void writeEscaped(byte[] utf8, ByteSink sink) {
    int run = 0;
    int at = nextSpecial(utf8, 0);
    while (at < utf8.length) {
      sink.write(utf8, run, at - run);
      byte[] escape = escape(utf8[at]);
      sink.write(escape, 0, escape.length);
      run = at + 1;
      at = nextSpecial(utf8, run);
    }
    sink.write(utf8, run, utf8.length - run);
  }

  private static byte[] escape(byte special) {
    byte letter =
        switch (special) {
          case '\b' -> 'b';
          case '\f' -> 'f';
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          case '"', '\\' -> special;
          default -> 'u';
        };
    return (letter == 'u')
        ? new byte[] {'\\', 'u', '0', '0', HEX[special >> 4], HEX[special & 0xF]}
        : new byte[] {'\\', letter};
  }
}
