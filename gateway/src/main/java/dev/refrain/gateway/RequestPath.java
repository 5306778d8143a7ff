package dev.refrain.gateway;

import java.util.regex.Pattern;

/**
 * What a path may mean to one who reads it more generously than the gateway does. Paths are passed
 * on as they come; this is for telling which may not be.
 */
final class RequestPath {
  /*
   * Servers differ in how often they decode a path, and whether they take a backslash for a slash,
   * many slashes for one, or what follows a semicolon for a parameter. What is not harmless to the
   * most generous of them all is refused: a path that leads out of an upstream's base path, or into
   * what belongs to the gateway, be it this one or another behind it.
   */

  private static final int DECODINGS_MAX = 4; // more are no accident
  private static final int ESCAPE_LENGTH = 3;
  private static final int HEXADECIMAL = 16;
  private static final char DELETE = 0x7f;
  private static final Pattern PARAMETERS = Pattern.compile(";[^/]*");
  private static final Pattern SLASHES = Pattern.compile("/{2,}");
  private static final Pattern DOT_SEGMENT = Pattern.compile("/\\.{1,2}(/|$)");
  private static final Pattern ESCAPE = Pattern.compile("%[0-9a-fA-F]{2}");

  private RequestPath() {}

  /** Returns whether a target has none of the characters that would end it when it is passed on. */
  static boolean isText(String target) {
    for (int i = 0; i < target.length(); i++) {
      char character = target.charAt(i);
      if (character <= ' ' || character == DELETE) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether it may lead elsewhere than it says: by dots, or by what is hidden deep. */
  static boolean leadsAstray(String path) {
    if (!isSuspicious(path)) {
      return false;
    }
    var plain = plain(path);
    return DOT_SEGMENT.matcher(plain).find() || ESCAPE.matcher(plain).find();
  }

  /** Returns whether it is, or may be taken for, one of those that belong to the gateway. */
  static boolean isOwn(String path) {
    var plain = isSuspicious(path) ? plain(path) : path;
    return plain.equals("/-") || plain.startsWith("/-/");
  }

  /** Returns whether it belongs to the gateway, and can be taken for nothing else. */
  static boolean isOwnAsWritten(String path) {
    return path.startsWith("/-/") && !isSuspicious(path);
  }

  /** Most paths need but a glance, and so no pattern. */
  private static boolean isSuspicious(String path) {
    char before = ' ';
    for (int i = 0; i < path.length(); i++) {
      char character = path.charAt(i);
      switch (character) {
        case '%', '\\', ';', '#' -> {
          return true;
        }
        case '/', '.' -> {
          if (before == '/') {
            return true;
          }
        }
        default -> {} // nothing that anybody reads in two ways
      }
      before = character;
    }
    return false;
  }

  private static String plain(String path) {
    var decoded = path;
    for (int i = 0; i < DECODINGS_MAX && decoded.indexOf('%') >= 0; i++) {
      decoded = decode(decoded);
    }
    var slashed = decoded.replace('\\', '/');
    int fragment = slashed.indexOf('#');
    var whole = (fragment < 0) ? slashed : slashed.substring(0, fragment);
    return SLASHES.matcher(PARAMETERS.matcher(whole).replaceAll("")).replaceAll("/");
  }

  /** Byte by byte: whatever else the bytes say, they are no slash and no dot. */
  private static String decode(String text) {
    var decoded = new StringBuilder(text.length());
    var escapes = ESCAPE.matcher(text);
    int at = 0;
    while (escapes.find()) {
      decoded.append(text, at, escapes.start());
      var digits = text.substring(escapes.start() + 1, escapes.start() + ESCAPE_LENGTH);
      decoded.append((char) Integer.parseInt(digits, HEXADECIMAL));
      at = escapes.end();
    }
    return decoded.append(text, at, text.length()).toString();
  }
}
