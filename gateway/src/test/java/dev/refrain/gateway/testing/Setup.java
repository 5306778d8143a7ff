package dev.refrain.gateway.testing;

import dev.refrain.Limits;
import dev.refrain.Rules;
import dev.refrain.gateway.settings.Access;
import dev.refrain.gateway.settings.Admin;
import dev.refrain.gateway.settings.Ask;
import dev.refrain.gateway.settings.Connections;
import dev.refrain.gateway.settings.Controls;
import dev.refrain.gateway.settings.CredentialHeader;
import dev.refrain.gateway.settings.Data;
import dev.refrain.gateway.settings.Demo;
import dev.refrain.gateway.settings.FigureSettings;
import dev.refrain.gateway.settings.Listen;
import dev.refrain.gateway.settings.LoadedSettings;
import dev.refrain.gateway.settings.Origin;
import dev.refrain.gateway.settings.Retry;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.settings.SettingValue;
import dev.refrain.gateway.settings.Settings;
import dev.refrain.gateway.settings.Tls;
import dev.refrain.gateway.settings.TraceSettings;
import dev.refrain.gateway.settings.UpstreamSettings;
import dev.refrain.gateway.settings.UpstreamTls;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Settings for tests: any free port, and times short enough to wait for. */
public final class Setup {
  private final List<UpstreamSettings> upstreams = new ArrayList<>();
  private int port;
  private @Nullable Tls tls;
  private Data data = Data.NONE;
  private Rules rules = Rules.DEFAULT;
  private Limits limits = Limits.DEFAULT;
  private Bounds bounds = Bounds.DEFAULT;
  private long bodiesBytesMax = 64L << 20;
  private Retry retry = Retry.DEFAULT;
  private Access access = Access.PASS_THROUGH;
  private List<String> credentialHeaders = List.of();
  private Controls controls = Controls.DEFAULT;
  private Ask ask = Ask.DEFAULT;
  private int clientsMax = Connections.DEFAULT.clientConnectionsMax();
  private int upstreamConnectionsMax = Connections.DEFAULT.upstreamConnectionsMax();
  private Admin admin = Admin.DEFAULT;
  private FigureSettings figures = FigureSettings.DEFAULT;
  private TraceSettings traces = TraceSettings.OFF;
  private boolean keepsRequests;
  private @Nullable LoadedSettings told;
  private Demo demo = new Demo(true, Duration.ofMillis(20));

  /** The bounds of connections, for copying with one of them changed. */
  public record Bounds(
      Duration idleTime, Duration bodyTime, Duration firstByteTime, Duration drainTime) {
    static final Bounds DEFAULT =
        new Bounds(
            Connections.DEFAULT.idleTime(),
            Connections.DEFAULT.bodyTime(),
            Connections.DEFAULT.firstByteTime(),
            Connections.DEFAULT.drainTime());

    /** Returns these bounds with another time. */
    public Bounds idle(Duration time) {
      return new Bounds(time, bodyTime, firstByteTime, drainTime);
    }

    /** Returns these bounds with another time. */
    public Bounds body(Duration time) {
      return new Bounds(idleTime, time, firstByteTime, drainTime);
    }

    /** Returns these bounds with another time. */
    public Bounds firstByte(Duration time) {
      return new Bounds(idleTime, bodyTime, time, drainTime);
    }

    /** Returns these bounds with another time. */
    public Bounds drain(Duration time) {
      return new Bounds(idleTime, bodyTime, firstByteTime, time);
    }
  }

  private Setup() {}

  /** With a provider behind the known names. */
  public static Setup before(FakeProvider provider) {
    return before(provider.url());
  }

  /** With a provider behind the known names. */
  public static Setup before(URI provider) {
    return new Setup()
        .upstream("openai", provider)
        .upstream("anthropic", provider)
        .upstream("gemini", provider)
        .upstream("ollama", provider);
  }

  /** Adds an upstream. */
  public Setup upstream(String name, URI url, String... models) {
    upstreams.add(new UpstreamSettings(name, url, List.of(models)));
    return this;
  }

  /** Adds an upstream to which HTTP/2 is spoken. */
  public Setup http2Upstream(String name, URI url) {
    var header = CredentialHeader.AUTHORIZATION;
    upstreams.add(
        new UpstreamSettings(
            name, url, List.of(), true, List.of(), null, header, UpstreamTls.USUAL));
    return this;
  }

  /** Adds an upstream for which somebody vouches whom not everybody knows. */
  public Setup privateUpstream(String name, URI url, boolean http2, UpstreamTls proof) {
    var header = CredentialHeader.AUTHORIZATION;
    upstreams.add(
        new UpstreamSettings(name, url, List.of(), http2, List.of(), null, header, proof));
    return this;
  }

