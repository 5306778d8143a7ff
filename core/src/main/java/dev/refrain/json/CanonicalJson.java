package dev.refrain.json;

import java.io.ByteArrayOutputStream;
import java.util.Set;

/**
 * Writes the canonical form of a value: equal values give equal bytes, different values different
 * ones, however they were spaced, ordered and escaped.
 *
 * <p>The form is that of RFC 8785 with one difference: numbers are exact decimals instead of
 * doubles. {@code 1}, {@code 1.0} and {@code 1e0} are equal, while {@code 333333333.33333329} and
 * {@code 333333333.3333333} are not.
 */
public final class CanonicalJson {
  private final Document document;
  private final Staging out;

  private CanonicalJson(Document document, Staging out) {
    this.document = document;
    this.out = out;
  }

  /** Writes {@code value} without those of its own members whose names are given. */
  public static void write(Json value, Set<String> without, ByteSink sink) {
    var out = new Staging(sink);
    new CanonicalJson(value.document(), out).write(value.node(), without);
    out.flush();
  }

  /** Returns what {@link #write} writes. */
  public static byte[] bytes(Json value, Set<String> without) {
    var bytes = new ByteArrayOutputStream(value.rawLength());
    write(value, without, bytes::write);
    return bytes.toByteArray();
  }

  private void write(int node, Set<String> without) {
    switch (document.kind(node)) {
      case OBJECT -> writeObject(node, without);
      case ARRAY -> writeArray(node);
      case STRING -> writeString(node);
      case NUMBER ->
          CanonicalNumber.write(document.bytes, document.start(node), document.end(node), out);
      case TRUE, FALSE, NULL -> writeRaw(node);
    }
  }

  private void writeObject(int object, Set<String> without) {
    out.write('{');
    boolean first = true;
    for (int name = document.first(object); name != 0; name = document.next(name)) {
      if (without.isEmpty() || !without.contains(document.text(name))) {
        if (!first) {
          out.write(',');
        }
        first = false;
        writeString(name);
        out.write(':');
        write(name + 1, Set.of());
      }
    }
    out.write('}');
  }

  private void writeArray(int array) {
    out.write('[');
    int end = document.next(array);
    for (int element = array + 1; element < end; element = document.next(element)) {
      if (element > array + 1) {
        out.write(',');
      }
      write(element, Set.of());
    }
    out.write(']');
  }

  private void writeString(int string) {
    if (document.isRespelt(string)) {
      out.write('"');
      JsonText.writeCanonical(
          document.bytes, document.start(string) + 1, document.end(string) - 1, out);
      out.write('"');
    } else {
      writeRaw(string);
    }
  }

  private void writeRaw(int node) {
    int start = document.start(node);
    out.write(document.bytes, start, document.end(node) - start);
  }
}
