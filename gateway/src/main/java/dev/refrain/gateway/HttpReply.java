package dev.refrain.gateway;

import dev.refrain.Headers;
import dev.refrain.Reply;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A provider's reply: filled by an event loop, read by the flight's thread. */
final class HttpReply implements Reply {
  /*
   * The event loop delivers no more chunks than were asked for, so the inbox is bounded by the
   * window: so many chunks of at most a socket's read each, and the end. The window is asked for
   * anew by halves, as each question costs a hop to the event loop.
   */

  private static final int WINDOW_CHUNKS = 32;

  /** What the event loop puts in. */
  private sealed interface Arrival {
    record Chunk(Buffer buffer) implements Arrival {}

    record End() implements Arrival {}

    record Broken(Throwable cause) implements Arrival {}
  }

  private final HttpClientResponse response;
  private final Duration silenceMax;
  private final Headers headers;
  private final BlockingQueue<Arrival> inbox = new LinkedBlockingQueue<>();
  private int taken;
  private boolean ended;

  /**
   * Must be called by the event loop of the response.
   *
   * @param silenceMax how long it may take from one chunk to the next
   */
  HttpReply(HttpClientResponse response, Duration silenceMax) {
    this.response = response;
    this.silenceMax = silenceMax;
    var list = new ArrayList<String>();
    HopByHop.copy(
        response.headers(),
        (name, value) -> {
          list.add(name);
          list.add(value);
        });
    headers = Headers.of(list);
    response.pause();
    response.handler(buffer -> inbox.add(new Arrival.Chunk(buffer)));
    response.endHandler(end -> inbox.add(new Arrival.End()));
    whenBroken(response, cause -> inbox.add(new Arrival.Broken(cause)));
    response.fetch(WINDOW_CHUNKS);
  }

  /**
   * Has a handler told that a reply broke off, after all that came of it. Vert.x tells of the break
   * at once, but of what came before it only as far as that was asked for.
   */
  static void whenBroken(HttpClientResponse response, Handler<Throwable> handler) {
    response.exceptionHandler(cause -> {
      response.resume();
      Vertx.currentContext().runOnContext(resumed -> handler.handle(cause));
    });
  }

  @Override
  public int status() {
    return response.statusCode();
  }

  @Override
  public Headers headers() {
    return headers;
  }

  @Override
  public byte @Nullable [] next() throws IOException, InterruptedException {
    if (ended) {
      return null;
    }
    var arrival = inbox.poll(silenceMax.toMillis(), TimeUnit.MILLISECONDS);
    return switch (arrival) {
      case null -> throw new UpstreamTimeoutException(silenceMax);
      case Arrival.Chunk chunk -> {
        taken++;
        if (taken % (WINDOW_CHUNKS / 2) == 0) {
          response.fetch(WINDOW_CHUNKS / 2);
        }
        yield chunk.buffer().getBytes();
      }
      case Arrival.End end -> {
        ended = true;
        yield null;
      }
      case Arrival.Broken broken -> throw new IOException("upstream broke off", broken.cause());
    };
  }

  /** An unfinished call is ended, so that nobody pays for what nobody reads. */
  @Override
  public void close() {
    if (!ended) {
      response.request().reset();
    }
  }
}
