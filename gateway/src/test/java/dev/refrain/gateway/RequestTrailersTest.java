package dev.refrain.gateway;

import static dev.refrain.gateway.testing.RawHttp2.ACK;
import static dev.refrain.gateway.testing.RawHttp2.DATA;
import static dev.refrain.gateway.testing.RawHttp2.END_HEADERS;
import static dev.refrain.gateway.testing.RawHttp2.END_STREAM;
import static dev.refrain.gateway.testing.RawHttp2.GOAWAY;
import static dev.refrain.gateway.testing.RawHttp2.HEADERS;
import static dev.refrain.gateway.testing.RawHttp2.PING;
import static dev.refrain.gateway.testing.RawHttp2.RST_STREAM;
import static dev.refrain.gateway.testing.RawHttp2.WINDOW_UPDATE;
import static io.netty.buffer.Unpooled.wrappedBuffer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.Connections;
import dev.refrain.gateway.settings.UpstreamTls;
import dev.refrain.gateway.testing.FakeProvider;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.RawHttp2;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.net.ServerSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What follows a request's body, while those who have to send it are busy or may not yet. */
@Timeout(60)
final class RequestTrailersTest {
  private static final byte[] HEAD =
      Wire.head("POST / HTTP/1.1", "host: x", "transfer-encoding: chunked", "trailer: x-sum");
  private static final String BODY = "3\r\nabc\r\n0\r\nx-sum: 7\r\n\r\n";
  private static final int WINDOW = 65_535; // how much one may send at first
  private static final byte OK = (byte) 0x88; // 200, by its number in the table of HPACK

  /** Requests that are paused, with what will be caught of them. */
  private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();

  private Vertx vertx;
  private ContextInternal here;
  private ContextInternal there;
  private FakeProvider provider;
  private HttpClients clients;
  private @Nullable RawHttp2 upstream;

  private record Waiting(HttpServerRequest request, RequestTrailers trailers) {}

