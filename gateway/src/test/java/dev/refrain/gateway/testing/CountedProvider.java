package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** A provider whose replies can be told from all others, and come as slowly as one likes. */
public final class CountedProvider implements AutoCloseable {
  private static final int OK = 200;
  private static final int STOP_SECONDS = 0;
  private static final Pattern QUESTION = Pattern.compile("\"content\":\"([^\"]*)\"");

  private final HttpServer server;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<String, List<Integer>> callsByQuestion = new ConcurrentHashMap<>();
  private final int events;
  private final long pauseMillis;

  /** A provider that says so many words with such pauses. */
  public CountedProvider(int events, long pauseMillis) throws IOException {
    this.events = events;
    this.pauseMillis = pauseMillis;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  /** Returns its address. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Returns how often it was called. */
  public int calls() {
    return calls.get();
  }

  /** Returns the numbers of the calls in which it was asked this, in their order. */
  public List<Integer> calls(String question) {
    return List.copyOf(callsByQuestion.getOrDefault(question, List.of()));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var asked = QUESTION.matcher(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
      int call = calls.incrementAndGet();
      if (asked.find()) {
        callsByQuestion
            .computeIfAbsent(asked.group(1), unused -> new CopyOnWriteArrayList<>())
            .add(call);
      }
      exchange.getResponseHeaders().add("content-type", "text/event-stream");
      exchange.sendResponseHeaders(OK, 0);
      var out = exchange.getResponseBody();
      for (int i = 0; i < events; i++) {
        Thread.sleep(pauseMillis); // it speaks as models do
        out.write(event(call, i).getBytes(UTF_8));
        out.flush();
      }
      out.write(end().getBytes(UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is closed
    }
  }

  private static String event(int call, int index) {
    var word = "w%d-%d ".formatted(call, index);
    return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + word + "\"}}]}\n\n";
  }

  private static String end() {
    return """
    data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

    data: [DONE]

    """;
  }

  /** Returns all that it said, or will say, in the call of this number. */
  public String reply(int call) {
    var all = new StringBuilder();
    for (int i = 0; i < events; i++) {
      all.append(event(call, i));
    }
    return all.append(end()).toString();
  }

  @Override
  public void close() {
    server.stop(STOP_SECONDS);
  }
}
