package dev.refrain.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator reads who has made a mistake, to the letter. */
final class SettingsRefusedTest {
  @TempDir Path directory;

  @Test
  void allMistakesAreToldAtOnceEachAtItsPlace() {
    var trial =
        new Trial(directory)
            .yaml(
                """
                cache:
                  tll: 3h
                  ttl: 3 hours
                  forgive: [tools, lenght]
                memry: 5
                limits:
                  body-max: 8 apples
                ttl: 3h
                rules:
                  - modle: x
                    ttl: 4h
                upstreams:
                  opnai:
                    models: gpt-*
                  vllm: {url: "ftp://x", models: [a*b]}
                listen: 8484
                """)
            .variable("REFRAIN_LIMIT_BODY_MAX", "3")
            .variable("REFRAIN_DEMO_TIME", "soon")
            .set("demo.tme=3s")
            .memory("8GiB");

    assertThat(trial.complaints())
        .containsExactly(
            "refrain.yaml:2:3: unknown setting 'tll', did you mean 'ttl'?",
            "refrain.yaml:3:8: expected a time such as 250ms, 30s, 5m, 2h or 7d, not '3 hours'",
            "refrain.yaml:4:20: expected one of tools, hosted-tools, refusal, tool-call, length,"
                + " other-model, not 'lenght', did you mean 'length'?",
            "refrain.yaml:5:1: unknown setting 'memry', did you mean 'memory'?",
            "refrain.yaml:7:13: expected a size such as 64KiB, 8MiB or 1GiB, not '8 apples'",
            "refrain.yaml:8:1: unknown setting 'ttl', did you mean 'cache.ttl'?",
            "refrain.yaml:10:5: unknown setting 'modle', did you mean 'model'?",
            "refrain.yaml:13:3: upstream 'opnai' needs a 'url', did you mean 'openai'?",
            "refrain.yaml:15:15: expected a URL such as https://api.example.com, and this one does"
                + " not begin with http:// or https://",
            "refrain.yaml:15:35: expected a name, or the beginning of one followed by *,"
                + " not 'a*b'",
            "refrain.yaml:16:9: expected HOST:PORT, such as 127.0.0.1:8484, or 0.0.0.0:8484 for"
                + " all networks, not '8484'",
            "REFRAIN_DEMO_TIME: expected a time such as 250ms, 30s, 5m, 2h or 7d, not 'soon'",
            "REFRAIN_LIMIT_BODY_MAX: unknown variable, did you mean 'REFRAIN_LIMITS_BODY_MAX'?",
            "--memory: expected less than the Java heap, which can grow to 4GiB"
                + " (REFRAIN_JAVA_OPTS=-Xmx…)",
            "--set demo.tme: unknown setting 'demo.tme', did you mean 'demo.time'?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cache: 5                                  | 1:8: expected beneath this: enabled, ttl, jitter, hot-hits, hot-window, hot-life, max-age, stale-while-revalidate, stale-if-error, early-refresh, forgive
          'tls: [a]'                                | 1:6: expected no list, but beneath this: certificate, key
          '[a]'                                     | 1:1: expected no list, but beneath this: settings
          memory                                    | 1:1: expected beneath this: settings
          xyz: 1                                    | 1:1: unknown setting 'xyz'; 'refrain serve --help' lists all
          'demo: {tim: 1s}'                         | 1:8: unknown setting 'tim', did you mean 'time'?
          'demo: {xyz: 1s}'                         | 1:8: unknown setting 'xyz', expected one of enabled, time
          'limits: {replyMax: 1MiB}'                | 1:10: unknown setting 'replyMax', did you mean 'reply-max'?
          'limits: {REPLY_MAX: 1MiB}'               | 1:10: unknown setting 'REPLY_MAX', did you mean 'reply-max'?
          'limits: {maxage: 1d}'                    | 1:10: unknown setting 'maxage', did you mean 'cache.max-age'?
          'demo: {time: }'                          | 1:13: expected a time such as 250ms, 30s, 5m, 2h or 7d, not nothing
          'demo: {time: 1s, time: 2s}'              | 1:18: 'time' stands here twice
          'demo: {time: {s: 1}}'                    | 1:14: expected a time such as 250ms, 30s, 5m, 2h or 7d, not further settings
          'demo: {time: [1s]}'                      | 1:14: expected a time such as 250ms, 30s, 5m, 2h or 7d, not a list
          'demo: !!java.net.URL {time: 1s}'         | 1:7: expected no tag before this: types are known
          'demo: {time: !!int 5s}'                  | 1:14: expected no tag before this: types are known
          '{? [a] : b}'                             | 1:4: expected the name of a setting
          'demo: *x'                                | 1:7: nothing before this is marked so
          'demo: "x'                                | 1:9: this is no YAML: found unexpected end of stream
          '<<: 5'                                   | 1:1: unknown setting '<<'; 'refrain serve --help' lists all
          """)
  void mistakesInTheFormOfTheFile(String yaml, String complaint) {
    refused(trial -> trial.yaml(yaml), "refrain.yaml:" + complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'demo: {time: 5}'                         | 1:14: expected a time such as 250ms, 30s, 5m, 2h or 7d, not '5'
          'demo: {time: 2h}'                        | 1:14: expected at most 1h, not '2h'
          'connections: {idle-time: 0}'             | 1:26: expected at least 10ms, not '0'
          'limits: {body-max: 1B}'                  | 1:20: expected at least 1KiB, not '1B'
          'limits: {body-max: 2GiB}'                | 1:20: expected at most 1GiB, not '2GiB'
          'limits: {body-max: 1024}'                | 1:20: expected a size such as 64KiB, 8MiB or 1GiB, not '1024'
          'limits: {flights-max: 0}'                | 1:23: expected a whole number from 1 to 1000000, not '0'
          'limits: {flights-max: 1e3}'              | 1:23: expected a whole number from 1 to 1000000, not '1e3'
          'limits: {when-abandoned: cancle}'        | 1:26: expected finish, cancel, or a time such as 30s, not 'cancle', did you mean 'cancel'?
          'limits: {when-abandoned: 3x}'            | 1:26: expected a time such as 250ms, 30s, 5m, 2h or 7d, not '3x'
          'cache: {enabled: yes}'                   | 1:18: expected true or false, not 'yes'
          'cache: {jitter: 0.05}'                   | 1:17: expected a percentage from 0% to 100%, such as 5%, not '0.05'
          'cache: {jitter: 101%}'                   | 1:17: expected a percentage from 0% to 100%, such as 5%, not '101%'
          'cache: {early-refresh: NaN}'             | 1:24: expected a number from 0 to 100, not 'NaN'
          'cache: {forgive: status}'                | 1:18: expected one of tools, hosted-tools, refusal, tool-call, length, other-model, not 'status'
          'cache: {forgive: [{a: b}]}'              | 1:19: expected one of tools, hosted-tools, refusal, tool-call, length, other-model, not ''
          'controls: {products: [openai]}'          | 1:23: expected one of litellm, helicone, cloudflare, portkey, not 'openai'
          'controls: {forbid: [nocache]}'           | 1:21: expected one of no-cache, no-store, only-if-cached, max-age, max-stale, min-fresh, stale-if-error, ttl, namespace, variants, not 'nocache', did you mean 'no-cache'?
          'controls: {answers: "pub\\nlic"}'        | 1:21: expected the value of a header, in plain ASCII, not 'pub?lic'
          'controls: {answers: "öffentlich"}'       | 1:21: expected the value of a header, in plain ASCII, not 'öffentlich'
          'controls: {ttl-min: 2h, ttl-max: 1h}'    | 1:34: expected no less than 'controls.ttl-min', which is 2h
          'credential-headers: [a b]'               | 1:22: expected the name of a header
          """)
  void mistakesInValues(String yaml, String complaint) {
    refused(trial -> trial.yaml(yaml), "refrain.yaml:" + complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'rules: {model: x}'                       | 1:8: expected a list of rules, each begun with '- '
          'rules: 5'                                | 1:8: expected a list of rules
          'rules: [{ttl: 1h}]'                      | 1:9: expected a namespace, model or path; what holds for all calls belongs into 'cache'
          'rules: [{model: a*b}]'                   | 1:17: expected a name, or the beginning of one followed by *, not 'a*b'
          'rules: [{path: v1/*}]'                   | 1:16: expected a path such as /v1/embeddings, or the beginning of one followed by *, not 'v1/*'
          'upstreams: {a: {}}'                      | 1:13: upstream 'a' needs a 'url'
          'upstreams: {a: {ulr: x}}'                | 1:17: unknown setting 'ulr', did you mean 'url'?
          'upstreams: {a: "http://x"}'              | 1:16: expected beneath this: url, models, http2, paths, credential-env, credential-file, credential-header, tls-authorities, tls-certificate, tls-key
          'upstreams: {v1: {url: "http://x"}}'      | 1:13: no upstream can be called 'v1': it begins other paths
          'upstreams: {-: {url: "http://x"}}'       | 1:13: expected a name of letters, digits, - and _ that begins with a letter or digit, not '-'
          'upstreams: {a/b: {url: "http://x"}}'     | 1:13: expected a name of letters, digits, - and _ that begins with a letter or digit, not 'a/b'
          'upstreams: {a: {url: "http://x?q"}}'     | 1:22: expected a URL such as https://api.example.com, and this one has a query
          'upstreams: {a: {url: "http://x#f"}}'     | 1:22: expected a URL such as https://api.example.com, and this one has a fragment
          'upstreams: {a: {url: "http://x:99999"}}' | 1:22: expected a URL such as https://api.example.com, and this one has no possible port
          'upstreams: {a: {url: "http:///x"}}'      | 1:22: expected a URL such as https://api.example.com, and this one has no host, or one with characters that a host's name may not have
          'upstreams: {a: {url: "api.openai.com"}}' | 1:22: expected a URL such as https://api.example.com, and this one does not begin with http:// or https://
          'upstreams: {a: {url: "http://a b"}}'     | 1:22: expected a URL such as https://api.example.com, and this is no URL
          'ask: {upstream: opnai}'                  | 1:17: no upstream is called 'opnai', did you mean 'openai'?
          'ask: {credential-env: NOT_SET}'          | 1:23: expected a key, and there is nothing in that environment variable
          'ask: {credential-file: not-there}'       | 1:24: cannot read that file
          '{ask: {model: demo}, demo: {enabled: false}}' | 1:15: the model 'demo' is off (demo.enabled)
          'listen: "localhost:http"'                | 1:9: expected HOST:PORT, such as 127.0.0.1:8484, or 0.0.0.0:8484 for all networks, not 'localhost:http'
          'listen: "localhost:65536"'               | 1:9: expected HOST:PORT, such as 127.0.0.1:8484, or 0.0.0.0:8484 for all networks, not 'localhost:65536'
          'listen: ":8484"'                         | 1:9: expected HOST:PORT, such as 127.0.0.1:8484, or 0.0.0.0:8484 for all networks, not ':8484'
          'listen: "::1:8484"'                      | 1:9: expected HOST:PORT, such as 127.0.0.1:8484, or 0.0.0.0:8484 for all networks, not '::1:8484'
          """)
  void mistakesInUpstreamsRulesAndTheRest(String yaml, String complaint) {
    refused(trial -> trial.yaml(yaml), "refrain.yaml:" + complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          REFRAIN_TIME_TO_LIVE=3h               | REFRAIN_TIME_TO_LIVE: unknown variable
          REFRAIN_CACHE_TLL=3h         | REFRAIN_CACHE_TLL: unknown variable, did you mean 'REFRAIN_CACHE_TTL'?
          REFRAIN_JAVA_HME=x           | REFRAIN_JAVA_HME: unknown variable, did you mean 'REFRAIN_JAVA_HOME'?
          REFRAIN_UPSTREAMS_OPENAI=x   | REFRAIN_UPSTREAMS_OPENAI: unknown variable, did you mean 'REFRAIN_UPSTREAM_OPENAI'?
          REFRAIN_UPSTREAM_X=y         | REFRAIN_UPSTREAM_X: expected a URL such as https://api.example.com, and this one does not begin with http:// or https://
          REFRAIN_UPSTREAM_ASK=http://y | REFRAIN_UPSTREAM_ASK: no upstream can be called 'ask': it begins other paths
          REFRAIN_CONFIG=not-there     | REFRAIN_CONFIG: cannot read the file 'not-there'
          REFRAIN_RULES=x              | REFRAIN_RULES: unknown variable, did you mean 'REFRAIN_KEYS'?
          """)
  void mistakesInTheEnvironment(String variable, String complaint) {
    var parts = variable.split("=", 2);
    assertThat(new Trial(directory).variable(parts[0], parts[1]).complaints())
        .containsExactly(complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x                          | --set: expected PATH=VALUE, such as cache.ttl=12h
          =x                         | --set: expected PATH=VALUE, such as cache.ttl=12h
          ttl=3h                     | --set ttl: unknown setting 'ttl', did you mean 'cache.ttl'?
          cache=3h                   | --set cache: unknown setting 'cache'; 'refrain serve --help' lists all
          cache.ttl.x=3h             | --set cache.ttl.x: unknown setting 'cache.ttl.x', did you mean 'cache.ttl'?
          rules=x                    | --set rules: rules can be set in the file only
          rules.ttl=x                | --set rules.ttl: rules can be set in the file only
          upstreams.a=x              | --set upstreams.a: expected 'upstreams.NAME.' and one of url, models, http2, paths, credential-env, credential-file, credential-header, tls-authorities, tls-certificate, tls-key, not 'upstreams.a'
          upstreams.a.ulr=x          | --set upstreams.a.ulr: expected 'upstreams.NAME.' and one of url, models, http2, paths, credential-env, credential-file, credential-header, tls-authorities, tls-certificate, tls-key, not 'upstreams.a.ulr'
          upstreams.NAME.models=a    | --set upstreams.NAME.models: upstream 'NAME' needs a 'url'
          cache.forgive=tools,x      | --set cache.forgive: expected one of tools, hosted-tools, refusal, tool-call, length, other-model, not 'x'
          """)
  void mistakesAfterSet(String pair, String complaint) {
    assertThat(new Trial(directory).set(pair).complaints()).containsExactly(complaint);
  }

  @Test
  void mistakesInOtherFlags() {
    refused(trial -> trial.config("x.yaml"), "--config: cannot read the file 'x.yaml'");
    refused(trial -> trial.config("."), "--config: cannot read the file '.'");
    refused(
        trial -> trial.upstream("http://x"),
        "--upstream: expected NAME=URL, such as local=http://127.0.0.1:8000");
    refused(
        trial -> trial.upstream("demo=http://x"),
        "--upstream demo: no upstream can be called 'demo': it begins other paths");
    refused(
        trial -> trial.memory("2 GB"),
        "--memory: expected a size such as 64KiB, 8MiB or 1GiB, not '2 GB'");
  }

  @Test
  void namesThatVariablesCannotTellApart() {
    refused(
        trial -> trial.upstream("a-b=http://x").upstream("A_b=http://y"),
        "--upstream A_b: the name 'A_b' is too much like 'a-b'");
  }

  @Test
  void twoPlacesForOneCredential() {
    refused(
        trial -> trial.set("ask.credential-env=A").set("ask.credential-file=b"),
        "--set ask.credential-file: stands beside 'ask.credential-env' (--set ask.credential-env)");
  }

  @Test
  void filesThatAreNoText() {
    refused(
        trial -> trial.file("refrain.yaml", new byte[] {'a', (byte) 0xff}),
        "refrain.yaml:1:1: this is no UTF-8");
    refused(
        trial -> trial.yaml("demo:\n\ttime: 1s"),
        "refrain.yaml:2:1: this is no YAML: found character '\\t(TAB)' that cannot start any"
            + " token. (Do not use \\t(TAB) for indentation)");
    refused(
        trial -> trial.yaml("demo: {time: 1s}\n---\ndemo: {time: 1s}"),
        "refrain.yaml:2:1: expected one document, not several");
  }

  @Test
  void controlCharactersDoNotReachTheTerminal() {
    refused(
        trial -> trial.set("memory=\u001b[31mx\n" + "y".repeat(100)),
        "--set memory: expected a size such as 64KiB, 8MiB or 1GiB, not '?[31mx?"
            + "y".repeat(53)
            + "…'");
  }

  @Test
  void nobodyReadsMoreThanAHundredComplaints() {
    var yaml = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      yaml.append("x").append(i).append(": 1\n");
    }
    assertThat(new Trial(directory).yaml(yaml.toString()).complaints()).hasSize(100);
  }

  @Test
  void aFileHasItsBounds() {
    var bomb = new StringBuilder("a0: &a0 x\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9)));
    }
    assertThat(new Trial(directory).yaml(bomb.toString()).complaints())
        .containsExactly("refrain.yaml:13:18: expected at most 100 aliases");
    refused(
        trial -> trial.yaml("[".repeat(1_000_000)),
        "refrain.yaml:1:22: nothing is nested as deeply as this");
    refused(
        trial -> trial.file("refrain.yaml", "#".repeat(1 << 20).getBytes(StandardCharsets.UTF_8)));
    refused(
        trial -> trial.yaml("#".repeat((1 << 20) + 1)),
        "refrain.yaml:1:1: cannot be read: expected a file of at most 1MiB");
    refused(
        trial -> trial.yaml("demo: &x {time: *x}"),
        "refrain.yaml:1:17: nothing before this is marked so");
  }

  private void refused(Consumer<Trial> mistake, String... complaints) {
    var trial = new Trial(directory);
    mistake.accept(trial);
    assertThat(trial.complaints()).containsExactly(complaints);
  }

  @Test
  void nobodyHoldsACredentialForWhoeverComesBy() {
    var trial = new Trial(directory).variable("A", "sk-1");
    trial.set("upstreams.openai.credential-env=A").set("credentials.lab.env=A");
    assertThat(trial.complaints())
        .containsExactlyInAnyOrder(
            "--set credentials.lab.env: 'credentials' need 'keys', which say who may use them",
            "--set upstreams.openai.credential-env: the credential of 'openai' needs 'keys', which"
                + " say who may use it");
    trial.set("keys=keys.json");
    assertThat(trial.complaints()).isEmpty();
    trial.set("credential-headers=x-tenant");
    assertThat(trial.complaints())
        .containsExactly("--set credential-headers: stands beside 'keys', which say who asks");
  }
}
