package dev.refrain.dialect;

import dev.refrain.Chunks;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.sse.SseEvent;
import dev.refrain.sse.SseReader;
import dev.refrain.sse.SseTooLargeException;
import java.util.ArrayList;
import java.util.List;

/**
 * A recorded stream, as OpenAI's are: events of JSON, and {@code [DONE]} behind them.
 *
 * @param events all but the terminal one
 * @param ended whether the terminal event is there and nothing comes after it
 */
record EventStream(List<Event> events, boolean ended) {
  /** What the data of the terminal event are. */
  static final String DONE = "[DONE]";

  private static final String DEFAULT_TYPE = "message";

  EventStream {
    events = List.copyOf(events);
  }

  /**
   * An event.
   *
   * @param millis when the last of it came, counted from the call's departure
   */
  record Event(SseEvent event, int millis) {
    boolean isError() {
      return event.type().equals("error");
    }

    /** Tells whether there is no more to it than its data. */
    boolean isPlain() {
      return event.type().equals(DEFAULT_TYPE) && event.id().isEmpty();
    }

    byte[] data() {
      return event.bytes();
    }

    Json json() throws JsonRejected {
      return Json.parse(event.bytes());
    }
  }

  static EventStream read(Chunks chunks) throws SseTooLargeException {
    var reader = new SseReader();
    var events = new ArrayList<Event>();
    for (int i = 0; i < chunks.count(); i++) {
      int millis = chunks.millis(i);
      reader.accept(chunks.chunk(i), event -> events.add(new Event(event, millis)));
    }
    boolean done = !events.isEmpty() && events.getLast().event().text().equals(DONE);
    if (done) {
      events.removeLast();
    }
    return new EventStream(events, done && !reader.hasPending());
  }

  /** Tells whether these are all events, and nothing more than their data. */
  boolean isPlain() {
    return ended && events.stream().allMatch(Event::isPlain);
  }
}
