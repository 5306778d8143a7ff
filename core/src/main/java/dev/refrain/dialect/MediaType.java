package dev.refrain.dialect;

import dev.refrain.Form;
import dev.refrain.Headers;
import java.util.Locale;

/** What the body of a reply is, by its form. */
enum MediaType {
  JSON("application/json", "application/json"),
  EVENTS("text/event-stream", "text/event-stream; charset=utf-8"),
  LINES("application/x-ndjson", "application/x-ndjson");

  private final String essence;
  private final String field;

  MediaType(String essence, String field) {
    this.essence = essence;
    this.field = field;
  }

  static MediaType of(Form form) {
    return StreamForms.isStream(form) ? EVENTS : JSON;
  }

  /** Tells whether a {@code Content-Type} is this one, whatever its parameters. */
  boolean matches(String contentType) {
    return essence(contentType).equals(essence);
  }

  /** Returns a media type without its parameters, in lower case. */
  static String essence(String contentType) {
    int end = contentType.indexOf(';');
    var found = (end < 0) ? contentType : contentType.substring(0, end);
    return found.strip().toLowerCase(Locale.ROOT);
  }

  /** Returns the headers with this as their {@code Content-Type}. */
  Headers in(Headers headers) {
    return headers.with("content-type", field);
  }
}
