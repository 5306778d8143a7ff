package dev.refrain.gateway;

import dev.refrain.Header;
import dev.refrain.LlmCache;
import dev.refrain.Reason;
import dev.refrain.Request;
import dev.refrain.gateway.Gatekeeper.Admitted;
import dev.refrain.gateway.Gatekeeper.Refused;
import dev.refrain.gateway.Passage.Freight;
import dev.refrain.gateway.Upstreams.Aim;
import dev.refrain.gateway.figures.Figures;
import dev.refrain.gateway.figures.Visit;
import dev.refrain.gateway.settings.Settings;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Where requests come in, and are sent to whoever answers them. Runs on the event loops. */
final class Front implements Handler<HttpServerRequest> {
  private static final String NO_MODEL =
      "The body is larger than limits.body-max, and does not begin with its model, by which"
          + " upstreams are told apart here. Begin the path with the name of the upstream:"
          + " /NAME/v1/...";
  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

  private final Vertx vertx;
  private final Settings settings;
  private final LlmCache cache;
  private final Upstreams upstreams;
  private final Stations stations;

  /** Who lets requests in, how many, and who answers them. */
  record Stations(
      Gatekeeper gatekeeper,
      Load load,
      Figures figures,
      Ledger ledger,
      CallHandler calls,
      Express express,
      AskHandler ask,
      AdminHandler admin,
      Passage passage) {}

  Front(Vertx vertx, Settings settings, LlmCache cache, Upstreams upstreams, Stations stations) {
    this.vertx = vertx;
    this.settings = settings;
    this.cache = cache;
    this.upstreams = upstreams;
    this.stations = stations;
  }

  Express express() {
    return stations.express;
  }

  @Override
  public void handle(HttpServerRequest request) {
    Failure.guard(request, () -> route(request));
  }

  private void route(HttpServerRequest request) {
    if (isDoubtful(request)) {
      return;
    }
    var path = request.path();
    if (path == null || !path.startsWith("/")) {
      Failure.BAD_REQUEST.answer(request, "A request needs a path that begins with a slash.");
      return;
    }
    if (isForTheNextHopAlone(request.method())) {
      Failure.answerMethod(request, METHODS);
      return;
    }
    if (RequestPath.leadsAstray(path)) { // else it might leave an upstream's base path
      Failure.BAD_REQUEST.answer(request, "The path must not have segments that are dots.");
      return;
    }
    switch (path) {
      case "/" -> Pages.welcome(request);
      case "/-/health", "/-/ready" -> Pages.healthy(request);
      case "/ask" -> ask(request, path);
      default -> {
        if (RequestPath.isOwnAsWritten(path)) {
          stations.admin.handle(request, Stay.begin(request, stations.load, Caller.ANYBODY));
        } else {
          admit(request, path);
        }
      }
    }
  }

  private void ask(HttpServerRequest request, String path) {
    var stay = counted(request, Caller.ANYBODY, visit(request, path));
    gather(
        request,
        stay,
        0,
        body -> stations.ask.handle(request, stay.visit(), body.take()),
        begun -> {
          drop(begun);
          Failure.TOO_LARGE.answer(request, "The question is too long.");
        });
  }

  /** Begins to note what becomes of a call, under a name that its answer carries. */
  private Visit visit(HttpServerRequest request, String path) {
    var trace = stations.ledger.tracing().begin(request);
    var visit = stations.figures.begin(request.method().name(), path, trace);
    var id = stations.ledger.ids().next();
    visit.isCalled(id);
    request.response().putHeader(Header.REQUEST_ID, id);
    return visit;
  }

  /** Refuses what upstream might read otherwise; who knows then what follows on the connection. */
  private static boolean isDoubtful(HttpServerRequest request) {
    if (!RequestPath.isText(request.uri())
        || request.headers().contains("")
        || isMistakenForHeaders(request)) {
      Failure.BAD_REQUEST.answerLast(request, "This is no well-formed HTTP request.");
      return true;
    }
    if (Framing.isUnknown(request.headers())) {
      Failure.ENCODING_UNSUPPORTED.answerLast(
          request, "The only transfer encoding here is chunked.");
      return true;
    }
    return false;
  }

  /** What belongs to CONNECT alone (RFC 8441) is taken for a header by Vert.x. */
  private static boolean isMistakenForHeaders(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_2 && request.headers().contains(":protocol");
  }

