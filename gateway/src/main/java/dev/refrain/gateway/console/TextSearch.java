package dev.refrain.gateway.console;

import dev.refrain.Recording;
import dev.refrain.gateway.figures.SpokenText;
import java.util.Locale;

/** Looks for a text in answers, and in what was asked for them where that is kept. */
record TextSearch(String wanted) {
  /** Looks for a text without regard to case. */
  static TextSearch of(String text) {
    return new TextSearch(text.strip().toLowerCase(Locale.ROOT));
  }

  boolean fits(Recording recording) {
    var request = recording.request();
    if (request != null && has(SpokenText.ofRequest(request.request().body()))) {
      return true;
    }
    var type = recording.headers().get("content-type");
    boolean isStream = type != null && type.startsWith("text/event-stream");
    return has(SpokenText.ofReply(recording.chunks().bytes(), isStream));
  }

  private boolean has(String said) {
    return said.toLowerCase(Locale.ROOT).contains(wanted);
  }
}
