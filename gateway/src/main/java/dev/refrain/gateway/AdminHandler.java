package dev.refrain.gateway;

import dev.refrain.gateway.admin.AdminDoor;
import dev.refrain.gateway.admin.AdminRefusal;
import dev.refrain.gateway.admin.AdminReply;
import dev.refrain.gateway.admin.AdminRequest;
import dev.refrain.gateway.admin.Route;
import dev.refrain.gateway.admin.Route.Answering;
import dev.refrain.gateway.admin.Route.Giving;
import dev.refrain.gateway.admin.Route.Streaming;
import dev.refrain.gateway.admin.Route.Taking;
import dev.refrain.gateway.admin.Router;
import dev.refrain.gateway.admin.Router.Match;
import dev.refrain.gateway.admin.Visit;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what the operator asks, under {@code /-/}. All of it comes through one door. */
final class AdminHandler {
  /*
   * What there is at all is no secret, and said first; then comes the door, and only who is let in
   * is read any further. Answers are worked out on virtual threads, so many at once and no more.
   */

  private static final Logger log = LoggerFactory.getLogger(AdminHandler.class);
  private static final int AT_ONCE_MAX = 32;
  private static final int LONG_AT_ONCE_MAX = 4; // of what may take an hour

  private final Vertx vertx;
  private final AdminDoor door;
  private final Router router;
  private final Duration bodyTime;
  private final Semaphore places = new Semaphore(AT_ONCE_MAX);
  private final Semaphore longPlaces = new Semaphore(LONG_AT_ONCE_MAX);

  AdminHandler(Vertx vertx, AdminDoor door, Router router, Duration bodyTime) {
    this.vertx = vertx;
    this.door = door;
    this.router = router;
    this.bodyTime = bodyTime;
  }

  /** Answers a request. For the event loop. */
  void handle(HttpServerRequest request, Stay stay) {
    switch (router.find(request.method().name(), request.path())) {
      case Match.Nothing nothing ->
          Failure.NOT_FOUND.answer(request, "There is nothing at " + request.path() + ".");
      case Match.WrongMethod(var allowed) -> {
        var objection = door.objection(visit(request));
        if (objection == null) {
          Failure.answerMethod(request, allowed);
        } else {
          write(request, objection);
        }
      }
      case Match.Found found -> admit(request, stay, found);
    }
  }

  private void admit(HttpServerRequest request, Stay stay, Match.Found found) {
    var visit = visit(request);
    var objection = found.route().open() ? null : door.objection(visit);
    if (objection == null) {
      var wanted = found.route().bodyType();
      objection = AdminDoor.bodyObjection(request.method().name(), visit.headers(), wanted);
    }
    if (objection == null && found.route().action() instanceof Taking taking) {
      take(request, stay, found, taking);
    } else if (objection == null) {
      gather(request, stay, found);
    } else {
      write(request, objection);
    }
  }

  private static Visit visit(HttpServerRequest request) {
    var hosts = new ArrayList<>(request.headers().getAll("host"));
    var authority = request.authority();
    if (authority != null && request.version() == HttpVersion.HTTP_2) {
      hosts.add(authority.toString());
    }
    if (!request.uri().startsWith("/")) {
      hosts.add(""); // a target for proxies, whose host may be another than the header's
    }
    return new Visit(
        peer(request),
        request.isSSL(),
        request.version() == HttpVersion.HTTP_1_0,
        hosts,
        CallHandler.headers(request));
  }

  /** Asks the connection itself: Vert.x would look for HTTP/3 first, which is not on board. */
  private static @Nullable InetAddress peer(HttpServerRequest request) {
    var connection = (HttpServerConnection) request.connection();
    var address = connection.channelHandlerContext().channel().remoteAddress();
    return (address instanceof InetSocketAddress socket) ? socket.getAddress() : null;
  }

