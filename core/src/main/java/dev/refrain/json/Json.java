package dev.refrain.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A value of a JSON document, read in place: it keeps the bytes that were parsed, which must not be
 * changed, and makes no strings until asked. Immutable.
 *
 * <p>Documents come from strangers, so asking for what is not there is no error: an array has no
 * members, a string has no elements, and who asks for a number says what to take instead.
 */
public final class Json {
  private final Document document;
  private final int node;

  private Json(Document document, int node) {
    this.document = document;
    this.node = node;
  }

  /** A member of an object. Its name is a string like any other. */
  public record Member(Json name, Json value) {}

  /** Parses a document within the default limits. */
  public static Json parse(byte[] bytes) throws JsonRejected {
    return parse(bytes, JsonLimits.DEFAULT);
  }

  /**
   * Parses a document. It must be one value of strict JSON (RFC 8259) in well-formed UTF-8, its
   * strings well-formed too, and no object may have two members of the same name.
   */
  public static Json parse(byte[] bytes, JsonLimits limits) throws JsonRejected {
    return new Json(JsonReader.read(bytes, limits), 0);
  }

  /**
   * Tells, in a small part of the time it takes to parse them, whether there is such a string in
   * these bytes, be they a document or not. One with escapes is not found.
   */
  public static boolean mentions(byte[] bytes, String string) {
    byte[] quoted = ('"' + string + '"').getBytes(UTF_8);
    int last = bytes.length - quoted.length;
    int at = JsonText.nextSpecial(bytes, 0);
    while (at <= last) {
      if (Arrays.equals(bytes, at, at + quoted.length, quoted, 0, quoted.length)) {
        return true;
      }
      at = JsonText.nextSpecial(bytes, at + 1);
    }
    return false;
  }

  public Kind kind() {
    return document.kind(node);
  }

  public boolean is(Kind kind) {
    return kind() == kind;
  }

  /** Returns the value of the member of that name, or null if there is none. */
  public @Nullable Json get(String name) {
    int end = is(Kind.OBJECT) ? document.next(node) : node;
    for (int at = node + 1; at < end; at = document.next(at + 1)) {
      if (document.isText(at, name)) {
        return at(at + 1);
      }
    }
    return null;
  }

  public boolean has(String name) {
    return get(name) != null;
  }

  /** Returns the members of an object in the order of the document. */
  public Iterable<Member> members() {
    return () -> new Children<>(Kind.OBJECT, name -> new Member(at(name), at(name + 1)));
  }

  /** Returns the elements of an array. */
  public Iterable<Json> elements() {
    return () -> new Children<>(Kind.ARRAY, this::at);
  }

  /** Counts the members or elements. */
  public int size() {
    int size = 0;
    for (var ignored : is(Kind.OBJECT) ? members() : elements()) {
      size++;
    }
    return size;
  }

  /** Returns what a string says. */
  public String text() {
    if (!is(Kind.STRING)) {
      throw new IllegalStateException("not a string: " + kind());
    }
    return document.text(node);
  }

  /** Returns what a string says, or {@code otherwise} if this is none. */
  public String asText(String otherwise) {
    return is(Kind.STRING) ? document.text(node) : otherwise;
  }

  /** Tells whether this is a string that says {@code text}; costs no memory where it is ASCII. */
  public boolean isText(String text) {
    return is(Kind.STRING) && document.isText(node, text);
  }

  /** Returns a whole number, however it is written, or {@code otherwise} if this is none. */
  public long asLong(long otherwise) {
    if (!is(Kind.NUMBER)) {
      return otherwise;
    }
    try {
      return new BigDecimal(raw()).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      return otherwise; // it has a fraction, or is too large
    }
  }

  /** Returns the double nearest to a number, or {@code otherwise} if this is none. */
  public double asDouble(double otherwise) {
    return is(Kind.NUMBER) ? Double.parseDouble(raw()) : otherwise;
  }

  public boolean asBoolean(boolean otherwise) {
    return switch (kind()) {
      case TRUE -> true;
      case FALSE -> false;
      case OBJECT, ARRAY, STRING, NUMBER, NULL -> otherwise;
    };
  }

  /** Returns this value as it stands in the document. */
  public String raw() {
    return new String(document.bytes, document.start(node), rawLength(), UTF_8);
  }

  /** Returns a copy of the bytes of this value as they stand in the document. */
  public byte[] rawBytes() {
    return Arrays.copyOfRange(document.bytes, document.start(node), document.end(node));
  }

  public int rawLength() {
    return document.end(node) - document.start(node);
  }

  /**
   * Returns a copy of the bytes of this object without a member and the comma that parts it from
   * others; all else stands as in the document. Without such a member, returns them all.
   */
  public byte[] without(String name) {
    int end = is(Kind.OBJECT) ? document.next(node) : node;
    int before = node; // the value of the member before
    for (int at = node + 1; at < end; at = document.next(at + 1)) {
      if (document.isText(at, name)) {
        int after = document.next(at + 1);
        boolean isLast = after >= end;
        boolean isOnly = isLast && before == node;
        int from = (isLast && !isOnly) ? document.end(before) : document.start(at);
        return without(from, isLast ? document.end(at + 1) : document.start(after));
      }
      before = at + 1;
    }
    return rawBytes();
  }

  private byte[] without(int from, int to) {
    int start = document.start(node);
    int kept = from - start;
    var rest = new byte[rawLength() - (to - from)];
    System.arraycopy(document.bytes, start, rest, 0, kept);
    System.arraycopy(document.bytes, to, rest, kept, rest.length - kept);
    return rest;
  }

  /** Writes the bytes of this value as they stand in the document. */
  public void writeRaw(ByteSink sink) {
    sink.write(document.bytes, document.start(node), rawLength());
  }

  /** Returns {@link #raw}. */
  @Override
  public String toString() {
    return raw();
  }

  Document document() {
    return document;
  }

  int node() {
    return node;
  }

  private Json at(int other) {
    return new Json(document, other);
  }

  private final class Children<T> implements Iterator<T> {
    private final IntFunction<T> view;
    private final int nameLength; // nodes from a child to its value
    private final int end;
    private int next = node + 1;

    /** Walks through this, if it is of that kind, else through nothing. */
    Children(Kind parent, IntFunction<T> view) {
      this.view = view;
      this.nameLength = (parent == Kind.OBJECT) ? 1 : 0;
      this.end = is(parent) ? document.next(node) : next;
    }

    @Override
    public boolean hasNext() {
      return next < end;
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int child = next;
      next = document.next(child + nameLength);
      return view.apply(child);
    }
  }
}