  /** A tunnel would lead anywhere, and a trace would show credentials that the gateway adds. */
  private static boolean isForTheNextHopAlone(HttpMethod method) {
    return method.equals(HttpMethod.CONNECT) || method.equals(HttpMethod.TRACE);
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

  private void admit(HttpServerRequest request, String path) {
    HopByHop.dropNamed(request.headers());
    var visit = visit(request, path);
    switch (stations.gatekeeper.admit(request)) {
      case Refused(var failure, var message, var headers) -> {
        stations.figures.turnedAway(failure.code());
        failure.answer(request, message, headers);
        int status = request.response().getStatusCode();
        stations.ledger.note(visit, status);
        visit.isTurnedAway(status);
      }
      case Admitted(var caller, var query) -> {
        var stay = counted(request, caller, visit);
        var aim = upstreams.aim((query == null) ? path : path + "?" + query);
        forward(new Entry(request, stay), aim);
      }
    }
  }

  private Stay counted(HttpServerRequest request, Caller caller, Visit visit) {
    var stay = Stay.begin(request, stations.load, caller, visit);
    stay.whenOver(status -> stations.ledger.note(visit, status));
    return stay;
  }

  /** A request that was let in. */
  private record Entry(HttpServerRequest request, Stay stay) {}

  private void forward(Entry entry, Aim aim) {
    var request = entry.request;
    if (RequestPath.isOwn(request.path()) || (aim.isNamed() && RequestPath.isOwn(aim.path()))) {
      Failure.NOT_FOUND.answer(request, "There is nothing at " + request.path() + ".");
    } else if (cache.speaks(request.method().name(), aim.path())) {
      stations.express.learn(request, aim);
      gather(
          request,
          entry.stay,
          upstreams.isByModel(aim) ? GrowingBytes.FEW : 0,
          body -> stations.calls.handle(request, entry.stay, aim, body),
          begun -> relayLarge(entry, aim, begun));
    } else {
      relay(entry, aim, null, Reason.ENDPOINT);
    }
  }

  /** Whoever has several upstreams would not have one see what was meant for another. */
  private void relayLarge(Entry entry, Aim aim, @Nullable Begun begun) {
    if (begun == null || !upstreams.isByModel(aim)) {
      relay(entry, aim, begun, Reason.BODY_TOO_LARGE);
      return;
    }
    var request = entry.request;
    var beginning =
        Request.of(
            "",
            request.method().name(),
            aim.target(),
            CallHandler.headers(request),
            begun.bytes().beginning());
    var model = cache.modelOf(beginning);
    if (model.isEmpty() && !upstreams.isByPath(aim)) {
      begun.drop();
      Failure.TOO_LARGE.answer(request, NO_MODEL);
    } else {
      var named = new Aim(upstreams.upstreamFor(beginning, model), aim.target());
      relay(entry, named, begun, Reason.BODY_TOO_LARGE);
    }
  }

  private void relay(Entry entry, Aim aim, @Nullable Begun begun, Reason detail) {
    var request = entry.request;
    var upstream = upstreams.forRelay(aim, Upstreams.isForAnthropic(request.headers()));
    var method = request.method().name();
    var objection = entry.stay.caller().objectionToRelay(upstream, method, aim.path());
    if (!objection.isEmpty()) {
      drop(begun);
      Failure.FORBIDDEN.answer(request, objection);
    } else if (!entry.stay.tryTakeCall(upstream)) {
      drop(begun);
      Failure.answerOverload(request);
    } else {
      try {
        entry.stay.caller().relay(upstream, request.headers());
      } catch (UnpaidException e) {
        drop(begun);
        e.failure().answer(request, e.words());
        return;
      }
      entry.stay.visit().isRelayed(detail.toString());
      var trace = entry.stay.visit().trace();
      var freight = new Freight(upstream, aim.target(), begun, detail.toString(), trace);
      stations
          .passage
          .relay(request, freight)
          .onComplete(done -> {
            drop(begun); // if it was not sent
            entry.stay.end();
          });
    }
  }

  private static void drop(@Nullable Begun begun) {
    if (begun != null) {
      begun.drop();
    }
  }

  /**
   * Gathers a body.
   *
   * @param beginning how much of one that is too large is to be read at least
   * @param tooLarge what to do if it does not fit, with what was read of it: nothing if it says so
   *     itself
   */
  private void gather(
      HttpServerRequest request,
      Stay stay,
      int beginning,
      Consumer<GrowingBytes> whole,
      Consumer<@Nullable Begun> tooLarge) {
    int bytesMax = settings.limits().bodyBytesMax();
    if (Framing.announcedLength(request) > bytesMax) {
      if (beginning == 0) {
        tooLarge.accept(null);
        return;
      }
      bytesMax = Math.min(bytesMax, beginning);
    }
    Body.gather(
        vertx,
        request,
        new Body.Bounds(bytesMax, stay, settings.connections().bodyTime().toMillis()),
        new Body.Takers(
            body -> Failure.guard(request, () -> whole.accept(body)),
            begun -> Failure.guard(request, () -> tooLarge.accept(begun)),
            () -> Failure.answerOverload(request),
            () -> Failure.TOO_SLOW.answer(request, "The request's body took too long."),
            () -> Failure.BAD_REQUEST.answer(request, "The request's body is no HTTP.")));
  }
}