  private void gather(HttpServerRequest request, Stay stay, Match.Found found) {
    Body.gather(
        vertx,
        request,
        new Body.Bounds(found.route().bodyBytesMax(), stay, bodyTime.toMillis()),
        new Body.Takers(
            body -> Failure.guard(request, () -> act(request, stay, found, body.take())),
            begun -> {
              begun.drop();
              Failure.TOO_LARGE.answer(request, "The request's body is too large.");
            },
            () -> Failure.answerOverload(request),
            () -> Failure.TOO_SLOW.answer(request, "The request's body took too long."),
            () -> Failure.BAD_REQUEST.answer(request, "The request's body is no HTTP.")));
  }

  private void act(HttpServerRequest request, Stay stay, Match.Found found, byte[] body) {
    var asked = asked(request, found, body);
    switch (found.route().action()) {
      case Streaming streaming -> streaming.stream(request, asked);
      case Answering answering ->
          start(
              new Errand(request, stay, places),
              () -> write(request, answer(found.route(), () -> answering.answer(asked))));
      case Giving giving ->
          start(new Errand(request, stay, longPlaces), () -> give(request, giving, asked));
      case Taking taking -> throw new IllegalStateException("its body is not gathered");
    }
  }

  private void take(HttpServerRequest request, Stay stay, Match.Found found, Taking taking) {
    var body = new Inflow(request, bodyTime);
    var asked = asked(request, found, new byte[0]);
    start(
        new Errand(request, stay, longPlaces),
        () -> write(request, answer(found.route(), () -> taking.take(asked, body))));
  }

  private void give(HttpServerRequest request, Giving giving, AdminRequest asked)
      throws IOException, InterruptedException {
    var out = new Outflow(request, () -> writeHead(request, 200, Route.LINES), bodyTime);
    try {
      if (request.method().equals(HttpMethod.GET)) {
        giving.give(asked, out);
      }
      out.close();
    } catch (AdminRefusal refusal) {
      write(request, refusal.reply());
    }
  }

  /** A request, and of what it takes a place. */
  private record Errand(HttpServerRequest request, Stay stay, Semaphore places) {}

  private static void start(Errand errand, CallThread.Work work) {
    if (errand.places.tryAcquire()) {
      CallThread.start(
          errand.request,
          work,
          () -> {
            errand.places.release();
            errand.stay.end();
          });
    } else {
      Failure.answerOverload(errand.request);
    }
  }

  private static AdminRequest asked(HttpServerRequest request, Match.Found found, byte[] body) {
    return new AdminRequest(
        request.method().name(),
        found.variables(),
        Objects.requireNonNullElse(request.query(), ""),
        CallHandler.headers(request),
        body);
  }

  /** What works out an answer. */
  private interface Work {
    AdminReply answer() throws AdminRefusal, IOException, InterruptedException;
  }

  private static AdminReply answer(Route route, Work work) throws InterruptedException {
    try {
      return work.answer();
    } catch (AdminRefusal refusal) {
      return refusal.reply();
    } catch (IOException e) {
      log.warn("{} {} failed", route.method(), route.pattern(), e);
      return AdminReply.error(503, "storage_failed", String.valueOf(e.getMessage()));
    }
  }

  private static void writeHead(HttpServerRequest request, int status, String type) {
    var response = request.response();
    response.setStatusCode(status).putHeader("content-type", type);
    response.putHeader("cache-control", "no-store");
    response.putHeader("x-content-type-options", "nosniff");
    response.putHeader("cross-origin-resource-policy", "same-origin");
    response.putHeader("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  }

  private static void write(HttpServerRequest request, AdminReply reply) {
    var response = request.response();
    if (response.closed() || response.headWritten()) {
      return; // who asked has hung up
    }
    boolean early = Remainder.mayFollow(request);
    writeHead(request, reply.status(), reply.type());
    reply.headers().forEach(response::putHeader);
    if (early && request.version() != HttpVersion.HTTP_2) {
      response.putHeader("connection", "close");
    }
    response.end(Buffer.buffer(reply.body()));
    if (early) {
      Remainder.discard(request);
    }
  }
}
