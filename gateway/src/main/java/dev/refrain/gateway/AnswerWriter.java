package dev.refrain.gateway;

import dev.refrain.Answer;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BiConsumer;

/** Writes answers to clients: their heads as they are true, their bodies as they come. */
final class AnswerWriter {
  /*
   * What is sent is copied out of the heap, and stays there until the client has taken it. So of a
   * large answer a piece is sent, and the next when the system has taken that: else clients who
   * ask for it and read nothing would hold it once each. To wait for that takes a thread.
   */

  private static final int PIECE_BYTES_MAX = 64 << 10;

  private final Duration writeTimeMax;
  private final Privacy privacy;

  /** A client who takes nothing for so long is taken for gone. */
  AnswerWriter(Duration writeTimeMax, Privacy privacy) {
    this.writeTimeMax = writeTimeMax;
    this.privacy = privacy;
  }

  /** Writes an answer that is all there, and small. */
  void writeWhole(HttpServerResponse response, Answer answer) {
    var body = Objects.requireNonNull(answer.whole(), "an answer that is all there");
    writeHead(response, answer);
    response.end(buffer(body));
  }

  /** Writes an answer as it comes. For a virtual thread. */
  void write(HttpServerRequest request, Answer answer) throws IOException, InterruptedException {
    var response = request.response();
    writeHead(response, answer);
    var whole = answer.whole();
    if (whole != null) {
      writePieces(response, whole);
      return;
    }
    Framing.begin(request);
    response.drainHandler(drained -> answer.resume());
    var tail = new EventTail();
    try {
      answer.pour(
          chunk -> {
            tail.see(chunk);
            response.write(buffer(chunk));
            return !response.writeQueueFull();
          },
          writeTimeMax);
    } catch (IOException e) {
      if (!Failure.isLeaderLost(e) || !isEvents(answer) || !tail.isBetweenEvents()) {
        throw e;
      }
      response.write(Failure.lostEvent(request)); // upstream itself would say so, if it failed
    }
    Framing.end(request, response.end());
  }

  private void writePieces(HttpServerResponse response, ByteBuffer whole)
      throws IOException, InterruptedException {
    int size = whole.remaining();
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(size));
    int from = 0;
    for (; size - from > PIECE_BYTES_MAX; from += PIECE_BYTES_MAX) {
      Await.result(response.write(buffer(whole.slice(from, PIECE_BYTES_MAX))), writeTimeMax);
    }
    response.end(buffer(whole.slice(from, size - from)));
  }

  private static boolean isEvents(Answer answer) {
    var type = answer.headers().get("content-type");
    return type != null
        && type.toLowerCase(Locale.ROOT).startsWith("text/event-stream")
        && answer.headers().get("content-length") == null;
  }

  private void writeHead(HttpServerResponse response, Answer answer) {
    response.setStatusCode(answer.status());
    var headers = response.headers();
    forEachHeader(answer, headers::add);
  }

  /** Shows each header of an answer in turn, as it is true now. */
  void forEachHeader(Answer answer, BiConsumer<CharSequence, CharSequence> taker) {
    answer
        .headers()
        .forEach((name, value) -> {
          if (!Privacy.isForCaches(name)) {
            taker.accept(name, value);
          }
        });
    privacy.mark(taker);
    taker.accept(CacheStatus.NAME, CacheStatus.of(answer));
    if (answer.age() != null) {
      taker.accept("age", Long.toString(answer.age().ageMillis() / 1000));
    }
  }

  private static Buffer buffer(ByteBuffer bytes) {
    return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
  }
}
