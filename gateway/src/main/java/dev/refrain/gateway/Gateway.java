package dev.refrain.gateway;

import dev.refrain.Header;
import dev.refrain.LlmCache;
import dev.refrain.Upstream;
import dev.refrain.dialect.Dialects;
import dev.refrain.gateway.Front.Stations;
import dev.refrain.gateway.Upstreams.ModelRoute;
import dev.refrain.gateway.controls.Translator;
import dev.refrain.gateway.settings.Connections;
import dev.refrain.gateway.settings.Settings;
import dev.refrain.tier.MemoryTier;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running gateway: one cache, with a server on each event loop before it. */
public final class Gateway implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);
  private static final Duration START_TIME_MAX = Duration.ofSeconds(30);
  private static final Duration STOP_TIME_MAX = Duration.ofSeconds(5);

  private final Settings settings;
  private final Vertx vertx;
  private final LlmCache cache;
  private final Queue<ServerVerticle> servers = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private Gateway(Settings settings) {
    this.settings = settings;
    vertx =
        Vertx.builder()
            .with(
                new VertxOptions().setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()))
            .withTransport(GuardedTransport.behind(door(settings.connections())))
            .build();
    var providers = providers();
    var upstreams = upstreams(providers);
    cache =
        LlmCache.builder()
            .dialects(Dialects.ALL)
            .tier(MemoryTier.ofBytes(settings.memoryBytes()))
            .routes(upstreams)
            .rules(settings.rules())
            .limits(settings.limits())
            .build();
    front = front(providers, upstreams);
  }

  private final Front front;

  /**
   * Starts a gateway, which listens when this returns.
   *
   * @throws IOException if it cannot
   */
  public static Gateway start(Settings settings) throws IOException, InterruptedException {
    var gateway = new Gateway(settings);
    try {
      gateway.listen();
    } catch (IOException | InterruptedException e) {
      gateway.close();
      throw e;
    }
    return gateway;
  }

  /** Returns the port on which it listens. */
  public int port() {
    return servers.element().port();
  }

  /** Returns how many upstream calls are under way. */
  public int callsUnderWay() {
    return cache.inFlight();
  }

  /** Takes no new requests, finishes those under way within the time to drain, and stops. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    var drainTime = settings.connections().drainTime();
    try {
      var drained = servers.stream().map(server -> server.drain(drainTime)).toList();
      Await.result(Future.join(drained), drainTime.plus(STOP_TIME_MAX));
    } catch (IOException e) {
      log.warn("Not all requests could be finished: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // stop at once
    }
    cache.close();
    try {
      Await.result(vertx.close(), STOP_TIME_MAX);
    } catch (IOException e) {
      log.warn("Not all could be closed: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it goes on without us
    }
  }

  private void listen() throws IOException, InterruptedException {
    var instances =
        new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
    Await.result(
        vertx.deployVerticle(
            () -> {
              var server = new ServerVerticle(vertx, settings, front);
              servers.add(server);
              return server;
            },
            instances),
        START_TIME_MAX);
  }

  private static Door door(Connections connections) {
    return new Door(connections.clientConnectionsMax(), connections.idleTime());
  }

  private Map<String, HttpUpstream> providers() {
    var clients = HttpClients.create(vertx, settings.connections());
    var providers = new HashMap<String, HttpUpstream>();
    for (var upstream : settings.upstreams()) {
      providers.put(upstream.name(), new HttpUpstream(clients, upstream, settings.connections()));
    }
    return providers;
  }

  private Upstreams upstreams(Map<String, HttpUpstream> providers) {
    var byName = new HashMap<String, Upstream>(providers);
    if (settings.demo().enabled()) {
      byName.put(Upstreams.DEMO, new Rehearsal(settings.demo().time(), InstantSource.system()));
    }
    var routes = new ArrayList<ModelRoute>();
    for (var upstream : settings.upstreams()) {
      upstream.models().forEach(model -> routes.add(new ModelRoute(model, upstream.name())));
    }
    return new Upstreams(byName, routes);
  }

  private Front front(Map<String, HttpUpstream> providers, Upstreams upstreams) {
    var credentials = new Credentials(settings.credentialHeaders());
    var translator = new Translator(settings.controls());
    var privacy = new Privacy(settings.controls().answers(), deciding(credentials));
    var writer = new AnswerWriter(settings.connections().idleTime(), privacy);
    var stations =
        new Stations(
            new CallHandler(cache, upstreams, credentials, translator, writer),
            new AskHandler(cache, upstreams, settings.ask()),
            new Passage(vertx, providers, settings.connections(), translator, privacy));
    return new Front(vertx, settings, cache, upstreams, stations);
  }

  /** Returns all headers of requests that decide which answer they get, and from whom. */
  private static List<String> deciding(Credentials credentials) {
    var deciding = new LinkedHashSet<>(credentials.names());
    deciding.add(Header.NAMESPACE.toLowerCase(Locale.ROOT));
    for (var dialect : Dialects.ALL) {
      dialect.decidingHeaders().forEach(name -> deciding.add(name.toLowerCase(Locale.ROOT)));
    }
    return List.copyOf(deciding);
  }
}
