package dev.refrain.sse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The rules of the WHATWG word by word: a whole stream as a string, line by line. */
final class SseModel {
  private SseModel() {}

  static List<SseEvent> read(byte[] bytes) {
    var stream = new String(bytes, UTF_8);
    if (stream.startsWith("\ufeff")) {
      stream = stream.substring(1);
    }
    var events = new ArrayList<SseEvent>();
    var data = new StringBuilder();
    var type = "";
    var id = "";
    var lines = new ArrayList<>(List.of(stream.split("\r\n|\n|\r", -1)));
    lines.removeLast(); // nothing, or a line without an end
    for (var line : lines) {
      int colon = line.indexOf(':');
      var field = (colon < 0) ? line : line.substring(0, colon);
      var value = (colon < 0) ? "" : line.substring(colon + 1);
      value = value.startsWith(" ") ? value.substring(1) : value;
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          data.setLength(data.length() - 1);
          events.add(event(type.isEmpty() ? "message" : type, data.toString(), id));
        }
        data.setLength(0);
        type = "";
      } else if (field.equals("event")) {
        type = value;
      } else if (field.equals("data")) {
        data.append(value).append('\n');
      } else if (field.equals("id") && !value.contains("\0")) {
        id = value;
      }
    }
    return events;
  }

  /** Returns an event with data that is well-formed, as the data of the model's events is. */
  static SseEvent event(String type, String data, String id) {
    return new SseEvent(type, ByteBuffer.wrap(data.getBytes(UTF_8)), id);
  }
}
