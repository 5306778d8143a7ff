package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Collects traces that come by OTLP over HTTP. Thread-safe. */
public final class Collector implements AutoCloseable {
  /*
   * What comes is an ExportTraceServiceRequest of opentelemetry-proto; of its fields, by their
   * numbers, those are read that tests look at.
   */

  private static final int OK = 200;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Gate gate = new Gate();
  private final List<Span> spans = new ArrayList<>(); // guarded by this, as all below is
  private final StringBuilder raw = new StringBuilder();
  private Map<String, Object> resource = Map.of();
  private String path = "";

  /**
   * A span.
   *
   * @param kind 2 of a server, 3 of a client
   * @param links the traces and spans to which it is linked, TRACE/SPAN
   * @param status 2 for an error
   */
  public record Span(
      String traceId,
      String spanId,
      String parentId,
      String name,
      long kind,
      Map<String, Object> attributes,
      List<String> links,
      long status) {
    /** Returns what a link to it looks like. */
    public String asLink() {
      return traceId + "/" + spanId;
    }

    /** Returns an attribute as text; "" for none. */
    public String at(String name) {
      return String.valueOf(attributes.getOrDefault(name, ""));
    }

    /** Returns whether it is of a call upstream. */
    public boolean isCall() {
      return kind == 3;
    }
  }

  private Collector(HttpServer server, boolean deaf) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", exchange -> take(exchange, deaf));
    server.start();
  }

  /** Returns a collector that listens. */
  public static Collector start() throws IOException {
    return new Collector(bound(), false);
  }

  /** Returns one that takes whatever comes, and does not answer before it is closed. */
  public static Collector startDeaf() throws IOException {
    return new Collector(bound(), true);
  }

  private static HttpServer bound() throws IOException {
    return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  /** Returns where it listens. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void take(HttpExchange exchange, boolean deaf) throws IOException {
    try (exchange) {
      var body = exchange.getRequestBody().readAllBytes();
      if (deaf) {
        gate.pass();
      }
      read(exchange.getRequestURI().getPath(), body);
      exchange.sendResponseHeaders(OK, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is being closed
    }
  }

  private synchronized void read(String at, byte[] body) {
    path = at;
    raw.append(new String(body, ISO_8859_1));
    for (var ofOne : new ProtoMessage(body).messages(1)) {
      for (var one : ofOne.messages(1)) {
        resource = attributes(one.messages(1));
      }
      for (var scope : ofOne.messages(2)) {
        scope.messages(2).forEach(span -> spans.add(span(span)));
      }
    }
  }

  private static Span span(ProtoMessage span) {
    var links = new ArrayList<String>();
    span.messages(13).forEach(link -> links.add(link.hex(1) + "/" + link.hex(2)));
    long status = 0;
    for (var one : span.messages(15)) {
      status = one.number(3);
    }
    return new Span(
        span.hex(1),
        span.hex(2),
        span.hex(4),
        span.text(5),
        span.number(6),
        attributes(span.messages(9)),
        links,
        status);
  }

  private static Map<String, Object> attributes(List<ProtoMessage> pairs) {
    var attributes = new HashMap<String, Object>();
    for (var pair : pairs) {
      for (var value : pair.messages(2)) {
        attributes.put(pair.text(1), value.has(1) ? value.text(1) : (Object) value.anyNumber());
      }
    }
    return attributes;
  }

  /** Waits until so many spans have come, and returns all. */
  public List<Span> await(int count) throws InterruptedException {
    Poll.until(count + " spans", () -> spans().size() >= count);
    return spans();
  }

  /** Returns all spans that have come. */
  public synchronized List<Span> spans() {
    return List.copyOf(spans);
  }

  /** Returns where they came to. */
  public synchronized String path() {
    return path;
  }

  /** Returns who has sent them. */
  public synchronized Map<String, Object> resource() {
    return resource;
  }

  /** Returns all that has come, byte for byte. */
  public synchronized String raw() {
    return raw.toString();
  }

  /** Waits until something has come to one that does not answer. */
  public void awaitReached() throws InterruptedException {
    gate.awaitReached();
  }

  @Override
  public void close() {
    gate.open();
    server.stop(0);
    threads.close();
  }
}
