package dev.refrain.gateway.settings;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Texts of a certain form. */
enum Name implements Type<String> {
  /** What a vendor calls a model. */
  MODEL("the name of a model"),
  /** A name, or the beginning of one. */
  PATTERN("a name, or the beginning of one followed by *"),
  /** The same for paths. */
  PATH_PATTERN("a path such as /v1/embeddings, or the beginning of one followed by *"),
  /** The name of an upstream. */
  UPSTREAM("a name of letters, digits, - and _ that begins with a letter or digit"),
  /** A file. */
  FILE("the name of a file"),
  /** The name of an environment variable. */
  VARIABLE("the name of an environment variable"),
  /** The name of a header, which is put into lower case. */
  HEADER("the name of a header"),
  /** A host, which is put into lower case. */
  HOST("the name or address of a host, without a port"),
  /** What a header says. */
  FIELD("the value of a header, in plain ASCII");

  private static final int LENGTH_MAX = 1000;

  private final String expected;

  Name(String expected) {
    this.expected = expected;
  }

  @Override
  public String expected() {
    return expected;
  }

  @Override
  public String read(String text) throws BadTextException {
    String name = isPlain(text) ? name(text) : null;
    if (name == null) {
      throw (this == VARIABLE || this == HEADER) // what is not shown might be the secret itself
          ? new BadTextException("expected " + expected)
          : BadTextException.expected(expected, text);
    }
    return name;
  }

  private @Nullable String name(String text) {
    int star = text.indexOf('*');
    return switch (this) {
      case MODEL, FILE -> text;
      case FIELD -> text.chars().allMatch(c -> c < 0x7f) ? text : null;
      case PATTERN -> (star < 0 || star == text.length() - 1) ? text : null;
      case PATH_PATTERN ->
          text.startsWith("/") && (star < 0 || star == text.length() - 1) ? text : null;
      case UPSTREAM -> isWord(text, "-_") && isLetterOrDigit(text.charAt(0)) ? text : null;
      case VARIABLE -> isWord(text, "_") ? text : null;
      case HOST -> isWord(text, "-._:") ? inLowerCase(text) : null;
      case HEADER -> isWord(text, "!#$%&'*+-.^_`|~") ? inLowerCase(text) : null;
    };
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return false;
      }
    }
    return !text.isBlank() && text.length() <= LENGTH_MAX && text.equals(text.strip());
  }

  /** Returns whether there are only letters, digits and the given signs, all of ASCII. */
  private static boolean isWord(String text, String signs) {
    for (int i = 0; i < text.length(); i++) {
      if (!isLetterOrDigit(text.charAt(i)) && signs.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static String inLowerCase(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
