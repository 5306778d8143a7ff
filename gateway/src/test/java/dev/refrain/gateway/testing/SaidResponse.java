package dev.refrain.gateway.testing;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpFrame;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamPriority;
import io.vertx.core.net.NetSocket;
import java.util.List;

/** A response of which a test says what comes, on the thread that says it. */
public final class SaidResponse implements HttpClientResponse {
  private Handler<Buffer> handler = chunk -> {};
  private Handler<Void> endHandler = end -> {};

  /** Brings a chunk. */
  public void say(String chunk) {
    handler.handle(Buffer.buffer(chunk));
  }

  /** Brings the end. */
  public void sayNoMore() {
    endHandler.handle(null);
  }

  @Override
  public HttpClientResponse handler(Handler<Buffer> taker) {
    handler = taker;
    return this;
  }

  @Override
  public HttpClientResponse endHandler(Handler<Void> taker) {
    endHandler = taker;
    return this;
  }

  @Override
  public HttpClientResponse exceptionHandler(Handler<Throwable> taker) {
    return this; // nothing breaks
  }

  @Override
  public HttpClientResponse fetch(long amount) {
    return this; // a test says as much as it likes
  }

  @Override
  public HttpClientResponse resume() {
    return this;
  }

  @Override
  public HttpClientResponse pause() {
    return this;
  }

  @Override
  public int statusCode() {
    return 200;
  }

  @Override
  public MultiMap headers() {
    return MultiMap.caseInsensitiveMultiMap();
  }

  private static AssertionError unasked() {
    return new AssertionError("nobody should ask for that");
  }

  @Override
  public NetSocket netSocket() {
    throw unasked();
  }

  @Override
  public String getTrailer(String name) {
    throw unasked();
  }

  @Override
  public MultiMap trailers() {
    throw unasked();
  }

  @Override
  public Future<Buffer> body() {
    throw unasked();
  }

  @Override
  public Future<Void> end() {
    throw unasked();
  }

  @Override
  public HttpClientResponse customFrameHandler(Handler<HttpFrame> taker) {
    throw unasked();
  }

  @Override
  public HttpClientRequest request() {
    throw unasked();
  }

  @Override
  public HttpClientResponse streamPriorityHandler(Handler<StreamPriority> taker) {
    throw unasked();
  }

  @Override
  public HttpVersion version() {
    throw unasked();
  }

  @Override
  public String statusMessage() {
    throw unasked();
  }

  @Override
  public String getHeader(String name) {
    throw unasked();
  }

  @Override
  public String getHeader(CharSequence name) {
    throw unasked();
  }

  @Override
  public List<String> cookies() {
    throw unasked();
  }
}
