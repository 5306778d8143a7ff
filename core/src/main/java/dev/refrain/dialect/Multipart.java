package dev.refrain.dialect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A form with its parts, in place in the bytes that came. */
final class Multipart {

  /*
   * body     = delimiter part *(CRLF delimiter part) CRLF delimiter "--" [CRLF]
   * delimiter = "--" boundary
   * part     = CRLF *(field CRLF) CRLF content
   * field    = "Content-Disposition:" "form-data" *(";" parameter)
   *          | "Content-Type:" anything
   *          | "Content-Length:" digits
   *          | "Content-Transfer-Encoding:" ("binary" | "8bit")
   * parameter = name "=" (word | quoted)
   *
   * That is less than RFC 7578 and RFC 2046 allow, and all that clients send. Where two readers
   * could read two forms (escapes, comments, folded lines, white space behind a delimiter, anything
   * before the first or after the last), this one reads none.
   */

  private static final int PARTS_MAX = 256;
  private static final int HEAD_BYTES_MAX = 4096;
  private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);
  private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(US_ASCII);
  private static final byte[] DASHES = "--".getBytes(US_ASCII);

  private static final Pattern TYPE =
      ignoringCase("multipart/form-data *; *boundary=(?:\"([^\"\\\\]+)\"|([^ ;\"]+))");
  private static final Pattern BOUNDARY = Pattern.compile("[0-9A-Za-z'()+_,./:=?-]{1,70}");
  private static final String PARAMETER = "; *([a-z]+\\*?)=(?:\"([^\"\\\\]*)\"|([^ ;\"\\\\]+)) *";
  private static final Pattern EACH_PARAMETER = ignoringCase(PARAMETER);
  private static final Pattern DISPOSITION = ignoringCase("form-data *(?:" + PARAMETER + "){1,3}");
  private static final Pattern ENCODING = ignoringCase("binary|8bit");
  private static final Set<String> PARAMETERS = Set.of("name", "filename", "filename*");
  private static final Set<String> FIELDS =
      Set.of("content-disposition", "content-type", "content-length", "content-transfer-encoding");

  private final byte[] bytes;
  private final List<Part> parts = new ArrayList<>();

  private Multipart(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A part, whose content lies between two places in the bytes.
   *
   * @param type its media type as it stands there, or nothing
   * @param isFile whether it has the name of a file
   */
  record Part(String name, String type, boolean isFile, int from, int to) {}

  private static Pattern ignoringCase(String expression) {
    return Pattern.compile(expression, Pattern.CASE_INSENSITIVE);
  }

  /** Tells whether a {@code Content-Type} announces a form with parts. */
  static boolean isAnnouncedBy(String contentType) {
    return contentType.strip().toLowerCase(Locale.ROOT).startsWith("multipart/");
  }

  /** Reads a form, or returns null if there is any doubt about it. */
  static @Nullable Multipart read(String contentType, byte[] bytes) {
    var boundary = boundary(contentType);
    var form = new Multipart(bytes);
    return boundary != null && form.read("--" + boundary) ? form : null;
  }

  /** Reads a form, or as much of it as is there and in no doubt. Good for no key. */
  static Multipart skim(String contentType, byte[] bytes) {
    var boundary = boundary(contentType);
    var form = new Multipart(bytes);
    if (boundary != null) {
      boolean unused = form.read("--" + boundary);
    }
    return form;
  }

  private static @Nullable String boundary(String contentType) {
    var type = TYPE.matcher(contentType.strip());
    if (!type.matches()) {
      return null;
    }
    var boundary = (type.group(1) == null) ? type.group(2) : type.group(1);
    return BOUNDARY.matcher(boundary).matches() ? boundary : null;
  }

  /** Returns what a field says that is given once and is no file, or nothing if there is none. */
  @Nullable String field(String name) {
    String found = "";
    int count = 0;
    for (var part : parts) {
      if (part.name.equals(name)) {
        found = part.isFile ? null : new String(bytes, part.from, part.to - part.from, UTF_8);
        count++;
      }
    }
    return (count > 1) ? null : found;
  }

  /** Adds all that decides to a digest: of each part its name, type and content, in their order. */
  void addTo(MessageDigest digest) {
    for (var part : parts) {
      var head = part.name + '\n' + part.type + '\n' + (part.isFile ? "file" : "field") + '\n';
      digest.update((head + (part.to - part.from) + '\n').getBytes(UTF_8));
      digest.update(bytes, part.from, part.to - part.from);
    }
  }

  private boolean read(String delimiter) {
    var next = ("\r\n" + delimiter).getBytes(US_ASCII);
    int at = next.length - CRLF.length;
    if (!isAt(0, delimiter.getBytes(US_ASCII))) {
      return false;
    }
    while (isAt(at, CRLF) && parts.size() < PARTS_MAX) {
      int head = at + CRLF.length;
      int headEnd = find(END_OF_HEAD, head, head + HEAD_BYTES_MAX);
      int content = headEnd + END_OF_HEAD.length;
      int end = (headEnd < 0) ? -1 : find(next, content, bytes.length);
      var part = (end < 0) ? null : part(head, headEnd, end);
      if (part == null) {
        return false;
      }
      parts.add(part);
      at = end + next.length;
    }
    int end = at + DASHES.length;
    return isAt(at, DASHES)
        && (end == bytes.length || (isAt(end, CRLF) && end + CRLF.length == bytes.length));
  }

  /** Returns the first place before {@code to} where the wanted begins, or -1. */
  private int find(byte[] wanted, int from, int to) {
    int last = Math.min(to, bytes.length - wanted.length + 1);
    for (int at = from; at < last; at++) {
      if (bytes[at] == wanted[0] && isAt(at, wanted)) {
        return at;
      }
    }
    return -1;
  }

  private boolean isAt(int at, byte[] wanted) {
    return at + wanted.length <= bytes.length
        && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length);
  }

  /** Returns the part whose head lies between two places, or null if there is any doubt. */
  private @Nullable Part part(int head, int headEnd, int end) {
    var fields = fields(new String(bytes, head, headEnd - head, ISO_8859_1));
    var disposition = (fields == null) ? null : fields.get("content-disposition");
    var parameters = (disposition == null) ? null : parameters(disposition);
    var name = (parameters == null) ? null : parameters.get("name");
    if (fields == null || parameters == null || name == null) {
      return null;
    }
    int content = headEnd + END_OF_HEAD.length;
    var length = Integer.toString(end - content);
    if (!fields.getOrDefault("content-length", length).equals(length)
        || !ENCODING
            .matcher(fields.getOrDefault("content-transfer-encoding", "binary"))
            .matches()) {
      return null;
    }
    var type = fields.getOrDefault("content-type", "");
    boolean isFile = parameters.containsKey("filename") || parameters.containsKey("filename*");
    return new Part(name, type, isFile, content, end);
  }

  private static @Nullable Map<String, String> fields(String head) {
    var fields = new HashMap<String, String>();
    for (var line : head.split("\r\n", -1)) {
      int colon = line.indexOf(':');
      var name = (colon < 0) ? "" : line.substring(0, colon).toLowerCase(Locale.ROOT);
      var value = line.substring(colon + 1).strip();
      boolean plain = value.chars().noneMatch(Multipart::isControl);
      if (!plain || !FIELDS.contains(name) || fields.put(name, value) != null) {
        return null;
      }
    }
    return fields;
  }

  /** What is beyond ASCII here are the bytes of UTF-8, or of whatever the client writes. */
  private static boolean isControl(int character) {
    return character < ' ' || character == 0x7f;
  }

  private static @Nullable Map<String, String> parameters(String disposition) {
    if (!DISPOSITION.matcher(disposition).matches()) {
      return null;
    }
    var parameters = new HashMap<String, String>();
    var each = EACH_PARAMETER.matcher(disposition);
    while (each.find()) {
      var name = each.group(1).toLowerCase(Locale.ROOT);
      var value = (each.group(2) == null) ? each.group(3) : each.group(2);
      if (!PARAMETERS.contains(name) || parameters.put(name, value) != null) {
        return null;
      }
    }
    return parameters;
  }
}
