package dev.refrain.gateway;

import dev.refrain.Call;
import dev.refrain.Headers;
import dev.refrain.LlmCache;
import dev.refrain.Meaning;
import dev.refrain.Request;
import dev.refrain.Scope;
import dev.refrain.Upstream;
import dev.refrain.gateway.Upstreams.Aim;
import dev.refrain.gateway.controls.Translator;
import dev.refrain.gateway.figures.Figures;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.ArrayList;

/** Answers the calls that the cache knows. */
final class CallHandler {
  /*
   * A body of ordinary size is read, and a hit in memory answered, where the request came in: on
   * the event loop, which nothing here makes wait. All else goes to a virtual thread of its own,
   * in plain blocking code.
   */

  private static final int EVENT_LOOP_BODY_BYTES_MAX = 64 << 10;

  private final LlmCache cache;
  private final Upstreams upstreams;
  private final Translator translator;
  private final Figures figures;
  private final AnswerWriter writer;

  CallHandler(
      LlmCache cache,
      Upstreams upstreams,
      Translator translator,
      Figures figures,
      AnswerWriter writer) {
    this.cache = cache;
    this.upstreams = upstreams;
    this.translator = translator;
    this.figures = figures;
    this.writer = writer;
  }

  /** Answers a request whose body is there. For the event loop. */
  void handle(HttpServerRequest request, Stay stay, Aim aim, byte[] body) {
    var scope = stay.caller().scope();
    var asked =
        Request.of(aim.upstream(), request.method().name(), aim.target(), headers(request), body);
    if (body.length > EVENT_LOOP_BODY_BYTES_MAX) {
      CallThread.start(request, () -> answer(request, stay, read(asked, scope)), stay::end);
      return;
    }
    var call = read(asked, scope);
    if (refuses(request, stay, call)) {
      return;
    }
    var answer = cache.peek(call, upstream(stay, call));
    if (answer != null) {
      stay.visit().isAnswered(answer);
      writer.writeWhole(request.response(), answer);
    } else {
      CallThread.start(request, () -> answerAllowed(request, stay, call), stay::end);
    }
  }

  private Call read(Request asked, Scope scope) {
    var translation = translator.translate(asked);
    return cache.read(translation.request(), scope, translation.wishes());
  }

  private void answer(HttpServerRequest request, Stay stay, Call call)
      throws IOException, InterruptedException {
    if (!refuses(request, stay, call)) {
      answerAllowed(request, stay, call);
    }
  }

  private void answerAllowed(HttpServerRequest request, Stay stay, Call call)
      throws IOException, InterruptedException {
    try (var answer = cache.answer(call, upstream(stay, call))) {
      stay.visit().isAnswered(answer);
      writer.write(request, answer);
    }
  }

  private static boolean refuses(HttpServerRequest request, Stay stay, Call call) {
    stay.visit().asks(call);
    var model = (call.meaning() instanceof Meaning.Keyed keyed) ? keyed.facts().model() : "";
    var objection = stay.caller().objection(call.meaning().upstream(), model);
    if (!objection.isEmpty()) {
      Failure.FORBIDDEN.answer(request, objection);
    }
    return !objection.isEmpty();
  }

  private Upstream upstream(Stay stay, Call call) {
    var upstream = stay.caller().asking(call.meaning().upstream(), upstreams.of(call));
    return figures.metered(stay.visit(), call, upstream);
  }

  static Headers headers(HttpServerRequest request) {
    return headers(request.headers());
  }

  static Headers headers(MultiMap headers) {
    var list = new ArrayList<String>();
    for (var header : headers) {
      list.add(header.getKey());
      list.add(header.getValue());
    }
    return Headers.of(list);
  }
}
