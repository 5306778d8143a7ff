package dev.refrain.gateway;

import dev.refrain.Header;
import dev.refrain.Headers;
import dev.refrain.Request;
import dev.refrain.gateway.Upstreams.Aim;
import dev.refrain.gateway.express.AnswerBytes;
import dev.refrain.gateway.express.Desk;
import dev.refrain.gateway.express.ExpressLane;
import dev.refrain.gateway.figures.Figures;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers hits past the HTTP server, from the second request with the same head on. */
final class Express {
  /*
   * What is done here for a hit is what Front and CallHandler do, without what they found out from
   * the head before. What may change from one request to the next is asked again: who he is to
   * whom these credentials belong, what the body says, and what lies in the cache.
   */

  private final Gatekeeper gatekeeper;
  private final Figures figures;
  private final Ledger ledger;
  private final CallHandler calls;
  private final AnswerWriter writer;
  private final LongAdder answered = new LongAdder();

  Express(
      Gatekeeper gatekeeper,
      Figures figures,
      Ledger ledger,
      CallHandler calls,
      AnswerWriter writer) {
    this.gatekeeper = gatekeeper;
    this.figures = figures;
    this.ledger = ledger;
    this.calls = calls;
    this.writer = writer;
  }

  /** Returns how many hits have gone this way. */
  long answered() {
    return answered.sum();
  }

  /** Lets further requests take this way that have the head of one which was let in. */
  void learn(HttpServerRequest request, Aim aim) {
    var lane = lane(request);
    if (lane == null || lane.knew()) {
      return;
    }
    var caller = gatekeeper.standing(request.headers(), request.query());
    if (caller != null) {
      var method = request.method().name();
      var asked = new Known(method, request.path(), aim, CallHandler.headers(request), caller);
      lane.learn(method, request.uri(), request.headers(), desk(asked));
    }
  }

  private static @Nullable ExpressLane lane(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_1_1
        ? ((HttpServerConnection) request.connection())
            .channelHandlerContext()
            .pipeline()
            .get(ExpressLane.class)
        : null;
  }

  /** What a head says. */
  private record Known(
      String method, String path, Aim aim, Headers headers, Supplier<Caller> caller) {}

  private Desk desk(Known known) {
    return (body, allocator) -> {
      var trace = ledger.tracing().begin(known.method, known.headers);
      var visit = figures.begin(known.method, known.path, trace);
      var caller = known.caller.get();
      var aim = known.aim;
      var asked = Request.of(aim.upstream(), known.method, aim.target(), known.headers, body);
      var answer = calls.ready(asked, caller, visit);
      if (answer == null) {
        return null;
      }
      var id = ledger.ids().next();
      var whole = Objects.requireNonNull(answer.whole(), "an answer that lies ready");
      int length = whole.remaining();
      var bytes = new AnswerBytes(allocator, answer.status(), length);
      bytes.put(Header.REQUEST_ID, id);
      writer.forEachHeader(answer, bytes::put);
      var written = bytes.end(whole);
      if (written != null) {
        visit.isCalled(id);
        caller.end(true);
        visit.end(answer.status(), length);
        ledger.note(visit, answer.status());
        answered.increment();
      }
      return written;
    };
  }
}
