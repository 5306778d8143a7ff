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
  private final AnswerWriter writer;

  CallHandler(LlmCache cache, Upstreams upstreams, Translator translator, AnswerWriter writer) {
    this.cache = cache;
    this.upstreams = upstreams;
    this.translator = translator;
    this.writer = writer;
  }

  /** Answers a request whose body is there. For the event loop. */
  void handle(HttpServerRequest request, Stay stay, Aim aim, byte[] body) {
    var caller = stay.caller();
    var asked =
        Request.of(aim.upstream(), request.method().name(), aim.target(), headers(request), body);
    if (body.length > EVENT_LOOP_BODY_BYTES_MAX) {
      CallThread.start(
          request, () -> answer(request, caller, read(asked, caller.scope())), stay::end);
      return;
    }
    var call = read(asked, caller.scope());
    if (refuses(request, caller, call)) {
      return;
    }
    var answer = cache.peek(call, upstream(caller, call));
    if (answer != null) {
      writer.writeWhole(request.response(), answer);
    } else {
      CallThread.start(request, () -> answerAllowed(request, caller, call), stay::end);
    }
  }

  private Call read(Request asked, Scope scope) {
    var translation = translator.translate(asked);
    return cache.read(translation.request(), scope, translation.wishes());
  }

  private void answer(HttpServerRequest request, Caller caller, Call call)
      throws IOException, InterruptedException {
    if (!refuses(request, caller, call)) {
      answerAllowed(request, caller, call);
    }
  }

  private void answerAllowed(HttpServerRequest request, Caller caller, Call call)
      throws IOException, InterruptedException {
    try (var answer = cache.answer(call, upstream(caller, call))) {
      writer.write(request, answer);
    }
  }

  private static boolean refuses(HttpServerRequest request, Caller caller, Call call) {
    var model = (call.meaning() instanceof Meaning.Keyed keyed) ? keyed.facts().model() : "";
    var objection = caller.objection(call.meaning().upstream(), model);
    if (!objection.isEmpty()) {
      Failure.FORBIDDEN.answer(request, objection);
    }
    return !objection.isEmpty();
  }

  private Upstream upstream(Caller caller, Call call) {
    return caller.asking(call.meaning().upstream(), upstreams.of(call));
  }

  static Headers headers(HttpServerRequest request) {
    var list = new ArrayList<String>();
    for (var header : request.headers()) {
      list.add(header.getKey());
      list.add(header.getValue());
    }
    return Headers.of(list);
  }
}
