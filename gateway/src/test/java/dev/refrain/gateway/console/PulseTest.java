package dev.refrain.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Headers;
import dev.refrain.gateway.admin.AdminRequest;
import dev.refrain.gateway.admin.Route.Streaming;
import dev.refrain.testing.Poll;
import io.vertx.core.Vertx;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class PulseTest {
  private static final String REQUEST = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

  private final Counting source = new Counting();
  private final Pulse pulse = new Pulse(source);
  private final Vertx vertx = Vertx.vertx();
  private final List<Socket> browsers = new ArrayList<>();
  private int port;

  /** Counts how often it is asked. */
  private static final class Counting implements Pulse.Source {
    final AtomicInteger samples = new AtomicInteger();
    final AtomicInteger figures = new AtomicInteger();

    @Override
    public List<long[]> samples() {
      return List.of(new long[] {samples.incrementAndGet(), -1});
    }

    @Override
    public String figures() {
      return "{\"made\":" + figures.incrementAndGet() + "}";
    }
  }

  @BeforeEach
  void serve() throws Exception {
    var action = (Streaming) pulse.route().action();
    var asked = new AdminRequest("GET", Map.of(), "", Headers.none(), new byte[0]);
    var server =
        vertx
            .createHttpServer()
            .requestHandler(request -> action.stream(request, asked))
            .listen(0, "127.0.0.1");
    port = server.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS).actualPort();
  }

  @AfterEach
  void close() throws Exception {
    for (var browser : browsers) {
      browser.close();
    }
    pulse.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private Socket open() throws Exception {
    int before = pulse.listeners();
    var browser = new Socket(InetAddress.getLoopbackAddress(), port);
    browser.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
    browsers.add(browser);
    Poll.until("a console more", () -> pulse.listeners() == before + 1);
    return browser;
  }

  private static void readUntil(InputStream in, String end) throws Exception {
    var read = new StringBuilder();
    while (read.indexOf(end) < 0) {
      int next = in.read();
      assertThat(next).as(read.toString()).isNotNegative();
      read.append((char) next);
    }
  }

  @Test
  void whoComesLateLearnsOfWhatWasBefore() throws Exception {
    pulse.beat();
    pulse.beat();
    var in = open().getInputStream();

    readUntil(in, "event: past\ndata: {\"samples\":[[1,-1],[2,-1]],\"now\":{\"made\":1}}\n\n");
    pulse.beat();
    readUntil(in, "event: now\ndata: {\"samples\":[[3,-1]],\"now\":{\"made\":2}}\n\n");
  }

  @Test
  void nothingIsWrittenDownWhileNobodyListensAndOnceForAll() throws Exception {
    pulse.beat();
    assertThat(source.figures.get()).isZero();
    for (int i = 0; i < 10; i++) {
      open();
    }
    int before = source.figures.get();
    pulse.beat();
    assertThat(source.figures.get()).isEqualTo(before + 1);
    for (var browser : browsers) {
      var figures = "\"now\":{\"made\":" + (before + 1);
      readUntil(browser.getInputStream(), "{\"samples\":[[2,-1]]," + figures);
    }
  }

  @Test
  void whoLeavesIsForgotten() throws Exception {
    var first = open();
    open();
    first.close();
    Poll.until("one console less", () -> pulse.listeners() == 1);
  }

  @Test
  void thereAreOnlySoMany() throws Exception {
    for (int i = 0; i < 100; i++) {
      open();
    }
    try (var late = new Socket(InetAddress.getLoopbackAddress(), port)) {
      late.getOutputStream().write(REQUEST.getBytes(StandardCharsets.US_ASCII));
      readUntil(late.getInputStream(), "HTTP/1.1 503");
    }
  }

  @Test
  void theEndEndsAll() throws Exception {
    var in = open().getInputStream();
    pulse.close();
    readUntil(in, "\r\n0\r\n\r\n"); // the last chunk
    assertThat(pulse.listeners()).isZero();
  }
}
