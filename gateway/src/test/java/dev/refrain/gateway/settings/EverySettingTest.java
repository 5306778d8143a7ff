package dev.refrain.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sets each row of the table by each way there is, and sees whether it makes a difference. */
final class EverySettingTest {
  /** Another value than the default for each. A new setting needs one here. */
  private static final Map<String, String> SAMPLES =
      Map.ofEntries(
          Map.entry("listen", "0.0.0.0:80"),
          Map.entry("memory", "3MiB"),
          Map.entry("data", "somewhere"),
          Map.entry("data-size", "3GiB"),
          Map.entry("redis.url-file", "somewhere"),
          Map.entry("redis.prefix", "ours"),
          Map.entry("redis.wait", "30ms"),
          Map.entry("redis.tls-authorities", "pair.pem"),
          Map.entry("secret-file", "token"),
          Map.entry("secret-old-file", "token"),
          Map.entry("keep-requests", "true"),
          Map.entry("keys", "keys.json"),
          Map.entry("credential-headers", "x-tenant"),
          Map.entry("tls.certificate", "pair.pem"),
          Map.entry("tls.key", "pair.pem"),
          Map.entry("admin.token-env", "SOME_TOKEN"),
          Map.entry("admin.token-file", "token"),
          Map.entry("admin.loopback", "false"),
          Map.entry("admin.hosts", "console.example"),
          Map.entry("cache.enabled", "false"),
          Map.entry("cache.ttl", "3h"),
          Map.entry("cache.jitter", "7%"),
          Map.entry("cache.hot-hits", "7"),
          Map.entry("cache.hot-window", "7m"),
          Map.entry("cache.hot-life", "7h"),
          Map.entry("cache.max-age", "8d"),
          Map.entry("cache.stale-while-revalidate", "7s"),
          Map.entry("cache.stale-if-error", "7s"),
          Map.entry("cache.early-refresh", "0.5"),
          Map.entry("cache.forgive", "tools"),
          Map.entry("controls.products", "litellm"),
          Map.entry("controls.forbid", "no-cache"),
          Map.entry("controls.ttl-min", "7s"),
          Map.entry("controls.ttl-max", "7h"),
          Map.entry("controls.variants-max", "7"),
          Map.entry("controls.answers", "public"),
          Map.entry("limits.body-max", "1MiB"),
          Map.entry("limits.bodies-max", "7MiB"),
          Map.entry("limits.reply-max", "1MiB"),
          Map.entry("limits.replies-max", "7MiB"),
          Map.entry("limits.flights-max", "7"),
          Map.entry("limits.flight-time-max", "7m"),
          Map.entry("limits.when-abandoned", "cancel"),
          Map.entry("connections.header-max", "64KiB"),
          Map.entry("connections.idle-time", "7s"),
          Map.entry("connections.body-time", "7s"),
          Map.entry("connections.connect-time", "7s"),
          Map.entry("connections.first-byte-time", "7s"),
          Map.entry("connections.upstream-max", "7"),
          Map.entry("connections.drain-time", "7s"),
          Map.entry("connections.client-max", "7"),
          Map.entry("retry.max", "7"),
          Map.entry("retry.wait-max", "7s"),
          Map.entry("figures.collect", "false"),
          Map.entry("figures.prices", "prices.json"),
          Map.entry("access-log.file", "access.log"),
          Map.entry("access-log.share", "7%"),
          Map.entry("access-log.requests", "true"),
          Map.entry("access-log.size-max", "7MiB"),
          Map.entry("access-log.files-max", "7"),
          Map.entry("traces.endpoint", "http://localhost:4318"),
          Map.entry("ask.model", "gpt-5"),
          Map.entry("ask.upstream", "anthropic"),
          Map.entry("ask.credential-env", "SOME_KEY"),
          Map.entry("ask.credential-file", "key"),
          Map.entry("ask.max-age", "7m"),
          Map.entry("demo.enabled", "false"),
          Map.entry("demo.time", "7s"));

  @TempDir Path directory;
  @TempDir Path elsewhere;

  @Test
  void thereIsASampleForEach() {
    assertThat(paths()).containsExactlyElementsOf(new TreeSet<>(SAMPLES.keySet()));
  }

  static Stream<String> paths() {
    return Table.single().stream().map(Setting::path).sorted();
  }

  @ParameterizedTest
  @MethodSource("paths")
  void aLineOfTheFileSetsIt(String path) throws Exception {
    int point = path.indexOf('.');
    String name = path.substring(point + 1);
    String line = name + ": " + SAMPLES.get(path);
    String yaml = (point < 0) ? line : path.substring(0, point) + ":\n  " + line;

    int column = name.length() + ((point < 0) ? 3 : 5);
    String place = "refrain.yaml:" + ((point < 0) ? 1 : 2) + ":" + column;
    assertSets(path, trial(path).yaml(yaml), place);
  }

  @ParameterizedTest
  @MethodSource("paths")
  void aVariableSetsIt(String path) throws Exception {
    String name = "REFRAIN_" + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');

    assertSets(path, trial(path).variable(name, SAMPLES.get(path)), name);
  }

  @ParameterizedTest
  @MethodSource("paths")
  void aFlagSetsIt(String path) throws Exception {
    assertSets(path, trial(path).set(path + "=" + SAMPLES.get(path)), "--set " + path);
  }

  @Test
  void flagsOfTheirOwnSetThem() throws Exception {
    assertSets("listen", trial("listen").listen(SAMPLES.get("listen")), "--listen");
    assertSets("memory", trial("memory").memory(SAMPLES.get("memory")), "--memory");
    assertSets("data", trial("data").data(SAMPLES.get("data")), "--data");
  }

  @Test
  void eachSettingOfTheCacheCanStandInARule() throws Exception {
    for (var setting : CacheRows.SECTION.settings()) {
      var draft = new Draft(directory);
      trial("").yaml("rules: [{model: x, %s: %s}]".formatted(setting.name(), sample(setting)));
      SettingsFile.read(directory.resolve("refrain.yaml"), Path.of("refrain.yaml"), draft);
      draft.complaints().refuseIfAny();

      assertThat(CacheRows.rule(draft.rules().getFirst().values()))
          .as(setting.path())
          .isNotEqualTo(CacheRows.rule(draft.values()));
    }
  }

  private static String sample(Setting<?> setting) {
    return SAMPLES.get(setting.path());
  }

  /** Returns a trial with what must be beside the setting, so that it is right. */
  private Trial trial(String path) {
    var trial = new Trial(directory).file("pair.pem", Pem.CERTIFICATE + Pem.KEY);
    trial.file("key", "sk-1").variable("SOME_KEY", "sk-1");
    trial.file("token", "0123456789abcdef").variable("SOME_TOKEN", "0123456789abcdef");
    return switch (path) {
      case "tls.certificate" -> trial.set("tls.key=pair.pem");
      case "redis.url-file" -> trial.file("somewhere", "redis://host");
      case "redis.prefix", "redis.wait", "redis.tls-authorities" ->
          trial.variable("REDIS_URL", "rediss://host");
      case "secret-old-file" -> trial.variable("REFRAIN_SECRET", "0123456789abcdef");
      case "tls.key" -> trial.set("tls.certificate=pair.pem");
      default -> trial;
    };
  }

  private void assertSets(String path, Trial trial, String origin) throws Exception {
    var loaded = trial.load();

    assertThat(loaded.settings()).isNotEqualTo(new Trial(elsewhere).settings());
    assertThat(Trial.sourceOf(loaded, path)).isEqualTo(SAMPLES.get(path) + " from " + origin);
  }
}
