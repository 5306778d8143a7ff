package dev.refrain.gateway.settings;

/** Writes the reference {@code docs/configuration.md} from the table of settings. */
final class ConfigurationPage {
  /** A file as one might have it. */
  static final String EXAMPLE =
      """
      listen: 0.0.0.0:8484
      memory: 512MiB

      upstreams:
        local:
          url: http://127.0.0.1:8000
          models: [llama*, qwen*]

      cache:
        ttl: 12h
        forgive: [tools]

      rules: # the first that fits a call counts
        - path: /v1/embeddings
          model: text-embedding-*
          max-age: 30d
          ttl: 30d
        - namespace: drafts
          enabled: false
      """;

  private static final String BEFORE_EXAMPLE =
      """
      # Configuration

      <!-- Written by ConfigurationPageTest from the table of settings; do not edit. -->

      Refrain needs no configuration. What is set comes from, each counting more than those above it:

      1. the defaults,
      2. `refrain.yaml` in the working directory, or the file named by `--config FILE` or `REFRAIN_CONFIG`,
      3. environment variables `REFRAIN_…`; an empty one counts as not set,
      4. flags: `--listen HOST:PORT`, `--memory SIZE`, `--data DIR|none`, `--upstream NAME=URL`, and `--set PATH=VALUE` for all else.

      An unknown or wrong setting is refused: the gateway does not start, and says all that is wrong, where, and what was expected.

      ```yaml
      """;

  private static final String AFTER_EXAMPLE =
      """
      ```

      | Values | Written as |
      |---|---|
      | times | a whole number and its unit: `250ms`, `30s`, `5m`, `2h`, `7d`; or `0` |
      | sizes | a whole number and its unit: `512B`, `64KiB`, `8MiB`, `1GiB`, `1TiB`. `KB`, `MB`, `GB` and `TB` mean the same powers of 1024 |
      | percentages | `5%`, `2.5%` |
      | lists | a list in the file; values parted by commas elsewhere |
      | patterns | a name, or the beginning of one followed by `*` |
      | files | relative to the file that names them; in variables and flags, to the working directory |
      """;

  private static final String VARIABLES =
      """

      ## Other variables

      | Variable | |
      |---|---|
      | `REFRAIN_CONFIG` | The file of settings, as `--config` |
      | `REDIS_URL` | The address of the Redis or Valkey that several gateways share: `redis://[[user]:password@]host[:port][/database]`, `rediss://` over TLS, `redis-socket:///path`, `redis-sentinel://[:password@]host[:port][,host…]#name` (`rediss-sentinel://` over TLS), or a cluster `redis://host[:port][,host…]?cluster` |
      | `REFRAIN_SECRET` | The secret under which answers lie outside of the process, encrypted; at least 16 characters |
      | `REFRAIN_SECRET_OLD` | The secret before, so that what lies under it can still be read |
      | `REFRAIN_JAVA_HOME` | The JDK with which `./refrain` builds and runs |
      | `REFRAIN_JAVA_OPTS` | More options for its JVM, such as `-Xmx4g` |
      """;

  private ConfigurationPage() {}

  static String text() {
    var page = new StringBuilder(BEFORE_EXAMPLE + EXAMPLE + AFTER_EXAMPLE);
    for (var section : Table.SECTIONS) {
      String name = section.name().isEmpty() ? "General" : "`" + section.name() + "`";
      page.append("\n## ").append(name).append("\n\n");
      if (!section.name().isEmpty()) {
        page.append(section.help()).append(".\n");
      }
      page.append(note(section))
          .append("| Setting | Default | Value | Meaning |\n|---|---|---|---|\n");
      for (var setting : section.settings()) {
        page.append(row(setting, section));
      }
    }
    return page.append(VARIABLES).toString();
  }

  private static String note(Section section) {
    return switch (section.name()) {
      case UpstreamRows.NAME ->
          """
          As a variable: `REFRAIN_UPSTREAM_<NAME>=URL`, where a new name is put into lower case and its `_` become `-`. \
          As a flag: `--upstream NAME=URL`, or `--set upstreams.NAME.models=a*,b`.

          """;
      case CredentialRows.NAME ->
          """
          As a flag: `--set credentials.NAME.env=VARIABLE`. How they are used is told in [keys.md](keys.md).

          """;
      case RuleRows.NAME ->
          """
          The first rule that fits a call counts. A rule needs at least one pattern. \
          What it does not set is as `cache` says.

          """;
      case "" -> "";
      default -> "\n";
    };
  }

  private static String row(Setting<?> setting, Section section) {
    String variable = Table.isRepeated(section) ? "" : "<br>`" + setting.variable() + "`";
    boolean words = setting.initial() == null || setting.initial().isEmpty();
    String initial = words ? setting.initialShown() : "`" + setting.initialShown() + "`";
    return "| `%s`%s | %s | %s | %s |\n"
        .formatted(
            setting.path(), variable, initial, plain(value(setting.type())), plain(setting.help()));
  }

  private static String value(Type<?> type) {
    return switch (type) {
      case Durations time -> "time, " + time.min() + " to " + time.max();
      case Sizes size -> "size, " + size.min() + " to " + size.max();
      case Type.ListOf<?> list -> "list: " + value(list.item());
      default -> type.expected();
    };
  }

  private static String plain(String text) {
    return text.replace("*", "\\*");
  }
}
