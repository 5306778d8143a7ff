package dev.refrain.gateway;

import dev.refrain.Answer;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Map.Entry;
import java.util.Objects;

/** Writes answers to clients: their heads as they are true, their bodies as they come. */
final class AnswerWriter {
  private final Duration writeTimeMax;

  /** A client who takes nothing for so long is taken for gone. */
  AnswerWriter(Duration writeTimeMax) {
    this.writeTimeMax = writeTimeMax;
  }

  /** Writes an answer that is all there. */
  void writeWhole(HttpServerResponse response, Answer answer) {
    var body = Objects.requireNonNull(answer.whole(), "an answer that is all there");
    writeHead(response, answer);
    response.end(buffer(body));
  }

  /** Writes an answer as it comes. For a virtual thread. */
  void write(HttpServerResponse response, Answer answer) throws IOException, InterruptedException {
    if (answer.whole() != null) {
      writeWhole(response, answer);
      return;
    }
    writeHead(response, answer);
    response.setChunked(answer.headers().get("content-length") == null);
    Future<Void> written = response.writeHead();
    try {
      for (var chunk = answer.next(); chunk != null; chunk = answer.next()) {
        written = response.write(buffer(chunk));
        if (response.writeQueueFull()) {
          Await.result(written, writeTimeMax);
        }
      }
    } catch (IOException | InterruptedException | RuntimeException e) {
      response.reset(); // what has begun cannot be told to have failed, only be cut off
      throw e;
    }
    response.end();
  }

  private static void writeHead(HttpServerResponse response, Answer answer) {
    response.setStatusCode(answer.status());
    var headers = response.headers();
    if (answer.age() == null) {
      HopByHop.copy(entries(answer), headers);
      headers.add(CacheStatus.NAME, CacheStatus.of(answer));
    } else {
      answer.headers().forEach(headers::add);
      headers.add(CacheStatus.NAME, CacheStatus.of(answer));
      headers.add("age", Long.toString(answer.age().ageMillis() / 1000));
    }
  }

  private static Iterable<Entry<String, String>> entries(Answer answer) {
    var entries = new ArrayList<Entry<String, String>>();
    answer.headers().forEach((name, value) -> entries.add(new SimpleImmutableEntry<>(name, value)));
    return entries;
  }

  private static Buffer buffer(ByteBuffer bytes) {
    return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes));
  }
}
