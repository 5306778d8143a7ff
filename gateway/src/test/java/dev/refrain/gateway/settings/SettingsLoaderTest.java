package dev.refrain.gateway.settings;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Limits;
import dev.refrain.Reason;
import dev.refrain.Rule;
import dev.refrain.Rules;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsLoaderTest {
  private static final UpstreamSettings GEMINI =
      new UpstreamSettings(
          "gemini", URI.create("https://generativelanguage.googleapis.com"), List.of());
  private static final UpstreamSettings OLLAMA =
      new UpstreamSettings("ollama", URI.create("http://127.0.0.1:11434"), List.of());
  private static final Limits LIMITS =
      new Limits(
          Limits.DEFAULT.bodyBytesMax(),
          Limits.DEFAULT.replyBytesMax(),
          Trial.HEAP / 8,
          (int) (Trial.HEAP / (512 << 10)),
          Limits.DEFAULT.flightTimeMax(),
          Limits.DEFAULT.linger());

  private static final Connections CONNECTIONS =
      new Connections(
          Connections.DEFAULT.headerBytesMax(),
          Connections.DEFAULT.idleTime(),
          Connections.DEFAULT.bodyTime(),
          Connections.DEFAULT.connectTime(),
          Connections.DEFAULT.firstByteTime(),
          LIMITS.flightsMax(),
          Connections.DEFAULT.drainTime(),
          Connections.DEFAULT.clientConnectionsMax());

  @TempDir Path directory;
  private Trial trial;

  @BeforeEach
  void prepare() {
    trial = new Trial(directory);
  }

  @Test
  void withoutAnySettingTheDefaultsHold() throws Exception {
    var settings = trial.settings();

    assertThat(settings)
        .isEqualTo(
            new Settings(
                new Listen("127.0.0.1", 8484, null),
                List.of(
                    new UpstreamSettings("openai", URI.create("https://api.openai.com"), List.of()),
                    new UpstreamSettings(
                        "anthropic", URI.create("https://api.anthropic.com"), List.of()),
                    GEMINI,
                    OLLAMA),
                Trial.HEAP / 4,
                Data.NONE,
                Rules.DEFAULT,
                LIMITS,
                Trial.HEAP / 4,
                CONNECTIONS,
                Retry.DEFAULT,
                Access.PASS_THROUGH,
                List.of(),
                Controls.DEFAULT,
                Ask.DEFAULT,
                Demo.DEFAULT,
                Admin.DEFAULT,
                FigureSettings.DEFAULT,
                TraceSettings.OFF,
                false));
  }

  @Test
  void whoAsksAProductThatIsNotUnderstoodIsToldByItsCredentials() throws Exception {
    trial.yaml("{credential-headers: [x-tenant], controls: {products: [litellm, portkey]}}");

    assertThat(trial.settings().credentialHeaders())
        .containsExactly(
            "x-tenant",
            "helicone-auth",
            "helicone-target-url",
            "cf-aig-authorization",
            "cf-aig-byok-alias");
  }

  @Test
  void anEmptyFileIsAsGoodAsNone() throws Exception {
    var defaults = trial.settings();

    assertThat(trial.yaml("").settings()).isEqualTo(defaults);
    assertThat(trial.yaml("# nothing\n---\n").settings()).isEqualTo(defaults);
    assertThat(trial.yaml("cache:\nrules:\nupstreams:\n").settings()).isEqualTo(defaults);
  }

  @Test
  void whatIsNearerToTheCallerCountsMore() throws Exception {
    trial.yaml("memory: 2MiB\n");
    assertThat(trial.settings().memoryBytes()).isEqualTo(2 << 20);
    assertThat(Trial.sourceOf(trial.load(), "memory")).isEqualTo("2MiB from refrain.yaml:1:9");

    trial.variable("REFRAIN_MEMORY", "3MiB");
    assertThat(trial.settings().memoryBytes()).isEqualTo(3 << 20);
    assertThat(Trial.sourceOf(trial.load(), "memory")).isEqualTo("3MiB from REFRAIN_MEMORY");

    trial.set("memory=4MiB");
    assertThat(trial.settings().memoryBytes()).isEqualTo(4 << 20);
    assertThat(Trial.sourceOf(trial.load(), "memory")).isEqualTo("4MiB from --set memory");

    trial.memory("5MiB");
    assertThat(trial.settings().memoryBytes()).isEqualTo(5 << 20);
    assertThat(Trial.sourceOf(trial.load(), "memory")).isEqualTo("5MiB from --memory");
  }

  @Test
  void theSameHoldsForUpstreams() throws Exception {
    trial.yaml("upstreams: {local: {url: 'http://file'}, openai: {url: 'http://file'}}");
    trial.variable("REFRAIN_UPSTREAM_LOCAL", "http://variable").upstream("local=http://flag/");

    assertThat(trial.settings().upstreams())
        .containsExactly(
            new UpstreamSettings("openai", URI.create("http://file"), List.of()),
            new UpstreamSettings("anthropic", URI.create("https://api.anthropic.com"), List.of()),
            GEMINI,
            OLLAMA,
            new UpstreamSettings("local", URI.create("http://flag"), List.of()));
    assertThat(Trial.sourceOf(trial.load(), "upstreams.local.url"))
        .isEqualTo("http://flag/ from --upstream local");
    assertThat(Trial.sourceOf(trial.load(), "upstreams.anthropic.url"))
        .isEqualTo("https://api.anthropic.com from default");
  }

  @Test
  void anUpstreamIsFoundByItsNameInCapitals() throws Exception {
    trial.yaml("upstreams: {My_local-one: {url: 'http://file', models: [llama*, qwen]}}");
    trial.variable("REFRAIN_UPSTREAM_MY_LOCAL_ONE", "http://variable/prefix");
    trial.variable("REFRAIN_UPSTREAM_SOME_OTHER", "http://other");

    assertThat(trial.settings().upstreams().subList(4, 6))
        .containsExactly(
            new UpstreamSettings(
                "My_local-one", URI.create("http://variable/prefix"), List.of("llama*", "qwen")),
            new UpstreamSettings("some-other", URI.create("http://other"), List.of()));
  }

  @Test
  void theLastOfSeveralFlagsCounts() throws Exception {
    trial.set("demo.time=1s").set("demo.time=3s").upstream("x=http://a").upstream("x=http://b");

    assertThat(trial.settings().demo().time()).isEqualTo(Duration.ofSeconds(3));
    assertThat(trial.settings().upstreams().getLast().url()).isEqualTo(URI.create("http://b"));
  }

  @Test
  void anEmptyVariableIsNotSet() throws Exception {
    trial.variable("REFRAIN_MEMORY", "").variable("REFRAIN_MEMROY", "");

    assertThat(trial.settings().memoryBytes()).isEqualTo(Trial.HEAP / 4);
  }

  @Test
  void variablesOfTheLauncherAndOfOthersAreLeftAlone() throws Exception {
    trial.variable("REFRAIN_JAVA_HOME", "x").variable("REFRAIN_JAVA_OPTS", "x");
    trial.variable("REFRAIN_JAVA", "x").variable("OPENAI_API_KEY", "x").variable("MEMORY", "x");

    assertThat(trial.load().warnings()).isEmpty();
  }

  @Test
  void whatIsSharedIsToldByOneVariable() throws Exception {
    assertThat(trial.settings().data().shared()).isNull();
    trial.variable("REDIS_URL", "redis://:hush@host:1");
    assertThat(trial.settings().data().shared())
        .isEqualTo(new Shared(new Secret("redis://:hush@host:1"), "refrain", ofMillis(45)));
    assertThat(trial.load().toString()).doesNotContain("hush");
    trial.variable("REDIS_URL", "http://:hush@host");
    assertThat(trial.complaints())
        .containsExactly("REDIS_URL: expected an address such as redis://host:6379");
    trial.file("address", "redis://host").set("redis.url-file=address");
    assertThat(trial.complaints())
        .containsExactly("--set redis.url-file: stands beside the variable REDIS_URL");
  }

  @Test
  void whoVouchesForWhatIsSharedIsToldInAFile() throws Exception {
    trial.file("ca.pem", Pem.CERTIFICATE).set("redis.tls-authorities=ca.pem");
    trial.variable("REDIS_URL", "rediss://host");
    assertThat(trial.settings().data().shared().authorities()).hasFileName("ca.pem");
    trial.variable("REDIS_URL", "redis://host").file("ca.pem", Pem.KEY);
    assertThat(trial.complaints())
        .containsExactly(
            "--set redis.tls-authorities: there is no certificate in PEM in that file",
            "--set redis.tls-authorities: needs a REDIS_URL that begins with rediss");
  }

  @Test
  void answersAreKeptWhereDataOfUsersLies() throws Exception {
    assertThat(trial.settings().data().directory()).isNull(); // nobody's home
    trial.variable("HOME", "/home/me");
    assertThat(trial.settings().data().directory())
        .isEqualTo(Path.of("/home/me/.local/share/refrain"));
    trial.variable("XDG_DATA_HOME", "relative");
    assertThat(trial.settings().data().directory())
        .isEqualTo(Path.of("/home/me/.local/share/refrain"));
    trial.variable("XDG_DATA_HOME", "/data");
    assertThat(trial.settings().data().directory()).isEqualTo(Path.of("/data/refrain"));
    trial.yaml("data: here");
    assertThat(trial.settings().data().directory()).isEqualTo(directory.resolve("here"));
    trial.variable("REFRAIN_DATA", "/there");
    assertThat(trial.settings().data().directory()).isEqualTo(Path.of("/there"));
    trial.data("none");
    assertThat(trial.settings().data().directory()).isNull();
  }

  @Test
  void aSecretMustBeLongAndThereOnce() {
    var unfit =
        "expected a secret of at least 16 characters, for instance of 'openssl rand -hex 32'";
    trial.variable("REFRAIN_SECRET", "too short");
    assertThat(trial.complaints())
        .containsExactly("REFRAIN_SECRET: what stands in that variable can be no key");
    trial.variable("REFRAIN_SECRET", "too-short");
    assertThat(trial.complaints()).containsExactly("REFRAIN_SECRET: " + unfit);
    trial.variable("REFRAIN_SECRET", "").variable("REFRAIN_SECRET_OLD", "0123456789abcdef");
    assertThat(trial.complaints()).containsExactly("REFRAIN_SECRET_OLD: needs a new secret");
    trial.file("s", "0123456789abcdef").set("secret-file=s");
    assertThat(trial.complaints()).isEmpty();
    trial.variable("REFRAIN_SECRET", "0123456789abcdef");
    assertThat(trial.complaints())
        .containsExactly("--set secret-file: stands beside the variable REFRAIN_SECRET");
  }

  @Test
  void theFileCanBeNamedByFlagOrVariable() throws Exception {
    trial
        .yaml("memory: 2MiB")
        .file("etc/a.yaml", "memory: 3MiB")
        .file("etc/b.yaml", "memory: 4MiB");

    trial.variable("REFRAIN_CONFIG", "etc/a.yaml");
    assertThat(Trial.sourceOf(trial.load(), "memory")).isEqualTo("3MiB from etc/a.yaml:1:9");
    trial.config("etc/b.yaml");
    assertThat(Trial.sourceOf(trial.load(), "memory")).isEqualTo("4MiB from etc/b.yaml:1:9");
  }

  @Test
  void aFileOfNearlyTheRightNameIsWarnedOf() throws Exception {
    trial.file("refrain.yml", "memory: 2MiB");

    assertThat(trial.load().warnings())
        .containsExactly("refrain.yml is not read: call it refrain.yaml, or name it with --config");
  }

  @Test
  void filesAreRelativeToTheFileThatNamesThem() throws Exception {
    trial.file("etc/a.yaml", "tls: {certificate: cert.pem, key: private/key.pem}");
    trial.file("etc/cert.pem", Pem.CERTIFICATE).file("etc/private/key.pem", Pem.KEY);
    trial.file("other.pem", Pem.KEY);

    assertThat(trial.config("etc/a.yaml").settings().listen().tls())
        .isEqualTo(
            new Tls(directory.resolve("etc/cert.pem"), directory.resolve("etc/private/key.pem")));
    assertThat(trial.set("tls.key=other.pem").settings().listen().tls())
        .isEqualTo(new Tls(directory.resolve("etc/cert.pem"), directory.resolve("other.pem")));
  }

  @Test
  void theCredentialComesFromAVariableOrAFile() throws Exception {
    trial.variable("SOME_KEY", "sk-1").set("ask.credential-env=SOME_KEY");
    assertThat(trial.settings().ask().credential()).isEqualTo("sk-1");

    var other = new Trial(directory).file("key", "sk-2\n").set("ask.credential-file=key");
    assertThat(other.settings().ask().credential()).isEqualTo("sk-2");
  }

  @Test
  void aKeyOpenToAllIsWarnedOf() throws Exception {
    trial.variable("SOME_KEY", "sk-1").set("ask.credential-env=SOME_KEY").listen("0.0.0.0:80");

    assertThat(trial.load().warnings())
        .containsExactly(
            "--listen: whoever reaches this machine can use /ask, at the expense of the key set"
                + " for it");
    assertThat(trial.listen("[::1]:80").load().warnings()).isEmpty();
    assertThat(trial.listen("127.0.0.2:80").load().warnings()).isEmpty();
  }

  @Test
  void aUrlThatEndsInTheVersionIsWarnedOf() throws Exception {
    trial.upstream("openai=https://api.openai.com/v1/");

    assertThat(trial.load().warnings())
        .containsExactly(
            "--upstream openai: the URL ends in /v1, and so requests go to …/v1/v1/…: best leave"
                + " it out");
  }

  @Test
  void aTtlBeyondTheGreatestAgeIsWarnedOf() throws Exception {
    trial.yaml("cache: {ttl: 30d}\nrules:\n - {model: a, ttl: 8d}\n - {model: b, max-age: 1h}\n");

    assertThat(trial.load().warnings())
        .containsExactly(
            "refrain.yaml:3:20: a ttl of 8d, but max-age ends every answer after 7d",
            "refrain.yaml:1:14: a ttl of 30d, but max-age ends every answer after 7d");
  }

  @Test
  void aRuleRefinesWhatHoldsForAllCalls() throws Exception {
    trial.yaml(
        """
        cache:
          ttl: 12h
          jitter: 0%
          forgive: [tools, length]
        rules:
          - namespace: beta*
            model: gpt-4o
            path: /v1/chat/*
            ttl: 1h
            forgive: []
          - model: o3
            enabled: false
        """);
    trial.variable("REFRAIN_CACHE_JITTER", "2.5%");

    var draft = new Draft(directory);
    SettingsFile.read(directory.resolve("refrain.yaml"), Path.of("refrain.yaml"), draft);
    draft.put("cache.jitter", "2.5%", new Origin.Flag("--set"));
    var cache = CacheRows.rule(draft.values());
    var beta = CacheRows.rule(draft.rules().getFirst().values());
    var o3 = CacheRows.rule(draft.rules().getLast().values());

    assertThat(cache.lifetime().ttl()).isEqualTo(Duration.ofHours(12));
    assertThat(cache.lifetime().jitter()).isEqualTo(0.025);
    assertThat(cache.forgiven()).isEqualTo(Set.of(Reason.TOOLS, Reason.LENGTH));
    assertThat(beta).isEqualTo(new Rule(true, cache.lifetime().withTtl(hours(1)), Set.of()));
    assertThat(o3).isEqualTo(new Rule(false, cache.lifetime(), cache.forgiven()));
    assertThat(trial.settings().rules().otherwise()).isEqualTo(cache);
    assertThat(trial.settings().rules().matches()).hasSize(2);
    assertThat(Trial.sourceOf(trial.load(), "rules[0].ttl")).isEqualTo("1h from refrain.yaml:9:10");
    assertThat(Trial.sourceOf(trial.load(), "rules[1].ttl")).isEqualTo("nowhere");
  }

  private static Duration hours(int count) {
    return Duration.ofHours(count);
  }

  @Test
  void listsStandInListsOrBetweenCommas() throws Exception {
    var names = List.of("x-tenant", "x-user");

    assertThat(trial.yaml("credential-headers: [X-Tenant, x-user]").settings().credentialHeaders())
        .isEqualTo(names);
    assertThat(trial.yaml("credential-headers: X-Tenant, x-user").settings().credentialHeaders())
        .isEqualTo(names);
    assertThat(trial.set("credential-headers=x-tenant,X-USER").settings().credentialHeaders())
        .isEqualTo(names);
    assertThat(trial.set("credential-headers=").settings().credentialHeaders()).isEmpty();
  }

  @Test
  void anchorsSaveWriting() throws Exception {
    trial.yaml(
        """
        upstreams:
          a: &both {url: "http://a", models: [x*]}
          b: *both
        """);

    assertThat(trial.settings().upstreams().getLast())
        .isEqualTo(new UpstreamSettings("b", URI.create("http://a"), List.of("x*")));
  }

  @Test
  void whatBecomesOfAbandonedCallsIsSaidInWordsOrAsATime() throws Exception {
    assertThat(trial.set("limits.when-abandoned=cancel").settings().limits())
        .isEqualTo(LIMITS.lingering(Limits.CANCEL));
    assertThat(trial.set("limits.when-abandoned=7s").settings().limits())
        .isEqualTo(LIMITS.lingering(Duration.ofSeconds(7)));
    assertThat(trial.set("limits.when-abandoned=finish").settings().limits()).isEqualTo(LIMITS);
  }

  @Test
  void asManyCallsMayBeUnderWayAsTheHeapHasRoomForThem() throws Exception {
    assertThat(trial.heap(256L << 20).settings().limits().flightsMax()).isEqualTo(512);
    assertThat(trial.heap(8L << 20).settings().limits().flightsMax()).isEqualTo(16);
    assertThat(trial.heap(1L << 40).settings().limits().flightsMax()).isEqualTo(10_000);
    assertThat(trial.set("limits.flights-max=20000").settings().limits().flightsMax())
        .isEqualTo(20_000);
  }

  @Test
  void thereAreConnectionsToEachUpstreamForAllCallsUnlessItIsSaidOtherwise() throws Exception {
    assertThat(trial.heap(256L << 20).settings().connections().upstreamConnectionsMax())
        .isEqualTo(512);
    trial.set("limits.flights-max=20000");
    assertThat(trial.settings().connections().upstreamConnectionsMax()).isEqualTo(20_000);
    trial.set("connections.upstream-max=7");
    assertThat(trial.settings().connections().upstreamConnectionsMax()).isEqualTo(7);
  }

  @Test
  void anUpstreamIsShownItsCredentialWhereItsVendorWantsIt() throws Exception {
    var trial =
        new Trial(directory)
            .variable("KEY", "sk-1")
            .set("keys=keys.json")
            .upstream("gemini=https://generativelanguage.googleapis.com")
            .upstream("azure=https://some.openai.azure.com")
            .upstream("proxy=https://api.anthropic.com")
            .upstream("local=http://127.0.0.1:8000")
            .upstream("odd=http://127.0.0.1:8001")
            .set("upstreams.odd.credential-header=X-API-Key")
            .set("upstreams.odd.credential-env=KEY")
            .set("upstreams.odd.paths=/v1/embeddings,/v1/audio/*");

    var shown = new HashMap<String, String>();
    for (var upstream : trial.settings().upstreams()) {
      var header = upstream.credentialHeader();
      shown.put(upstream.name(), header.header() + ": " + header.value(new Secret("k")));
      if (upstream.name().equals("odd")) {
        assertThat(upstream.credential()).isEqualTo(new Secret("sk-1"));
        assertThat(upstream.paths()).containsExactly("/v1/embeddings", "/v1/audio/*");
      }
    }
    assertThat(shown)
        .containsEntry("openai", "authorization: Bearer k")
        .containsEntry("anthropic", "x-api-key: k")
        .containsEntry("gemini", "x-goog-api-key: k")
        .containsEntry("azure", "api-key: k")
        .containsEntry("proxy", "x-api-key: k")
        .containsEntry("local", "authorization: Bearer k")
        .containsEntry("odd", "x-api-key: k");
  }

  @Test
  void whoMakesKeysNeedsNoSecrets() throws Exception {
    var loader = new SettingsLoader(directory, Map.of("REFRAIN_KEYS", "keys.json"), Trial.HEAP);
    var flags =
        new Flags(
            null, null, null, List.of(), List.of("upstreams.openai.credential-env=NOT_SET_HERE"));

    assertThat(loader.keys(flags)).isEqualTo(directory.resolve("keys.json"));
    assertThat(new SettingsLoader(directory, Map.of(), Trial.HEAP).keys(flags)).isNull();
  }
}
