package dev.refrain.gateway.settings;

/** A text is no value of its type; the message says what was expected. */
final class BadTextException extends Exception {
  private static final long serialVersionUID = 1;
  private static final int TEXT_LENGTH_MAX = 60;

  BadTextException(String message) {
    super(message);
  }

  static BadTextException expected(String what, String text) {
    return new BadTextException("expected " + what + ", not " + quoted(text));
  }

  /** Returns the text as it can be shown on a terminal: short and without control characters. */
  static String quoted(String text) {
    int length = Math.min(text.length(), TEXT_LENGTH_MAX);
    var quoted = new StringBuilder(length + 3).append('\'');
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      quoted.append(Character.isISOControl(c) ? '?' : c);
    }
    return quoted.append((length < text.length()) ? "…'" : "'").toString();
  }
}