  /** Leaves out all upstreams, as no operator can. */
  public Setup withoutUpstreams() {
    upstreams.clear();
    return this;
  }

  /** Sets where to listen; else anywhere. */
  public Setup port(int number) {
    port = number;
    return this;
  }

  /** Sets with what the gateway proves who it is. */
  public Setup tls(Tls proof) {
    tls = proof;
    return this;
  }

  /** Sets what is kept beyond the process; else nothing. */
  public Setup data(Data value) {
    data = value;
    return this;
  }

  /** Sets what is cached. */
  public Setup rules(Rules value) {
    rules = value;
    return this;
  }

  /** Sets the bounds of the cache. */
  public Setup limits(Limits value) {
    limits = value;
    return this;
  }

  /** Sets the bounds of connections. */
  public Setup bounds(UnaryOperator<Bounds> change) {
    bounds = change.apply(bounds);
    return this;
  }

  /** Sets how many clients may be connected. */
  public Setup clientsMax(int value) {
    clientsMax = value;
    return this;
  }

  /** Sets how many connections there may be to each upstream. */
  public Setup upstreamConnectionsMax(int value) {
    upstreamConnectionsMax = value;
    return this;
  }

  /** Adds an upstream for some paths. */
  public Setup upstreamOf(String path, String name, URI url) {
    var header = CredentialHeader.AUTHORIZATION;
    upstreams.add(
        new UpstreamSettings(
            name, url, List.of(), false, List.of(path), null, header, UpstreamTls.USUAL));
    return this;
  }

  /** Sets what the gateway shows an upstream that was added before, and where. */
  public Setup credential(String upstream, CredentialHeader header, String secret) {
    upstreams.replaceAll(known ->
        known.name().equals(upstream)
            ? new UpstreamSettings(
                upstream,
                known.url(),
                known.models(),
                known.http2(),
                known.paths(),
                new Secret(secret),
                header,
                known.tls())
            : known);
    return this;
  }

  /** Sets how much the bodies of all requests may take. */
  public Setup bodiesBytesMax(long bytes) {
    bodiesBytesMax = bytes;
    return this;
  }

  /** Sets when calls are sent once more. */
  public Setup retry(Retry value) {
    retry = value;
    return this;
  }

  /** Sets who may ask. */
  public Setup access(Access value) {
    access = value;
    return this;
  }

  /** Sets further headers that are credentials. */
  public Setup credentialHeaders(String... names) {
    credentialHeaders = List.of(names);
    return this;
  }

  /** Sets what callers may say about caching. */
  public Setup controls(Controls value) {
    controls = value;
    return this;
  }

  /** Sets who may use what belongs to the operator. */
  public Setup admin(Admin value) {
    admin = value;
    return this;
  }

  /** Sets how /ask is answered. */
  public Setup ask(Ask value) {
    ask = value;
    return this;
  }

  /** Sets what is counted, and told of it. */
  public Setup figures(FigureSettings value) {
    figures = value;
    return this;
  }

  /** Keeps what is asked. */
  public Setup keepRequests() {
    keepsRequests = true;
    return this;
  }

  /** Sets as what the settings are told, whatever they are. */
  public Setup telling(LoadedSettings value) {
    told = value;
    return this;
  }

  /** Sets where traces go; else nowhere. */
  public Setup traces(TraceSettings value) {
    traces = value;
    return this;
  }

  /** Sets whether there is a model for rehearsals, and how slow it is. */
  public Setup demo(Demo value) {
    demo = value;
    return this;
  }

  /** Returns the settings. */
  public Settings settings() {
    return new Settings(
        new Listen("127.0.0.1", port, tls),
        upstreams,
        64L << 20,
        data,
        rules,
        limits,
        bodiesBytesMax,
        connections(),
        retry,
        access,
        credentialHeaders,
        controls,
        ask,
        demo,
        admin,
        figures,
        traces,
        keepsRequests);
  }

  /** Returns the settings as if they had been read, with two values and a warning to show. */
  public LoadedSettings loaded() {
    if (told != null) {
      return new LoadedSettings(settings(), told.values(), told.warnings());
    }
    var listen = new SettingValue("listen", "127.0.0.1:0", new Origin.Default());
    var origin = new Origin.Line(Path.of("refrain.yaml"), 3, 5);
    var values = List.of(listen, new SettingValue("cache.ttl", "12h", origin));
    return new LoadedSettings(settings(), values, List.of("a warning about <b>something</b>"));
  }

  private Connections connections() {
    return new Connections(
        Connections.DEFAULT.headerBytesMax(),
        bounds.idleTime,
        bounds.bodyTime,
        Connections.DEFAULT.connectTime(),
        bounds.firstByteTime,
        upstreamConnectionsMax,
        bounds.drainTime,
        clientsMax);
  }
}
