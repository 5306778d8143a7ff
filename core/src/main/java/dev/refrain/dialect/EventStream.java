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
 * A recorded stream, as OpenAI's are: events of JSON, and mostly {@code [DONE]} behind them.
 *
 * @param events all of them, without a {@code [DONE]} at the end
 * @param done whether that was there
 * @param cut whether something is begun at the end that is no event
 */
record EventStream(List<Event> events, boolean done, boolean cut) {
  /** What the data of the last event are. */
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
      return isNamed("error");
    }

    /** Tells whether there is no more to it than its data. */
    boolean isPlain() {
      return isOf(DEFAULT_TYPE);
    }

    /** Tells whether there is no more to it than its data and perhaps this type. */
    boolean isOf(String type) {
      return event.id().isEmpty() && (isNamed(type) || isNamed(DEFAULT_TYPE));
    }

    private boolean isNamed(String type) {
      return event.type().equals(type);
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
    return new EventStream(events, done, reader.hasPending());
  }

  /** Tells whether {@code [DONE]} is there and nothing comes after it. */
  boolean ended() {
    return done && !cut;
  }

  /** Tells whether these are all events, and nothing more than their data. */
  boolean isPlain() {
    return ended() && events.stream().allMatch(Event::isPlain);
  }
}
