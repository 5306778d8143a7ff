package dev.refrain.gateway;

import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Upstream;
import dev.refrain.gateway.settings.Connections;
import dev.refrain.gateway.settings.Retry;
import dev.refrain.gateway.settings.Settings;
import dev.refrain.gateway.settings.UpstreamSettings;
import io.netty.buffer.Unpooled;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Map.Entry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A provider, reached by HTTP. Where it is comes from the configuration alone. */
final class HttpUpstream implements Upstream {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private static final long FIRST_PAUSE_MILLIS = 50; // twice as long each time

  private final Vertx vertx;
  private final HttpClients clients;
  private final URI url;
  private final String basePath;
  private final boolean http2;
  private final Connections connections;
  private final Retry retry;
  private final RetryBudget budget;

  HttpUpstream(
      Vertx vertx,
      HttpClients clients,
      UpstreamSettings upstream,
      Settings settings,
      RetryBudget budget) {
    this.vertx = vertx;
    this.clients = clients;
    this.url = upstream.url();
    this.basePath = url.getRawPath().replaceAll("/+$", "");
    this.http2 = upstream.http2();
    this.connections = settings.connections();
    this.retry = settings.retry();
    this.budget = budget;
  }

  /** Returns this upstream, which is asked once more where that is safe. */
  Upstream retrying() {
    return new RetryingUpstream(this, retry, budget, Thread::sleep);
  }

  @Override
  public Reply send(Request request) throws IOException, InterruptedException {
    // All is done on an event loop in one go, and this thread sleeps once: to be woken is dear.
    var loop = vertx.getOrCreateContext();
    var exchange = new Exchange(request, loop);
    loop.runOnContext(now -> exchange.begin());
    try {
      return Await.result(exchange.reply.future());
    } catch (InterruptedException | UpstreamTimeoutException e) {
      exchange.giveUp();
      throw e;
    }
  }

  /**
   * A request, and the reply for which a thread waits. For one event loop, if nothing else is said.
   */
  private final class Exchange {
    private final Request request;
    private final Context loop;
    private final Promise<HttpReply> reply = Promise.promise();
    private Future<HttpClientRequest> opening = Future.failedFuture("not begun");
    private volatile boolean unwanted;

    Exchange(Request request, Context loop) {
      this.request = request;
      this.loop = loop;
    }

    void begin() {
      opening =
          Future.succeededFuture() // so that what cannot be said is told as all else that fails
              .compose(now -> open(request.method(), request.target(), readable(request)));
      limited(opening, connections.connectTime())
          .compose(outgoing ->
              unwanted
                  ? Future.failedFuture("nobody waits for it")
                  : limited(ask(outgoing), connections.firstByteTime()))
          .onComplete(this::tell);
    }

    /** Not before all is taken in that came with the head, or the thread would sleep once more. */
    private void tell(AsyncResult<HttpReply> result) {
      loop.runOnContext(now -> reply.handle(result));
    }

    /** The reply is paused where it arrives, before a thread that waits for it misses a chunk. */
    private Future<HttpReply> ask(HttpClientRequest outgoing) {
      var replying =
          outgoing.response().map(response -> new HttpReply(response, connections.firstByteTime()));
      outgoing.end(BufferInternal.buffer(Unpooled.wrappedBuffer(request.body())));
      return replying;
    }

    /** For any thread. What was not begun before is not begun. */
    void giveUp() {
      unwanted = true;
      loop.runOnContext(now -> opening.onSuccess(HttpClientRequest::reset)); // or when it comes
    }
  }

  private static <T> Future<T> limited(Future<T> future, Duration timeMax) {
    return future
        .timeout(timeMax.toMillis(), TimeUnit.MILLISECONDS)
        .recover(cause ->
            Future.failedFuture(
                (cause instanceof TimeoutException)
                    ? new UpstreamTimeoutException(timeMax)
                    : cause));
  }

  /** Opens a request to this provider, with all headers that may be passed on. */
  Future<HttpClientRequest> open(
      String method, String target, Iterable<Entry<String, String>> headers) {
    var client = http2 ? clients.http2() : clients.http1();
    var options =
        options(method, target)
            .setHost(url.getHost())
            .setPort(port())
            .setSsl(isTls())
            .setConnectTimeout(connections.connectTime().toMillis());
    var opening = connect(() -> client.request(options), 0);
    return opening
        .map(outgoing -> prepare(outgoing, headers)) // which refuses what HTTP cannot say
        .onFailure(cause -> opening.onSuccess(HttpClientRequest::reset));
  }

  /**
   * Opens a request that asks to leave HTTP/1.1 for what its headers name, on a connection that is
   * for nothing else, and of this event loop.
   */
  Future<HttpClientRequest> openUpgrade(
      String target, Iterable<Entry<String, String>> headers, String protocol) {
    var options =
        new HttpConnectOptions()
            .setHost(url.getHost())
            .setPort(port())
            .setSsl(isTls())
            .setConnectTimeout(connections.connectTime().toMillis());
    return connect(() -> clients.connectOnce(options), 0)
        .compose(connection ->
            connection
                .request(options("GET", target))
                .map(outgoing ->
                    prepare(outgoing, headers)
                        .putHeader("connection", "Upgrade")
                        .putHeader("upgrade", protocol))
                .onFailure(cause -> connection.close()));
  }

  private RequestOptions options(String method, String target) {
    return new RequestOptions().setMethod(HttpMethod.valueOf(method)).setURI(basePath + target);
  }

  private boolean isTls() {
    return url.getScheme().equals("https");
  }

  private int port() {
    return (url.getPort() > 0) ? url.getPort() : (isTls() ? HTTPS_PORT : HTTP_PORT);
  }

  private static HttpClientRequest prepare(
      HttpClientRequest outgoing, Iterable<Entry<String, String>> headers) {
    outgoing.exceptionHandler(cause -> {}); // whoever waits for the reply is told
    HopByHop.copy(headers, outgoing.headers()::add);
    outgoing.headers().remove("host").remove("content-length").remove("expect");
    return outgoing;
  }

  /** Nothing was sent where there was no connection, so nothing can be done twice by a retry. */
  private <T> Future<T> connect(Supplier<Future<T>> attempt, int failures) {
    return attempt
        .get()
        .recover(cause -> {
          boolean again =
              failures < retry.max()
                  && !(cause instanceof ConnectionPoolTooBusyException)
                  && budget.tryRetry();
          return again
              ? vertx
                  .timer(FIRST_PAUSE_MILLIS << failures, TimeUnit.MILLISECONDS)
                  .compose(fired -> connect(attempt, failures + 1))
              : Future.failedFuture(cause);
        });
  }

  /** Whoever judges replies, or counts what they cost, reads no encoded ones. */
  private static Iterable<Entry<String, String>> readable(Request request) {
    var entries = new ArrayList<Entry<String, String>>();
    request
        .with("Accept-Encoding", "identity")
        .headers()
        .forEach((name, value) -> entries.add(new SimpleImmutableEntry<>(name, value)));
    return entries;
  }
}
