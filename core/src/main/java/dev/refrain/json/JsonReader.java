package dev.refrain.json;

import dev.refrain.json.JsonRejected.Reason;

/** Reads a document, or rejects it, by recursive descent. */
final class JsonReader {

  /*
   * The grammar is that of RFC 8259, one method for each rule. A method begins at the first byte
   * of what it reads and ends after the last. White space is skipped by who reads what is around.
   *
   * Nothing is decoded and nothing is shared between documents: a string of any length costs one
   * node, and there is no table of names for strangers to fill. That is why this is not Jackson,
   * which is the judge of it in the tests.
   */

  private static final int EXPECTED_BYTES_PER_NODE = 16;
  private static final int EXPECTED_NODES_MIN = 8;
  private static final int EXPECTED_NODES_MAX = 1024;

  private final byte[] bytes;
  private final JsonLimits limits;
  private final Document document;
  private final MemberOrder order;
  private int at;
  private int depth;

  private JsonReader(byte[] bytes, JsonLimits limits) {
    this.bytes = bytes;
    this.limits = limits;
    int nodes = bytes.length / EXPECTED_BYTES_PER_NODE;
    this.document = new Document(bytes, Math.clamp(nodes, EXPECTED_NODES_MIN, EXPECTED_NODES_MAX));
    this.order = new MemberOrder(document);
  }

  static Document read(byte[] bytes, JsonLimits limits) throws JsonRejected {
    if (bytes.length > limits.bytesMax()) {
      throw new JsonRejected(Reason.TOO_LARGE, limits.bytesMax());
    }
    int malformed = Utf8.malformed(bytes);
    if (malformed >= 0) {
      throw new JsonRejected(Reason.NOT_UTF8, malformed);
    }
    var reader = new JsonReader(bytes, limits);
    reader.readDocument();
    return reader.document;
  }

  private void readDocument() throws JsonRejected {
    skipSpace();
    readValue();
    skipSpace();
    require(at == bytes.length);
  }

  private void readValue() throws JsonRejected {
    switch (current()) {
      case '{' -> readObject();
      case '[' -> readArray();
      case '"' -> readString();
      case 't' -> readLiteral(Kind.TRUE, "true");
      case 'f' -> readLiteral(Kind.FALSE, "false");
      case 'n' -> readLiteral(Kind.NULL, "null");
      default -> readNumber();
    }
  }

  private void readObject() throws JsonRejected {
    int object = open(Kind.OBJECT);
    if (!take('}')) {
      do {
        skipSpace();
        readName();
        skipSpace();
        require(take(':'));
        skipSpace();
        readValue();
        skipSpace();
      } while (take(','));
      require(take('}'));
    }
    close(object);
    order.arrange(object);
  }

  private void readArray() throws JsonRejected {
    int array = open(Kind.ARRAY);
    if (!take(']')) {
      do {
        skipSpace();
        readValue();
        skipSpace();
      } while (take(','));
      require(take(']'));
    }
    close(array);
  }

  private int open(Kind kind) throws JsonRejected {
    if (depth == limits.depthMax()) {
      throw new JsonRejected(Reason.TOO_DEEP, at);
    }
    depth++;
    int container = add(kind, at++);
    skipSpace();
    return container;
  }

  private void close(int container) {
    depth--;
    document.close(container, at);
  }

  private void readName() throws JsonRejected {
    int start = at;
    require(current() == '"');
    readString();
    requireAtMost(JsonLimits.NAME_BYTES_MAX, start);
  }

  private void readString() throws JsonRejected {
    int start = at;
    boolean escaped = false;
    boolean respelt = false;
    at = JsonText.nextSpecial(bytes, at + 1);
    while (current() == '\\') {
      int length = escapeLength();
      escaped = true;
      respelt |= JsonText.isRespelt(bytes[at + 1]);
      at = JsonText.nextSpecial(bytes, at + length);
    }
    require(take('"')); // neither a control character nor the end of the document
    int string = add(Kind.STRING, start);
    if (escaped) {
      document.setEscaped(string, respelt);
    }
  }

  /** Returns the length of an escape, or of the two that make a surrogate pair. */
  private int escapeLength() throws JsonRejected {
    if (at + 1 < bytes.length && isShortEscape(bytes[at + 1])) {
      return 2;
    }
    int unit = JsonText.unit(bytes, at);
    require(unit >= 0);
    if (!Character.isSurrogate((char) unit)) {
      return 6;
    }
    int next = JsonText.unit(bytes, at + 6);
    if (next >= 0 && Character.isSurrogatePair((char) unit, (char) next)) {
      return 12;
    }
    throw new JsonRejected(Reason.LONE_SURROGATE, at);
  }

  private static boolean isShortEscape(byte letter) {
    return switch (letter) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> true;
      default -> false;
    };
  }

  private void readLiteral(Kind kind, String literal) throws JsonRejected {
    int start = at;
    for (int i = 0; i < literal.length(); i++) {
      require(take(literal.charAt(i)));
    }
    add(kind, start);
  }

  private void readNumber() throws JsonRejected {
    int start = at;
    take('-');
    if (!take('0')) {
      readDigits();
    }
    if (take('.')) {
      readDigits();
    }
    if (take('e') || take('E')) {
      take(current() == '-' ? '-' : '+');
      readDigits();
    }
    requireAtMost(JsonLimits.NUMBER_BYTES_MAX, start);
    add(Kind.NUMBER, start);
  }

  private void readDigits() throws JsonRejected {
    int start = at;
    while (current() >= '0' && current() <= '9') {
      at++;
    }
    require(at > start);
  }

  private int add(Kind kind, int start) throws JsonRejected {
    if (document.size() == limits.nodesMax()) {
      throw new JsonRejected(Reason.TOO_LARGE, start);
    }
    return document.add(kind, start, at);
  }

  private void skipSpace() {
    while (current() == ' ' || current() == '\n' || current() == '\r' || current() == '\t') {
      at++;
    }
  }

  /** Passes over {@code wanted} if it comes next, and tells whether it did. */
  private boolean take(char wanted) {
    boolean found = current() == wanted;
    if (found) {
      at++;
    }
    return found;
  }

  /** Returns the byte that comes next; at the end 0, which is no part of any rule. */
  private int current() {
    return (at < bytes.length) ? bytes[at] : 0;
  }

  private void require(boolean holds) throws JsonRejected {
    if (!holds) {
      throw new JsonRejected(Reason.NOT_STRICT, Math.min(at, bytes.length));
    }
  }

  private void requireAtMost(int bytesMax, int start) throws JsonRejected {
    if (at - start > bytesMax) {
      throw new JsonRejected(Reason.TOO_LARGE, start);
    }
  }
}
