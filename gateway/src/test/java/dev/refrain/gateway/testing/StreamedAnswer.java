package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What a client got of a stream, and when.
 *
 * @param how the header that says how it was come by
 * @param eventNanos when each event was there
 * @param endNanos when it ended, well or not
 * @param whole whether it ended as HTTP has it
 */
public record StreamedAnswer(
    String how, String text, List<Long> eventNanos, long endNanos, boolean whole) {
  private static final int BUFFER_BYTES = 4096;

  /** Asks, and reads all there is. */
  public static StreamedAnswer of(HttpClient client, GatewayProcess gateway, String question)
      throws InterruptedException {
    var request =
        HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
            .header("authorization", "Bearer sk-fleet")
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body(question)))
            .build();
    var how = "";
    var text = new ByteArrayOutputStream();
    var events = new ArrayList<Long>();
    boolean whole = false;
    try {
      var response = client.send(request, BodyHandlers.ofInputStream());
      how = response.headers().firstValue("cache-status").orElse("");
      try (var in = response.body()) {
        read(in, text, events);
        whole = true;
      }
    } catch (IOException e) {
      // it broke off: that is what is to be seen
    }
    return new StreamedAnswer(how, text.toString(UTF_8), events, System.nanoTime(), whole);
  }

  /** Returns what is asked for it. */
  public static String body(String question) {
    return """
    {"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"%s"}]}\
    """
        .formatted(question);
  }

  /** Returns for how long at most nothing came, from a time on. */
  public Duration longestSilence(long fromNanos) {
    long last = fromNanos;
    long longest = 0;
    for (long nanos : eventNanos) {
      longest = Math.max(longest, nanos - last);
      last = Math.max(last, nanos);
    }
    return Duration.ofNanos(Math.max(longest, endNanos - last));
  }

  private static void read(InputStream in, ByteArrayOutputStream text, List<Long> events)
      throws IOException {
    var buffer = new byte[BUFFER_BYTES];
    int last = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      for (int i = 0; i < n; i++) {
        if (buffer[i] == '\n' && last == '\n') {
          events.add(System.nanoTime());
        }
        last = buffer[i];
      }
      text.write(buffer, 0, n);
    }
  }
}
