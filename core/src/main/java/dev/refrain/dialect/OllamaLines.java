package dev.refrain.dialect;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A recorded reply as the lines of which it consists, or the one object that it is.
 *
 * @param ended whether the last says that all is done, and no other does
 */
record OllamaLines(List<Line> lines, boolean ended) {

  OllamaLines {
    lines = List.copyOf(lines);
  }

  /**
   * A line.
   *
   * @param millis when the last of it came, counted from the call's departure
   */
  record Line(Json json, int millis) {
    boolean isLast() {
      return Field.of(json, "done").is(Kind.TRUE);
    }
  }

  static OllamaLines read(Form form, Chunks chunks) throws JsonRejected {
    var bytes = chunks.bytes();
    var lines = new ArrayList<Line>();
    int chunk = 0;
    int chunkEnd = 0;
    for (int start = 0; start < bytes.length; ) {
      int end = form.equals(OllamaRequest.STREAM) ? lineEnd(bytes, start) : bytes.length;
      while (chunkEnd < end) {
        chunkEnd += chunks.chunk(chunk++).remaining();
      }
      if (end > start) {
        var line = Json.parse(Arrays.copyOfRange(bytes, start, end));
        lines.add(new Line(line, chunks.millis(chunk - 1)));
      }
      start = end + 1;
    }
    long last = lines.stream().filter(Line::isLast).count();
    return new OllamaLines(lines, last == 1 && lines.getLast().isLast());
  }

  private static int lineEnd(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && bytes[at] != '\n') {
      at++;
    }
    return at;
  }
}
