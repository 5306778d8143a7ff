package dev.refrain.json;

import dev.refrain.json.JsonRejected.Reason;
import java.util.Arrays;
import java.util.TreeMap;

/**
 * Puts the members of objects into the order of RFC 8785, which is that of the UTF-16 units of
 * their names, and in doing so comes across duplicates.
 */
final class MemberOrder {

  /*
   * Most objects are small: a few comparisons of slices. A large one that is not in order already
   * goes through a tree of strings, whose cost does not depend on which names a stranger chose.
   */

  private static final int SMALL_MAX = 16;

  private final Document document;
  private int[] names = new int[SMALL_MAX];

  MemberOrder(Document document) {
    this.document = document;
  }

  /** Links the names of a closed object in their order. */
  void arrange(int object) throws JsonRejected {
    int count = collect(object);
    if (count <= SMALL_MAX) {
      sortByInsertion(count);
    } else if (!isAscending(count)) {
      sortByTree(count);
    }
    document.link(object, names, count);
  }

  private int collect(int object) {
    int count = 0;
    int end = document.next(object);
    for (int name = object + 1; name < end; name = document.next(name + 1)) {
      if (count == names.length) {
        names = Arrays.copyOf(names, count * 2);
      }
      names[count++] = name;
    }
    return count;
  }

  private void sortByInsertion(int count) throws JsonRejected {
    for (int i = 1; i < count; i++) {
      int name = names[i];
      int place = i;
      while (place > 0 && isBefore(name, names[place - 1])) {
        names[place] = names[place - 1];
        place--;
      }
      names[place] = name;
    }
  }

  private boolean isBefore(int name, int other) throws JsonRejected {
    int order = compare(name, other);
    if (order == 0) {
      throw duplicate(name);
    }
    return order < 0;
  }

  private boolean isAscending(int count) {
    for (int i = 1; i < count; i++) {
      if (compare(names[i - 1], names[i]) >= 0) {
        return false;
      }
    }
    return true;
  }

  private void sortByTree(int count) throws JsonRejected {
    var tree = new TreeMap<String, Integer>();
    for (int i = 0; i < count; i++) {
      if (tree.put(document.text(names[i]), names[i]) != null) {
        throw duplicate(names[i]);
      }
    }
    int place = 0;
    for (int name : tree.values()) {
      names[place++] = name;
    }
  }

  private JsonRejected duplicate(int name) {
    return new JsonRejected(Reason.DUPLICATE_NAME, document.start(name));
  }

  private int compare(int a, int b) {
    if (document.isEscaped(a) || document.isEscaped(b)) {
      return document.text(a).compareTo(document.text(b));
    }
    byte[] bytes = document.bytes;
    int startA = document.start(a) + 1;
    int startB = document.start(b) + 1;
    int lengthA = document.end(a) - 1 - startA;
    int lengthB = document.end(b) - 1 - startB;
    int common = Math.min(lengthA, lengthB);
    for (int i = 0; i < common; i++) {
      int order = rank(bytes[startA + i]) - rank(bytes[startB + i]);
      if (order != 0) {
        return order;
      }
    }
    return lengthA - lengthB;
  }

  /**
   * Returns the rank of a byte in the order of UTF-16 units. That is the order of UTF-8 bytes but
   * for U+E000 to U+FFFF, led by EE and EF: they come after the surrogates, led by F0 to F4.
   */
  private static int rank(byte value) {
    int unsigned = Byte.toUnsignedInt(value);
    return (unsigned == 0xEE || unsigned == 0xEF) ? unsigned | 0x10 : unsigned;
  }
}