  @BeforeEach
  void set() throws Exception {
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2)); // on any machine
    here = ((VertxInternal) vertx).createEventLoopContext();
    there = ((VertxInternal) vertx).createEventLoopContext();
    assertThat(here.nettyEventLoop()).isNotSameAs(there.nettyEventLoop());
    clients = HttpClients.create(vertx, Connections.DEFAULT, UpstreamTls.USUAL, 10);
    provider = FakeProvider.start();
  }

  @AfterEach
  void close() throws Exception {
    try (var closed = provider) {
      if (upstream != null) {
        upstream.close();
      }
      get(vertx.close());
      closed.awaitConnections(0);
    }
  }

  /**
   * While the other loop is busy, head and body wait for it in a queue of Vert.x, and when it comes
   * to that it sends all that is in it, before it does anything else. So the end must not be there
   * before it has heard of the trailers.
   */
  @Test
  void trailersAreNotOvertakenByTheEndWhileTheOtherLoopIsBusy() throws Exception {
    int port = get(on(here, this::listen));
    provider.next(Wire.reply(200, ""));
    get(on(there, () -> open().compose(HttpClientRequest::send).compose(HttpClientResponse::end)));

    provider.next(exchange -> exchange.send(Wire.reply(200, exchange.readRawTo("\r\n\r\n"))));
    try (var client = RawClient.to(port)) {
      client.send(Wire.join(HEAD, BODY.getBytes(UTF_8)));
      var came = waiting.poll(20, TimeUnit.SECONDS);
      var outgoing = get(on(here, () -> open()));
      var replied = outgoing.response().compose(HttpClientResponse::body); // else it may be lost
      var busy = new Gate();
      there.nettyEventLoop().execute(() -> pass(busy));
      busy.awaitReached();
      here.runOnContext(now -> upload(came, outgoing));
      Poll.until("all was read", came.request::isEnded);
      here.runOnContext(now -> busy.open()); // after what is done at the end
      assertThat(get(replied).toString()).isEqualTo(BODY);
      assertThat(provider.call(1).connection()).isEqualTo(1); // which is of the other loop
    }
  }

  /** What Vert.x holds back until there is room for it would come too late behind them. */
  @Test
  void trailersOverHttp2WaitForTheBodyThatWaitsForRoom() throws Exception {
    int port = get(on(here, this::listen));
    try (var server = new ServerSocket(0);
        var client = RawClient.to(port)) {
      var opening = on(here, () -> open(clients.http2(), server.getLocalPort()));
      upstream = RawHttp2.accept(server);
      var outgoing = get(opening);
      var more = Wire.chunk(new byte[5000]); // of which Netty takes the first, and Vert.x the rest
      var end = "0\r\nx-sum: 7\r\n\r\n".getBytes(UTF_8);
      client.send(Wire.join(HEAD, Wire.chunk(new byte[WINDOW]), more, more, end));
      var came = waiting.poll(20, TimeUnit.SECONDS);
      here.runOnContext(now -> upload(came, outgoing));
      Poll.until("all was read", came.request::isEnded);
      get(on(here, Future::succeededFuture)); // after what is done at the end

      var head = upstream.await(HEADERS);
      upstream.send(WINDOW_UPDATE, 0, 0, (byte) 0, (byte) 1, (byte) 0, (byte) 0);
      upstream.send(WINDOW_UPDATE, 0, head.stream(), (byte) 0, (byte) 1, (byte) 0, (byte) 0);
      int body = 0;
      var frame = upstream.read();
      for (; frame.type() != HEADERS; frame = upstream.read()) {
        assertThat(frame.flags() & END_STREAM).isZero();
        body += (frame.type() == DATA) ? frame.payload().length : 0;
      }
      assertThat(body).isEqualTo(WINDOW + 10_000);
      assertThat(frame.flags() & END_STREAM).isEqualTo(END_STREAM);
      var decoder = new DefaultHttp2HeadersDecoder(true);
      assertThat(decoder.decodeHeaders(1, wrappedBuffer(head.payload())).get("trailer"))
          .hasToString("x-sum");
      var trailers = decoder.decodeHeaders(1, wrappedBuffer(frame.payload()));
      assertThat(trailers.get("x-sum")).hasToString("7");
      assertThat(trailers.size()).isEqualTo(1);
      upstream.send(HEADERS, END_HEADERS | END_STREAM, head.stream(), OK);
      assertThat(get(outgoing.response()).statusCode()).isEqualTo(200);
    }
  }

  /** Vert.x takes what has not ended for itself as broken off when its reply ends. */
  @Test
  void aReplyOverHttp2IsWholeAfterTrailers() throws Exception {
    try (var server = new ServerSocket(0)) {
      var opening = on(here, () -> open(clients.http2(), server.getLocalPort()));
      upstream = RawHttp2.accept(server);
      var outgoing = get(opening);
      var heard = new LinkedBlockingQueue<String>();
      var replying =
          outgoing
              .response()
              .onSuccess(reply -> {
                reply.exceptionHandler(cause -> heard.add(cause.toString()));
                reply.endHandler(end -> heard.add("end"));
                reply.pause(); // as if the client were slow
              });
      here.runOnContext(now -> outgoing.writeHead().onSuccess(sent -> sendTrailers(outgoing)));
      int stream = upstream.await(HEADERS).stream();
      assertThat(upstream.await(HEADERS).flags() & END_STREAM).isEqualTo(END_STREAM);
      upstream.send(HEADERS, END_HEADERS, stream, OK);
      upstream.send(DATA, END_STREAM, stream, (byte) 'x');
      var reply = get(replying);
      var ping = on(here, () -> outgoing.connection().ping(Buffer.buffer(new byte[8])));
      upstream.send(PING, ACK, 0, upstream.await(PING).payload());
      get(ping); // and so all is there
      get(on(here, Future::succeededFuture));
      here.runOnContext(now -> reply.resume());
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("end");
      assertThat(heard).isEmpty();
    }
  }

  /** Nor does it matter to the others on its connection. */
  @Test
  void trailersAreNotSentOverHttp2AfterTheRequestWasReset() throws Exception {
    try (var server = new ServerSocket(0)) {
      var opening = on(here, () -> open(clients.http2(), server.getLocalPort()));
      upstream = RawHttp2.accept(server);
      var outgoing = get(opening);
      here.runOnContext(now -> outgoing.writeHead());
      int stream = upstream.await(HEADERS).stream();
      upstream.send(RST_STREAM, 0, stream, (byte) 0, (byte) 0, (byte) 0, (byte) 8);
      get(outgoing.response().otherwiseEmpty());
      get(
          on(
              here,
              () -> {
                sendTrailers(outgoing);
                return Future.succeededFuture();
              }));
      var next = get(on(here, () -> open(clients.http2(), server.getLocalPort())));
      here.runOnContext(now -> next.end());
      var frame = upstream.read();
      for (; frame.type() != HEADERS; frame = upstream.read()) {
        assertThat(frame.type()).isNotEqualTo(GOAWAY);
      }
      assertThat(frame.stream()).isEqualTo(3);
      upstream.send(HEADERS, END_HEADERS | END_STREAM, 3, OK);
      assertThat(get(next.response()).statusCode()).isEqualTo(200);
    }
  }

  private static void sendTrailers(HttpClientRequest outgoing) {
    Http2Trailers.send(new DefaultHttpHeaders().add("x-sum", "7"), outgoing);
  }

  private Future<Integer> listen() {
    return vertx
        .createHttpServer()
        .connectionHandler(connection ->
            Http1Trailers.addTo(((Http1ServerConnection) connection).channelHandlerContext()))
        .requestHandler(request -> {
          request.pause();
          waiting.add(new Waiting(request, RequestTrailers.of(request, name -> false)));
        })
        .listen(0, "127.0.0.1")
        .map(server -> server.actualPort());
  }

  private Future<HttpClientRequest> open() {
    return open(clients.http1(), provider.url().getPort());
  }

  private static Future<HttpClientRequest> open(HttpClientAgent client, int port) {
    return client.request(HttpMethod.POST, port, "127.0.0.1", "/");
  }

  private void upload(Waiting came, HttpClientRequest outgoing) {
    RequestTrailers.announce(came.request, outgoing);
    new Upload(vertx, came.request, outgoing, came.trailers, () -> {})
        .begin(null, TimeUnit.SECONDS.toMillis(50), () -> {});
  }

  private static void pass(Gate gate) {
    try {
      gate.pass();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> Future<T> on(Context loop, Supplier<Future<T>> act) {
    var done = Promise.<T>promise();
    loop.runOnContext(now -> act.get().onComplete(done));
    return done.future();
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
