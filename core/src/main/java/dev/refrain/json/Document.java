package dev.refrain.json;

import java.util.Arrays;

/** The bytes of a document, and its nodes in the order of the text. It grows while it is read. */
final class Document {

  /*
   * tape   = value
   * value  = scalar | array | object
   * array  = cell value*
   * object = cell (name value)*
   * name   = cell, of kind STRING
   * scalar = cell
   *
   * cell   = start end next head    four ints
   * start, end   where the node stands in the bytes, quotes and brackets included
   * next   of a value: the node after it and after all that is inside it
   *        of a name: the name that follows in canonical order, 0 after the last
   * head   first (27 bits), respelt (1 bit), escaped (1 bit), kind (3 bits)
   * escaped  a string with escapes
   * respelt  a string with escapes that its canonical form spells otherwise
   * first    of an object: the name that is first in canonical order, 0 if it has none
   *
   * A node is known by its index on the tape, which is never 0 for a name.
   */

  static final int NODES_MAX = (1 << 27) - 1;

  private static final int CELL_SHIFT = 2;
  private static final int END = 1;
  private static final int NEXT = 2;
  private static final int HEAD = 3;
  private static final int KIND_MASK = 0b111;
  private static final int ESCAPED = 0b01000;
  private static final int RESPELT = 0b10000;
  private static final int FIRST_SHIFT = 5;
  private static final Kind[] KINDS = Kind.values();

  final byte[] bytes;
  private int[] tape;
  private int size;

  Document(byte[] bytes, int expectedNodes) {
    this.bytes = bytes;
    this.tape = new int[expectedNodes << CELL_SHIFT];
  }

  int size() {
    return size;
  }

  /** Adds a node that has nothing inside it yet, and returns its index. */
  @SuppressWarnings("EnumOrdinal") // a tape is never kept longer than the program
  int add(Kind kind, int start, int end) {
    int cell = size << CELL_SHIFT;
    if (cell == tape.length) {
      tape = Arrays.copyOf(tape, cell * 2);
    }
    tape[cell] = start;
    tape[cell + END] = end;
    tape[cell + NEXT] = size + 1;
    tape[cell + HEAD] = kind.ordinal();
    return size++;
  }

  /** Ends a container with what was added since, in it. */
  void close(int container, int end) {
    int cell = container << CELL_SHIFT;
    tape[cell + END] = end;
    tape[cell + NEXT] = size;
  }

  void setEscaped(int string, boolean respelt) {
    tape[(string << CELL_SHIFT) + HEAD] |= respelt ? ESCAPED | RESPELT : ESCAPED;
  }

  /** Links the names of an object in the canonical order, in which they are given. */
  void link(int object, int[] names, int count) {
    int following = 0;
    for (int i = count - 1; i >= 0; i--) {
      tape[(names[i] << CELL_SHIFT) + NEXT] = following;
      following = names[i];
    }
    tape[(object << CELL_SHIFT) + HEAD] |= following << FIRST_SHIFT;
  }

  Kind kind(int node) {
    return KINDS[tape[(node << CELL_SHIFT) + HEAD] & KIND_MASK];
  }

  int start(int node) {
    return tape[node << CELL_SHIFT];
  }

  int end(int node) {
    return tape[(node << CELL_SHIFT) + END];
  }

  int next(int node) {
    return tape[(node << CELL_SHIFT) + NEXT];
  }

  int first(int object) {
    return tape[(object << CELL_SHIFT) + HEAD] >>> FIRST_SHIFT;
  }

  boolean isEscaped(int string) {
    return (tape[(string << CELL_SHIFT) + HEAD] & ESCAPED) != 0;
  }

  boolean isRespelt(int string) {
    return (tape[(string << CELL_SHIFT) + HEAD] & RESPELT) != 0;
  }

  /** Returns what a string says. */
  String text(int string) {
    return JsonText.decode(bytes, start(string) + 1, end(string) - 1);
  }

  /** Tells whether a string says {@code text}; costs no memory where that is plain ASCII. */
  boolean isText(int string, String text) {
    if (isEscaped(string)) {
      return text(string).equals(text);
    }
    int start = start(string) + 1;
    int length = end(string) - 1 - start;
    for (int i = 0; i < Math.min(length, text.length()); i++) {
      if (text.charAt(i) >= 0x80) {
        return text(string).equals(text);
      }
      if (bytes[start + i] != text.charAt(i)) {
        return false;
      }
    }
    return length == text.length();
  }
}
