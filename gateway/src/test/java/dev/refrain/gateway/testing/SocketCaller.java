package dev.refrain.gateway.testing;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The JDK's own client of WebSockets, and all that it hears. */
public final class SocketCaller implements AutoCloseable {
  private static final long SECONDS_MAX = 40; // only a broken test waits so long

  private final HttpClient client = HttpClient.newHttpClient();
  private final Ears ears = new Ears();
  private final WebSocket socket;

  /** With which words the other side has ended it. */
  public record Farewell(int code, String reason) {}

  private SocketCaller(URI url, String key) throws Exception {
    socket =
        client
            .newWebSocketBuilder()
            .header("authorization", "Bearer " + key)
            .buildAsync(url, ears)
            .get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  /** Opens a WebSocket. */
  public static SocketCaller to(int port, String path, String key) throws Exception {
    return new SocketCaller(URI.create("ws://127.0.0.1:" + port + path), key);
  }

  /** Says a text, in two frames. */
  public void say(String text) throws Exception {
    int middle = text.length() / 2;
    socket.sendText(text.substring(0, middle), false).get(SECONDS_MAX, TimeUnit.SECONDS);
    socket.sendText(text.substring(middle), true).get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  /** Returns the next text. */
  public String hear() throws InterruptedException {
    var text = ears.texts.poll(SECONDS_MAX, TimeUnit.SECONDS);
    if (text == null) {
      throw new AssertionError("nothing more was heard");
    }
    return text;
  }

  /** Says farewell. */
  public void end(int code, String reason) throws Exception {
    socket.sendClose(code, reason).get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  /** Returns how the other side said farewell. */
  public Farewell farewell() throws Exception {
    return ears.farewell.get(SECONDS_MAX, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    socket.abort();
    client.close();
  }

  private static final class Ears implements WebSocket.Listener {
    final LinkedBlockingQueue<String> texts = new LinkedBlockingQueue<>();
    final CompletableFuture<Farewell> farewell = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder(); // one after the other is called

    @Override
    public CompletionStage<?> onText(WebSocket heard, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        texts.add(text.toString());
        text.setLength(0);
      }
      return WebSocket.Listener.super.onText(heard, data, last);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket heard, int code, String reason) {
      farewell.complete(new Farewell(code, reason));
      return WebSocket.Listener.super.onClose(heard, code, reason);
    }

    @Override
    public void onError(WebSocket heard, Throwable error) {
      farewell.completeExceptionally(error);
    }
  }
}
