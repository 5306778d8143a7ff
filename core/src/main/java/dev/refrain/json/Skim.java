package dev.refrain.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Finds a string in what may be no JSON, or only the beginning of it. Good for no key. */
public final class Skim {
  private Skim() {}

  /**
   * Returns the string that an object has under a name, or nothing: if there is none, if there are
   * several that differ, or if these bytes begin no object.
   */
  public static String text(byte[] bytes, String name) {
    int begin = 0;
    while (begin < bytes.length && bytes[begin] >= 0 && bytes[begin] <= ' ') {
      begin++;
    }
    return (begin < bytes.length && bytes[begin] == '{') ? text(bytes, begin + 1, name) : "";
  }

  private static String text(byte[] bytes, int from, String name) {
    var wanted = ('"' + name + '"').getBytes(UTF_8);
    var found = "";
    boolean isName = true; // the next string of this very object
    boolean isWanted = false;
    int depth = 1;
    for (int at = from; at < bytes.length && depth > 0; at++) {
      switch (bytes[at]) {
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        case ',' -> isName |= depth == 1;
        case '"' -> {
          int end = end(bytes, at + 1);
          if (depth == 1 && isName) {
            isWanted = Arrays.equals(bytes, at, end, wanted, 0, wanted.length);
            isName = false;
          } else if (depth == 1 && isWanted) {
            var text = decode(Arrays.copyOfRange(bytes, at, end));
            if (!found.isEmpty() && !found.equals(text)) {
              return "";
            }
            found = text;
          }
          at = end - 1;
        }
        default -> {} // whatever it is, it is no string
      }
    }
    return found;
  }

  /** Returns what is behind the string that is begun, or the end of all. */
  private static int end(byte[] bytes, int from) {
    int at = JsonText.nextSpecial(bytes, from);
    while (at < bytes.length && bytes[at] != '"') {
      at = JsonText.nextSpecial(bytes, Math.min(bytes.length, at + (bytes[at] == '\\' ? 2 : 1)));
    }
    return Math.min(bytes.length, at + 1);
  }

  private static String decode(byte[] quoted) {
    try {
      return Json.parse(quoted).asText("");
    } catch (JsonRejected e) {
      return "";
    }
  }
}
