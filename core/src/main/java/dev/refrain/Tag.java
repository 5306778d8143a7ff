package dev.refrain;

import java.util.List;

/**
 * The tags that every answer has of itself, besides those that callers name. By each of them all
 * answers that have it can be retired at once.
 */
public final class Tag {
  /*
   * That a key is a tag, too, makes deleting one entry the same as retiring a million: it is
   * written where invalidations are, told to whom they are told, and what was under way comes too
   * late. So many digits of a key are as good as all: were two keys ever to share them, one answer
   * more would be fetched anew.
   */
  private static final int KEY_DIGITS = 16;

  private Tag() {}

  /** Returns the tag of all answers in a namespace. */
  public static String namespace(String name) {
    return "namespace:" + name;
  }

  /** Returns the tag of all answers of a model. */
  public static String model(String name) {
    return "model:" + name;
  }

  /** Returns the tag of all answers in a wire format. */
  public static String dialect(String name) {
    return "dialect:" + name;
  }

  /** Returns the tag of all answers within a scope. */
  public static String scope(Scope scope) {
    return scope.tag();
  }

  /** Returns what the first tag of a kind names; "" without one. */
  static String named(String kind, List<String> tags) {
    for (var tag : tags) {
      if (tag.startsWith(kind)) {
        return tag.substring(kind.length());
      }
    }
    return "";
  }

  /** Returns the tag of the answer to one key, in all its forms. */
  public static String key(Key key) {
    return "key:" + key.toString().substring(0, KEY_DIGITS);
  }
}
