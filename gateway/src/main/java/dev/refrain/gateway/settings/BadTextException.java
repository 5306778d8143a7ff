package dev.refrain.gateway.settings;

import java.util.Collection;

/** A text is no value of its type; the message says what was expected. */
final class BadTextException extends Exception {
  private static final long serialVersionUID = 1;
  private static final int TEXT_LENGTH_MAX = 60;

  private final String message;

  BadTextException(String message) {
    super(message);
    this.message = message;
  }

  @Override
  public String getMessage() {
    return message;
  }

  static BadTextException expected(String what, String text) {
    return new BadTextException("expected " + what + ", not " + quoted(text));
  }

  /** The same where there are few possible texts, of which one may have been meant. */
  static BadTextException expected(String what, String text, Collection<String> possible) {
    return new BadTextException(
        "expected " + what + ", not " + quoted(text) + Nearest.hint(text, possible));
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
