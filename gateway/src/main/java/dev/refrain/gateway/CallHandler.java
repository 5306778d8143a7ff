package dev.refrain.gateway;

import dev.refrain.Answer;
import dev.refrain.Call;
import dev.refrain.Headers;
import dev.refrain.LlmCache;
import dev.refrain.Request;
import dev.refrain.Scope;
import dev.refrain.Upstream;
import dev.refrain.gateway.Upstreams.Aim;
import dev.refrain.gateway.controls.Translator;
import dev.refrain.gateway.figures.Figures;
import dev.refrain.gateway.figures.Visit;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Answers the calls that the cache knows. */
final class CallHandler {
  /*
   * A body of ordinary size is read, and a hit in memory answered, where the request came in: on
   * the event loop, which nothing here makes wait. All else goes to a virtual thread of its own,
   * in plain blocking code.
   */

  static final int ATTEMPTS_MAX = 3;

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
  void handle(HttpServerRequest request, Stay stay, Aim aim, GrowingBytes body) {
    var scope = stay.caller().scope();
    var headers = headers(request);
    var method = request.method().name();
    if (body.length() > GrowingBytes.FEW) {
      CallThread.start(
          request,
          () -> {
            var whole = body.take(); // whatever comes of it
            var asked = Request.of(aim.upstream(), method, aim.target(), headers, whole);
            answer(request, stay, read(asked, scope));
          },
          stay::end);
      return;
    }
    var asked = Request.of(aim.upstream(), method, aim.target(), headers, body.take());
    var call = read(asked, scope);
    if (refuses(request, stay, call)) {
      return;
    }
    var answer = peek(call, stay.caller(), stay.visit());
    if (answer != null) {
      writer.writeWhole(request.response(), answer);
    } else {
      CallThread.start(request, () -> answerAllowed(request, stay, call), stay::end);
    }
  }

  /** Returns the answer to a request if it lies ready, and is one for this caller; else null. */
  @Nullable Answer ready(Request asked, Caller caller, Visit visit) {
    var translation = translator.translate(asked);
    var wishes = translation.wishes();
    if (wishes.variants() > 1) {
      return null; // to read it is to take a turn, which happens once
    }
    var call = cache.read(translation.request(), caller.scope(), wishes);
    visit.asks(call);
    return caller.objection(call).isEmpty() ? peek(call, caller, visit) : null;
  }

  private @Nullable Answer peek(Call call, Caller caller, Visit visit) {
    var answer = cache.peek(call, upstream(call, caller, visit));
    if (answer != null) {
      visit.isAnswered(answer);
    }
    return answer;
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
    var caller = stay.caller();
    try (var answer =
        paid(caller, () -> cache.answer(call, upstream(call, caller, stay.visit())))) {
      stay.visit().isAnswered(answer);
      writer.write(request, answer);
    }
  }

  /** Asks again if somebody else was to pay for the flight that he had joined, and could not. */
  static <T> T paid(Caller caller, Attempt<T> attempt) throws IOException, InterruptedException {
    for (int i = 1; ; i++) {
      try {
        return attempt.make();
      } catch (IOException e) {
        var unpaid = UnpaidException.behind(e);
        if (unpaid == null || unpaid.isOf(caller) || i == ATTEMPTS_MAX) {
          throw e;
        }
      }
    }
  }

  /** One of several. */
  @FunctionalInterface
  interface Attempt<T> {
    T make() throws IOException, InterruptedException;
  }

  private static boolean refuses(HttpServerRequest request, Stay stay, Call call) {
    stay.visit().asks(call);
    var objection = stay.caller().objection(call);
    if (!objection.isEmpty()) {
      Failure.FORBIDDEN.answer(request, objection);
    }
    return !objection.isEmpty();
  }

  private Upstream upstream(Call call, Caller caller, Visit visit) {
    var paid =
        upstreams.of(call, known -> caller.asking(call, figures.untraced(visit, call, known)));
    return visit.trace().follow(call, paid); // outermost, as the cache tells who has paid
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
