package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The head of a message of HTTP/1, as it came.
 *
 * @param line the first line, without its end
 * @param fields the headers in their order, names as they came
 */
public record Head(String line, List<Map.Entry<String, String>> fields) {
  public Head {
    fields = List.copyOf(fields);
  }

  /** Returns the first value of a header, or "" if there is none. */
  public String get(String name) {
    var all = all(name);
    return all.isEmpty() ? "" : all.getFirst();
  }

  /** Returns all values of a header. */
  public List<String> all(String name) {
    return fields.stream()
        .filter(field -> field.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** Returns the names of all headers, in lower case. */
  public List<String> names() {
    return fields.stream().map(field -> field.getKey().toLowerCase(Locale.ROOT)).toList();
  }

  /** Reads a head and not one byte more. */
  static Head read(InputStream in) throws IOException {
    var line = readLine(in);
    var fields = new ArrayList<Map.Entry<String, String>>();
    for (var field = readLine(in); !field.isEmpty(); field = readLine(in)) {
      int colon = field.indexOf(':');
      if (colon < 0) {
        throw new IOException("no header: " + field);
      }
      fields.add(Map.entry(field.substring(0, colon), field.substring(colon + 1).strip()));
    }
    return new Head(line, fields);
  }

  /** Reads a line that ends as HTTP wants it. */
  static String readLine(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    while (true) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException("ended within a line: " + line.toString(ISO_8859_1));
      }
      if (b == '\n') {
        var text = line.toString(ISO_8859_1);
        if (!text.endsWith("\r")) {
          throw new IOException("a line without a carriage return: " + text);
        }
        return text.substring(0, text.length() - 1);
      }
      line.write(b);
    }
  }
}
