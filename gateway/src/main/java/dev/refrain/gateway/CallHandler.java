package dev.refrain.gateway;

import dev.refrain.Call;
import dev.refrain.Headers;
import dev.refrain.LlmCache;
import dev.refrain.Request;
import dev.refrain.Scope;
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
  private final Credentials credentials;
  private final Translator translator;
  private final AnswerWriter writer;

  CallHandler(
      LlmCache cache,
      Upstreams upstreams,
      Credentials credentials,
      Translator translator,
      AnswerWriter writer) {
    this.cache = cache;
    this.upstreams = upstreams;
    this.credentials = credentials;
    this.translator = translator;
    this.writer = writer;
  }

  /** Answers a request whose body is there. For the event loop. */
  void handle(HttpServerRequest request, Aim aim, byte[] body) {
    var headers = headers(request);
    var asked = Request.of(aim.upstream(), request.method().name(), aim.target(), headers, body);
    var scope = credentials.scope(asked);
    if (body.length > EVENT_LOOP_BODY_BYTES_MAX) {
      CallThread.start(request, () -> answer(request, read(asked, scope)));
      return;
    }
    var call = read(asked, scope);
    var answer = cache.peek(call, upstreams.of(call));
    if (answer != null) {
      writer.writeWhole(request.response(), answer);
    } else {
      CallThread.start(request, () -> answer(request, call));
    }
  }

  private Call read(Request asked, Scope scope) {
    var translation = translator.translate(asked);
    return cache.read(translation.request(), scope, translation.wishes());
  }

  private void answer(HttpServerRequest request, Call call)
      throws IOException, InterruptedException {
    try (var answer = cache.answer(call, upstreams.of(call))) {
      writer.write(request, answer);
    }
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
