package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.Connections;
import dev.refrain.gateway.settings.UpstreamTls;
import dev.refrain.gateway.testing.FakeProvider;
import dev.refrain.gateway.testing.Gate;
import dev.refrain.gateway.testing.Poll;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.Wire;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client's connection is of one event loop, and that to upstream of another. */
@Timeout(60)
final class RequestTrailersTest {
  private static final String BODY = "3\r\nabc\r\n0\r\nx-sum: 7\r\n\r\n";

  /** Requests that are paused, with what will be caught of them. */
  private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();

  private Vertx vertx;
  private ContextInternal here;
  private ContextInternal there;
  private FakeProvider provider;
  private HttpClientAgent http;

  private record Waiting(HttpServerRequest request, RequestTrailers trailers) {}

  @BeforeEach
  void set() throws Exception {
    vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2)); // on any machine
    here = ((VertxInternal) vertx).createEventLoopContext();
    there = ((VertxInternal) vertx).createEventLoopContext();
    assertThat(here.nettyEventLoop()).isNotSameAs(there.nettyEventLoop());
    http = HttpClients.create(vertx, Connections.DEFAULT, UpstreamTls.USUAL).http1();
    provider = FakeProvider.start();
  }

  @AfterEach
  void close() throws Exception {
    try (var closed = provider) {
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
    get(
        on(
            there,
            () -> open("GET").compose(HttpClientRequest::send).compose(HttpClientResponse::end)));

    var head =
        Wire.head("POST / HTTP/1.1", "host: x", "transfer-encoding: chunked", "trailer: x-sum");
    provider.next(exchange -> exchange.send(Wire.reply(200, exchange.readRawTo("\r\n\r\n"))));
    try (var client = RawClient.to(port)) {
      client.send(Wire.join(head, BODY.getBytes(UTF_8)));
      var came = waiting.poll(20, TimeUnit.SECONDS);
      var outgoing = get(on(here, () -> open("POST")));
      var busy = new Gate();
      there.nettyEventLoop().execute(() -> pass(busy));
      busy.awaitReached();
      here.runOnContext(now -> upload(came, outgoing));
      Poll.until("all was read", came.request::isEnded);
      here.runOnContext(now -> busy.open()); // after what is done at the end
      var said = get(outgoing.response().compose(HttpClientResponse::body));
      assertThat(said.toString()).isEqualTo(BODY);
      assertThat(provider.call(1).connection()).isEqualTo(1); // which is of the other loop
    }
  }

  private Future<Integer> listen() {
    return vertx
        .createHttpServer()
        .requestHandler(request -> {
          request.pause();
          waiting.add(new Waiting(request, RequestTrailers.of(request, name -> false)));
        })
        .listen(0, "127.0.0.1")
        .map(server -> server.actualPort());
  }

  private Future<HttpClientRequest> open(String method) {
    var url = provider.url();
    return http.request(
        new RequestOptions()
            .setMethod(HttpMethod.valueOf(method))
            .setHost(url.getHost())
            .setPort(url.getPort())
            .setURI("/"));
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
