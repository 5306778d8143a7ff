package dev.refrain.gateway;

import dev.refrain.Header;
import dev.refrain.LlmCache;
import dev.refrain.Upstream;
import dev.refrain.dialect.Dialects;
import dev.refrain.gateway.Front.Stations;
import dev.refrain.gateway.admin.About;
import dev.refrain.gateway.admin.AdminDoor;
import dev.refrain.gateway.admin.CallReader;
import dev.refrain.gateway.admin.OperatorRoutes;
import dev.refrain.gateway.admin.RecentCalls;
import dev.refrain.gateway.admin.Router;
import dev.refrain.gateway.cli.Program;
import dev.refrain.gateway.console.Catalogue;
import dev.refrain.gateway.console.Console;
import dev.refrain.gateway.controls.Translator;
import dev.refrain.gateway.express.Lanes;
import dev.refrain.gateway.figures.Figures;
import dev.refrain.gateway.keys.KeysFile;
import dev.refrain.gateway.keys.LiveKeys;
import dev.refrain.gateway.portage.Portage;
import dev.refrain.gateway.settings.LoadedSettings;
import dev.refrain.gateway.settings.Settings;
import dev.refrain.gateway.settings.UpstreamTls;
import dev.refrain.gateway.traces.Tracing;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running gateway: one cache, with a server on each event loop before it. */
public final class Gateway implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);
  private static final Duration START_TIME_MAX = Duration.ofSeconds(30);
  private static final int NEAR_MISSES = 1000;
  private static final int RECENT_CALLS = 2000;
  private static final Duration STOP_TIME_MAX = Duration.ofSeconds(5);

  private final Settings settings;
  private final @Nullable LiveKeys keys;
  private final Vault vault;
  private final Load load;
  private final Lanes lanes;
  private final Vertx vertx;
  private final LlmCache cache;
  private final Figures figures;
  private final Tracing tracing;
  private final Console console;
  private final Queue<ServerVerticle> servers = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private Gateway(LoadedSettings loaded, Opened opened) {
    settings = loaded.settings();
    keys = opened.keys;
    vault = opened.vault;
    tracing = opened.tracing;
    load =
        new Load(
            settings.limits().flightsMax(),
            HttpClients.connectionsMax(settings.connections().upstreamConnectionsMax()),
            settings.bodiesBytesMax());
    lanes = new Lanes(load.smallBodies());
    vertx =
        Vertx.builder()
            .with(
                new VertxOptions().setEventLoopPoolSize(Runtime.getRuntime().availableProcessors()))
            .withTransport(GuardedTransport.behind(door(settings, lanes)))
            .build();
    var providers = providers();
    var upstreams = upstreams(providers);
    cache =
        vault
            .furnish(LlmCache.builder().dialects(Dialects.ALL))
            .routes(upstreams)
            .rules(settings.rules())
            .limits(settings.limits())
            .nearMisses(NEAR_MISSES)
            .keepRequests(settings.keepsRequests())
            .build();
    figures = opened.bookkeeping.begin(cache::figures);
    var again = new AskingAgain(settings, cache, upstreams, figures, vault::scopeKey);
    var catalogue = new Catalogue(cache.inventory(), again);
    console = Console.open(loaded, catalogue, figures, InstantSource.system());
    front = front(providers, upstreams, gatekeeper(opened.bookkeeping));
  }

  private final Front front;

  /**
   * Starts a gateway, which listens when this returns.
   *
   * @throws IOException if it cannot
   */
  public static Gateway start(LoadedSettings loaded) throws IOException, InterruptedException {
    var settings = loaded.settings();
    var keys = keys(settings); // may fail, and holds nothing then
    var vault = Vault.open(settings);
    var gateway = new Gateway(loaded, open(settings, keys, vault));
    try {
      gateway.share();
      gateway.listen();
    } catch (IOException | InterruptedException e) {
      gateway.close();
      throw e;
    }
    return gateway;
  }

  /** What may be missing in the world outside, and so is opened first. */
  private record Opened(
      @Nullable LiveKeys keys, Vault vault, Bookkeeping bookkeeping, Tracing tracing) {}

  private static Opened open(Settings settings, @Nullable LiveKeys keys, Vault vault)
      throws IOException {
    try {
      var tracing = Tracing.open(settings);
      try {
        var bookkeeping = Bookkeeping.open(settings.figures(), vault.directory());
        return new Opened(keys, vault, bookkeeping, tracing);
      } catch (IOException e) {
        tracing.close();
        throw e;
      }
    } catch (IOException e) {
      vault.close();
      throw e;
    }
  }

  private static @Nullable LiveKeys keys(Settings settings) throws IOException {
    var file = settings.access().keys();
    return (file == null) ? null : LiveKeys.open(new KeysFile(file), InstantSource.system());
  }

  /** Returns the port on which it listens. */
  public int port() {
    return servers.element().port();
  }

  /** Returns what is kept on disk and where, or why nothing is. */
  public String onDisk() {
    return vault.description();
  }

  /** Returns how many upstream calls are under way. */
  public int callsUnderWay() {
    return cache.inFlight();
  }

  /** Returns the cache; for tests. */
  LlmCache cache() {
    return cache;
  }

  /** Returns what is counted and measured. */
  Figures figures() {
    return figures;
  }

  /** Returns how many hits were answered past the HTTP server. */
  long answeredOnExpressLane() {
    return front.express().answered();
  }

  /** Returns how many connections of clients are known, of those that have asked for something. */
  int connections() throws IOException, InterruptedException {
    int known = 0;
    for (var server : servers) {
      known += Await.result(server.connections(), STOP_TIME_MAX);
    }
    return known;
  }

  /** Returns how many calls go past the cache or are on their way upstream, relays included. */
  long callsUpstream() {
    return load.calls().taken();
  }

  /** Returns how much the bodies take of requests that are under way. */
  long bodiesBytes() {
    return load.smallBodies().taken() + load.largeBodies().taken();
  }

  /** Returns how much of the replies under way lies in memory. */
  long repliesBytes() {
    return cache.figures().air().bytes();
  }

  /** Takes no new requests, finishes those under way within the time to drain, and stops. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    console.close();
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
    figures.close();
    tracing.close();
    if (keys != null) {
      keys.close(); // before the vault, where others are told what was counted last
    }
    vault.close();
    try {
      Await.result(vertx.close(), STOP_TIME_MAX);
    } catch (IOException e) {
      log.warn("Not all could be closed: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it goes on without us
    }
  }

  /** Counts what is used of the keys together with all other gateways that have the same vault. */
  private void share() {
    if (keys != null) {
      var board = vault.board();
      if (board != null) {
        keys.share(board);
      }
    }
  }

  private void listen() throws IOException, InterruptedException {
    var instances =
        new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
    Await.result(
        vertx.deployVerticle(
            () -> {
              var server = new ServerVerticle(vertx, settings, front, lanes);
              servers.add(server);
              return server;
            },
            instances),
        START_TIME_MAX);
  }

  private static Door door(Settings settings, Lanes lanes) {
    var connections = settings.connections();
    return new Door(
        connections.clientConnectionsMax(),
        connections.idleTime(),
        ServerVerticle.http1(connections),
        (settings.listen().tls() == null) ? lanes : null);
  }

  private Map<String, HttpUpstream> providers() {
    int callsMax = settings.limits().flightsMax();
    var usual = HttpClients.create(vertx, settings.connections(), UpstreamTls.USUAL, callsMax);
    var providers = new HashMap<String, HttpUpstream>();
    for (var upstream : settings.upstreams()) {
      var clients =
          upstream.tls().isUsual()
              ? usual
              : HttpClients.create(vertx, settings.connections(), upstream.tls(), callsMax);
      providers.put(
          upstream.name(), new HttpUpstream(vertx, clients, upstream, settings, new RetryBudget()));
    }
    return providers;
  }

  private Upstreams upstreams(Map<String, HttpUpstream> providers) {
    var byName = new HashMap<String, Upstream>();
    providers.forEach((name, provider) -> byName.put(name, bounded(name, provider.retrying())));
    if (settings.demo().enabled()) {
      var rehearsal = new Rehearsal(settings.demo().time(), InstantSource.system());
      byName.put(Upstreams.DEMO, bounded(Upstreams.DEMO, rehearsal));
    }
    return Upstreams.of(settings, byName);
  }

  private Upstream bounded(String name, Upstream upstream) {
    return new BoundedUpstream(upstream, load.room(name));
  }

  private Gatekeeper gatekeeper(Bookkeeping bookkeeping) {
    return (keys == null)
        ? new Credentials(settings.credentialHeaders(), vault::scopeKey)
        : new KeyGatekeeper(
            keys, new Purse(settings), bookkeeping.prices(), InstantSource.system());
  }

  private Front front(
      Map<String, HttpUpstream> providers, Upstreams upstreams, Gatekeeper gatekeeper) {
    var translator = new Translator(settings.controls());
    var privacy = new Privacy(settings.controls().answers(), deciding(gatekeeper, translator));
    var writer = new AnswerWriter(settings.connections().idleTime(), privacy);
    var ledger =
        new Ledger(
            new RequestIds(), new RecentCalls(RECENT_CALLS), tracing, InstantSource.system());
    var reader = new CallReading(cache, upstreams, translator, gatekeeper);
    var calls = new CallHandler(cache, upstreams, translator, figures, writer);
    var stations =
        new Stations(
            gatekeeper,
            load,
            figures,
            ledger,
            calls,
            new Express(gatekeeper, figures, ledger, calls, writer),
            new AskHandler(cache, upstreams, figures, settings.ask()),
            admin(reader, ledger.calls()),
            new Passage(vertx, providers, settings.connections(), translator, privacy));
    return new Front(vertx, settings, cache, upstreams, stations);
  }

  private AdminHandler admin(CallReader reader, RecentCalls calls) {
    var door = new AdminDoor(settings.admin(), settings.listen().host());
    var about = new About(Program.number(), InstantSource.system().instant());
    var routes = new ArrayList<>(console.routes());
    routes.addAll(OperatorRoutes.of(about, settings, cache, figures, reader));
    routes.addAll(calls.routes());
    int replyBytesMax = settings.limits().replyBytesMax();
    var clock = InstantSource.system();
    routes.addAll(new Portage(cache.depot(), vault::scopeKey, replyBytesMax, clock).routes());
    return new AdminHandler(vertx, door, new Router(routes), settings.connections().bodyTime());
  }

  /** Returns all headers of requests that decide which answer they get, and from whom. */
  private static List<String> deciding(Gatekeeper gatekeeper, Translator translator) {
    var deciding = new LinkedHashSet<String>();
    gatekeeper.names().forEach(name -> deciding.add(name.toLowerCase(Locale.ROOT)));
    deciding.add(Header.NAMESPACE.toLowerCase(Locale.ROOT));
    deciding.addAll(translator.namespaces());
    for (var dialect : Dialects.ALL) {
      dialect.decidingHeaders().forEach(name -> deciding.add(name.toLowerCase(Locale.ROOT)));
    }
    return List.copyOf(deciding);
  }
}
