package dev.refrain.sse;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Reads a stream of server-sent events, in whatever pieces it arrives. Not thread-safe; after a
 * {@link SseTooLargeException} it is of no more use.
 */
public final class SseReader {

  /*
   * stream = [bom] line*
   * line   = (blank | comment | field) end       a blank line ends an event
   * field  = name [":" [" "] value]
   * end    = CR LF | LF | CR
   *
   * A piece is cut into lines. The part of a line that a piece ends with stays in "unfinished"
   * until the rest arrives. A CR ends its line at once; a LF that follows is passed over.
   */

  /** How many bytes of one event are held, unless said otherwise. */
  public static final int EVENT_BYTES_MAX = 16 << 20;

  private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final int FIELD_NAME_MAX = 5;
  private static final String DEFAULT_TYPE = "message";
  private static final Pattern RETRY = Pattern.compile("[0-9]{1,18}"); // so that a long holds it

  private final int eventBytesMax;
  private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream(0);
  private final EventData data = new EventData();
  private String type = "";
  private String lastId = "";
  private long retryMillis = -1;
  private boolean atStart = true;
  private boolean afterCarriageReturn;

  public SseReader() {
    this(EVENT_BYTES_MAX);
  }

  /** Makes a reader that holds no more than {@code eventBytesMax} bytes of an event. */
  public SseReader(int eventBytesMax) {
    this.eventBytesMax = eventBytesMax;
  }

  /** Returns the events of a whole stream, which keep views of it as {@link #accept} says. */
  public static List<SseEvent> readAll(byte[] stream) throws SseTooLargeException {
    var events = new ArrayList<SseEvent>();
    new SseReader().accept(stream, events::add);
    return events;
  }

  /** Takes the next piece of the stream, all that remains in it; copies it. */
  public void accept(ByteBuffer piece, Consumer<? super SseEvent> events)
      throws SseTooLargeException {
    var copy = new byte[piece.remaining()];
    piece.get(copy);
    accept(copy, events);
  }

  /**
   * Takes the next piece of the stream and hands on the events that it ends. Their data are views
   * of the piece wherever possible, so it must not be changed any more.
   */
  public void accept(byte[] piece, Consumer<? super SseEvent> events) throws SseTooLargeException {
    var rest = new Slice(piece, 0, piece.length);
    while (rest.length() > 0) {
      if (afterCarriageReturn && rest.startsWith('\n')) {
        rest = rest.after(1);
      }
      afterCarriageReturn = false;
      var line = rest.until(rest.lineEnd());
      holdAtMost(unfinished.size() + (long) line.length());
      if (line.to == rest.to) {
        unfinished.write(line.bytes, line.from, line.length());
        return;
      }
      endLine(line, events);
      afterCarriageReturn = piece[line.to] == '\r';
      rest = rest.after(line.length() + 1);
    }
  }

  /** Tells whether something is begun and not ended: at the end of the stream it is no event. */
  public boolean hasPending() {
    return unfinished.size() > 0 || data.hasLines() || !type.isEmpty();
  }

  /** Returns the last {@code retry} of the stream, or -1 if there was none. */
  public long retryMillis() {
    return retryMillis;
  }

  private void holdAtMost(long lineBytes) throws SseTooLargeException {
    if (lineBytes + data.size() + type.length() > eventBytesMax) {
      throw new SseTooLargeException(eventBytesMax);
    }
  }

  private void endLine(Slice end, Consumer<? super SseEvent> events) {
    var line = finish(end);
    if (atStart && line.startsWith(BOM)) {
      line = line.after(BOM.length);
    }
    atStart = false;
    if (line.length() == 0) {
      endEvent(events);
    } else {
      readField(line);
    }
  }

  /** Returns the line of which {@code end} is the end. */
  private Slice finish(Slice end) {
    if (unfinished.size() == 0) {
      return end;
    }
    unfinished.write(end.bytes, end.from, end.length());
    byte[] line = unfinished.toByteArray();
    unfinished.reset();
    return new Slice(line, 0, line.length);
  }

  private void endEvent(Consumer<? super SseEvent> events) {
    var endedType = type.isEmpty() ? DEFAULT_TYPE : type;
    type = "";
    if (data.hasLines()) {
      events.accept(new SseEvent(endedType, data.take(), lastId));
    }
  }

  private void readField(Slice line) {
    var name = line.until(line.find(':'));
    if (name.length() > FIELD_NAME_MAX) {
      return;
    }
    var value = line.after(name.length());
    if (value.startsWith(':')) {
      value = value.after(1);
    }
    if (value.startsWith(' ')) {
      value = value.after(1);
    }
    switch (name.text()) {
      case "data" -> data.add(value);
      case "event" -> type = value.text();
      case "id" -> readId(value.text());
      case "retry" -> readRetry(value.text());
      default -> {} // a comment, whose name is empty, or a field that nobody knows
    }
  }

  private void readId(String id) {
    if (id.indexOf('\0') < 0) {
      lastId = id;
    }
  }

  private void readRetry(String digits) {
    if (RETRY.matcher(digits).matches()) {
      retryMillis = Long.parseLong(digits);
    }
  }
}
