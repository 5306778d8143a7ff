package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Answer;
import dev.refrain.Call;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.LlmCache;
import dev.refrain.Outcome;
import dev.refrain.Request;
import dev.refrain.Scope;
import dev.refrain.Upstream;
import dev.refrain.dialect.OpenAiChat;
import dev.refrain.gateway.figures.Figures;
import dev.refrain.gateway.figures.Visit;
import dev.refrain.gateway.settings.Ask;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import dev.refrain.json.Kind;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The simplest endpoint: a question in, an answer out, cacheable by browsers and CDNs. */
final class AskHandler {
  /*
   * The question goes the way of any chat call. Who asks is nobody in particular: all share one
   * scope, since the operator chose the model and shows his own credential. So nothing that a
   * caller sends but the question decides anything, and no Cache-Control of his can make the
   * operator pay for one answer twice.
   */

  private static final String PATH = "/v1/chat/completions";
  static final Scope SCOPE = Scope.shared("/ask");
  private static final byte[] NOTHING = {};
  private static final int ETAG_BYTES = 16;
  private static final int OK = 200;
  private static final int NOT_MODIFIED = 304;

  private final LlmCache cache;
  private final Upstreams upstreams;
  private final Figures figures;
  private final Ask ask;

  AskHandler(LlmCache cache, Upstreams upstreams, Figures figures, Ask ask) {
    this.cache = cache;
    this.upstreams = upstreams;
    this.figures = figures;
    this.ask = ask;
  }

  /** Answers a question. For the event loop. */
  void handle(HttpServerRequest request, Visit visit, byte[] body) {
    boolean post = request.method().equals(HttpMethod.POST);
    if (!post
        && !request.method().equals(HttpMethod.GET)
        && !request.method().equals(HttpMethod.HEAD)) {
      Failure.answerMethod(request, "GET, HEAD, POST");
      return;
    }
    var question = question(request, post ? body : NOTHING);
    if (question == null || question.isBlank()) {
      Failure.BAD_REQUEST.answer(request, "Ask something: /ask?q=What+is+a+refrain");
      return;
    }
    var call = cache.read(request(question), SCOPE);
    visit.asks(call);
    var upstream = figures.metered(visit, call, upstreams.of(call));
    var answer = cache.peek(call, upstream);
    if (answer != null) {
      visit.isAnswered(answer);
      write(request, answer, bytes(answer));
    } else {
      CallThread.start(request, () -> answer(request, visit, call, upstream));
    }
  }

  private void answer(HttpServerRequest request, Visit visit, Call call, Upstream upstream)
      throws IOException, InterruptedException {
    try (var answer = cache.answer(call, upstream)) {
      visit.isAnswered(answer);
      write(request, answer, answer.readAll());
    }
  }

  /** From the query, or from a body that is a form, JSON or the plain question. */
  private static @Nullable String question(HttpServerRequest request, byte[] body) {
    var query = request.query();
    var inQuery = (query == null) ? null : parameter(query);
    if (inQuery != null || body.length == 0) {
      return inQuery;
    }
    var type = Objects.requireNonNullElse(request.getHeader("content-type"), "");
    if (type.startsWith("application/json")) {
      return member(body);
    }
    var text = new String(body, UTF_8);
    return type.startsWith("application/x-www-form-urlencoded") ? parameter(text) : text;
  }

  private static @Nullable String member(byte[] json) {
    try {
      var q = Json.parse(json).get("q");
      return (q == null || !q.is(Kind.STRING)) ? null : q.text();
    } catch (JsonRejected e) {
      return null;
    }
  }

  private static @Nullable String parameter(String form) {
    try {
      var values = new QueryStringDecoder(form, false).parameters().get("q");
      return (values == null) ? null : values.getFirst();
    } catch (IllegalArgumentException e) { // a percent sign before what is no number
      return null;
    }
  }

  private Request request(String question) {
    var body =
        new JsonWriter()
            .beginObject()
            .name("model")
            .string(ask.model())
            .name("messages")
            .beginArray()
            .beginObject()
            .name("role")
            .string("user")
            .name("content")
            .string(question)
            .endObject()
            .endArray()
            .endObject()
            .toBytes();
    var headers = Headers.of("content-type", "application/json");
    if (ask.credential() != null) {
      headers = headers.with("authorization", "Bearer " + ask.credential());
    }
    var upstream = ask.model().equals(Upstreams.DEMO) ? "" : ask.upstream();
    return Request.post(upstream, PATH, headers, body);
  }

  private static byte[] bytes(Answer answer) {
    var whole = Objects.requireNonNull(answer.whole(), "what was peeked at is all there");
    var bytes = new byte[whole.remaining()];
    whole.get(bytes);
    return bytes;
  }

  private void write(HttpServerRequest request, Answer answer, byte[] body) {
    var response = request.response();
    var text = (answer.status() == OK) ? OpenAiChat.answerText(Form.WHOLE, body) : null;
    response.putHeader("content-type", "application/json");
    response.putHeader(CacheStatus.NAME, CacheStatus.of(answer));
    if (text == null) {
      response.setStatusCode(answer.status()).putHeader("cache-control", "no-store");
      response.end(Buffer.buffer(body));
      return;
    }
    var etag = etag(text);
    response.putHeader("etag", etag);
    response.putHeader("cache-control", "public, max-age=" + maxAgeSeconds(answer));
    response.putHeader("age", Long.toString(ageSeconds(answer)));
    if (isKnown(request, etag)) {
      response.setStatusCode(NOT_MODIFIED).end();
    } else {
      response.end(Buffer.buffer(page(text, answer.outcome())));
    }
  }

  private static byte[] page(String text, Outcome outcome) {
    boolean cached = (outcome == Outcome.REPLAYED) || (outcome == Outcome.STALE);
    return new JsonWriter()
        .beginObject()
        .name("answer")
        .string(text)
        .name("source")
        .string(cached ? "cache" : "llm")
        .endObject()
        .toBytes();
  }

  /** Counted from the answer's birth, as caches do who see its Age beside it. */
  private long maxAgeSeconds(Answer answer) {
    var age = answer.age();
    long left = ask.maxAge().toSeconds();
    if (age != null) {
      left = Math.clamp(age.leftMillis() / 1000, 0, left);
    }
    return ageSeconds(answer) + left;
  }

  private static long ageSeconds(Answer answer) {
    return (answer.age() == null) ? 0 : answer.age().ageMillis() / 1000;
  }

  /** A weak one: the answer is the same, whether it came from the cache or not. */
  private static String etag(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return "W/\"" + HexFormat.of().formatHex(digest, 0, ETAG_BYTES) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static boolean isKnown(HttpServerRequest request, String etag) {
    var known = request.getHeader("if-none-match");
    return !request.method().equals(HttpMethod.POST)
        && known != null
        && (known.strip().equals("*") || known.contains(etag.substring("W/".length())));
  }
}
