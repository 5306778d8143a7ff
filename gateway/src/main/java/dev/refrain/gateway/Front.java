package dev.refrain.gateway;

import dev.refrain.LlmCache;
import dev.refrain.Reason;
import dev.refrain.gateway.Passage.Freight;
import dev.refrain.gateway.Upstreams.Aim;
import dev.refrain.gateway.settings.Settings;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where requests come in, and are sent to whoever answers them. Runs on the event loops. */
final class Front implements Handler<HttpServerRequest> {
  private static final Pattern DOT_SEGMENT =
      Pattern.compile("/(\\.|%2e){1,2}(/|$)", Pattern.CASE_INSENSITIVE);

  private final Vertx vertx;
  private final Settings settings;
  private final LlmCache cache;
  private final Upstreams upstreams;
  private final Stations stations;

  /** Who answers. */
  record Stations(CallHandler calls, AskHandler ask, Passage passage) {}

  Front(Vertx vertx, Settings settings, LlmCache cache, Upstreams upstreams, Stations stations) {
    this.vertx = vertx;
    this.settings = settings;
    this.cache = cache;
    this.upstreams = upstreams;
    this.stations = stations;
  }

  @Override
  public void handle(HttpServerRequest request) {
    Failure.guard(request, () -> route(request));
  }

  private void route(HttpServerRequest request) {
    var path = request.path();
    if (path == null || !path.startsWith("/")) {
      Failure.BAD_REQUEST.answer(request, "A request needs a path that begins with a slash.");
      return;
    }
    if (hasDotSegment(path)) { // else it might lead out of an upstream's base path
      Failure.BAD_REQUEST.answer(request, "The path must not have segments that are dots.");
      return;
    }
    switch (path) {
      case "/" -> Pages.welcome(request);
      case "/-/health", "/-/ready" -> Pages.healthy(request);
      case "/ask" ->
          gather(
              request,
              body -> stations.ask.handle(request, body),
              begun -> Failure.TOO_LARGE.answer(request, "The question is too long."));
      default -> forward(request, path);
    }
  }

  /** Most paths need but a glance. */
  private static boolean hasDotSegment(String path) {
    boolean suspicious = path.contains("/.") || path.indexOf('%') >= 0;
    return suspicious && DOT_SEGMENT.matcher(path).find();
  }

  /** Tells a client that what it sent is no HTTP. */
  void refuse(HttpServerRequest request) {
    var cause = request.decoderResult().cause();
    if (cause instanceof TooLongHttpLineException) {
      Failure.TARGET_TOO_LONG.refuse(vertx, request, "The request line is too long.");
    } else if (cause instanceof TooLongHttpHeaderException) {
      Failure.HEADERS_TOO_LARGE.refuse(vertx, request, "The headers are too large.");
    } else {
      Failure.BAD_REQUEST.refuse(vertx, request, "This is no well-formed HTTP request.");
    }
  }

  private void forward(HttpServerRequest request, String path) {
    var query = request.query();
    var aim = upstreams.aim((query == null) ? path : path + "?" + query);
    boolean isKnown = cache.speaks(request.method().name(), aim.path());
    if (!isKnown && !aim.path().startsWith("/v1/")) {
      Failure.NOT_FOUND.answer(request, "There is nothing at " + path + "; try /v1/… or /ask.");
    } else if (request.headers().contains("upgrade", "websocket", true)) {
      Failure.UPGRADE_UNSUPPORTED.answer(request, "WebSockets are not relayed yet.");
    } else if (isKnown) {
      gather(
          request,
          body -> stations.calls.handle(request, aim, body),
          begun -> relay(request, aim, begun, Reason.BODY_TOO_LARGE));
    } else {
      relay(request, aim, null, Reason.ENDPOINT);
    }
  }

  private void relay(HttpServerRequest request, Aim aim, @Nullable Buffer begun, Reason detail) {
    var upstream = aim.upstream().isEmpty() ? upstreams.byPath(aim.target()) : aim.upstream();
    stations.passage.relay(request, new Freight(upstream, aim.target(), begun, detail.toString()));
  }

  private void gather(
      HttpServerRequest request, Consumer<byte[]> whole, Consumer<Buffer> tooLarge) {
    Body.gather(
        vertx,
        request,
        new Body.Bounds(
            settings.limits().bodyBytesMax(), settings.connections().bodyTime().toMillis()),
        new Body.Takers(
            body -> Failure.guard(request, () -> whole.accept(body)),
            begun -> Failure.guard(request, () -> tooLarge.accept(begun)),
            () -> Failure.TOO_SLOW.answer(request, "The request's body took too long."),
            () -> Failure.BAD_REQUEST.answer(request, "The request's body is no HTTP.")));
  }
}
