package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.keys.Keys;
import dev.refrain.gateway.settings.Access;
import dev.refrain.gateway.settings.CredentialHeader;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.testing.Gate;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers are retired, or counted, on the operator's word. */
@Timeout(60)
final class InvalidateTest {
  private static final byte[] REPLY = Wire.json(Samples.COMPLETION);
  private static final String KEY = "authorization: Bearer sk-1";

  @TempDir Path directory;
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void whatHasTheTagIsRetired() throws Exception {
    keep("Who?", "cache-tag: doc:42");
    keep("What?");

    assertThat(what(tell("{\"tag\":\"doc:42\"}"))).isEqualTo("doc:42");
    assertThat(isKept("Who?")).isFalse();
    assertThat(isKept("What?")).isTrue();
  }

  @Test
  void namespacesModelsAndEverythingCanBe() throws Exception {
    for (var which :
        new String[] {"{\"namespace\":\"v1\"}", "{\"tag\":\"model:gpt-test\"}", "{\"all\":true}"}) {
      keep("Who?", "refrain-namespace: v1");
      tell(which);
      assertThat(isKept("Who?", "refrain-namespace: v1")).as(which).isFalse();
    }
    keep("Who?");
    tell("{\"namespace\":\"v1\"}");
    assertThat(isKept("Who?")).isTrue();
    tell("{\"namespace\":\"\"}");
    assertThat(isKept("Who?")).isFalse();
  }

  @Test
  void aDryRunCountsAndRetiresNothing() throws Exception {
    keep("Who?", "cache-tag: a");
    keep("What?", "cache-tag: a");
    keep("Why?");
    var counted = tell("{\"tag\":\"a\",\"dryRun\":true}");

    assertThat(counted.get("dryRun").asBoolean(false)).isTrue();
    assertThat(counted.get("entries").asLong(-1)).isEqualTo(2);
    assertThat(counted.get("complete").asBoolean(false)).isTrue();
    var memory = counted.get("tiers").elements().iterator().next();
    assertThat(memory.get("tier").text()).isEqualTo("memory");
    assertThat(memory.get("entries").asLong(-1)).isEqualTo(2);
    assertThat(memory.get("bytes").asLong(-1)).isPositive();
    assertThat(tell("{\"all\":true,\"dryRun\":true}").get("entries").asLong(-1)).isEqualTo(3);
    assertThat(isKept("Who?")).isTrue();
  }

  @Test
  void theRequestItselfCanBeNamedHoweverItIsSpelled() throws Exception {
    keep("Who?", KEY);
    keep("What?", KEY);
    var asked =
        """
        {"request":{"headers":{"Authorization":"Bearer sk-1"},"body":
          {"messages" : [ {"content":"Wh\\u006f?","role":"user"} ], "model":"gpt-test","stream":true}}}
        """;

    assertThat(tell(asked.replace("}}\n", "},\"dryRun\":true}\n")).get("entries").asLong(-1))
        .isEqualTo(1);
    var key = what(tell(asked));
    assertThat(key).startsWith("key:");
    assertThat(isKept("Who?", KEY)).isFalse();
    assertThat(isKept("What?", KEY)).isTrue();
  }

  @Test
  void whatOthersAskedStays() throws Exception {
    keep("Who?", KEY);
    tell("{\"request\":{\"body\":" + chat("Who?") + "}}");
    tell("{\"request\":{\"headers\":{\"x-api-key\":\"sk-1\"},\"body\":" + chat("Who?") + "}}");

    assertThat(isKept("Who?", KEY)).isTrue();
  }

  @Test
  void whereThereAreKeysTheScopeIsThatOfTheKeyOrNamed() throws Exception {
    stage.close();
    var file = directory.resolve("keys.json");
    var text = Keys.of("acme").addTo(file);
    stage =
        Stage.set(setup ->
            setup
                .access(new Access(file, Map.of()))
                .credential("openai", CredentialHeader.AUTHORIZATION, "sk-held"));
    var key = "authorization: Bearer " + text;
    var body = "\"body\":" + chat("Who?");

    keep("Who?", key);
    tell("{\"request\":{\"headers\":{\"authorization\":\"Bearer " + text + "\"}," + body + "}}");
    assertThat(isKept("Who?", key)).isFalse();
    keep("Who?", key);
    tell("{\"request\":{\"scope\":\"tenant:other\"," + body + "}}");
    assertThat(isKept("Who?", key)).isTrue();
    tell("{\"request\":{\"scope\":\"tenant:acme\"," + body + "}}");
    assertThat(isKept("Who?", key)).isFalse();
    assertThat(post("{\"request\":{" + body + "}}").status())
        .as("without either it is nobody's")
        .isEqualTo(400);
  }

  @Test
  void aKeyCanBeNamed() throws Exception {
    keep("Who?");
    var asked = "{\"request\":{\"body\":" + chat("Who?") + "}}";
    var shortKey = what(tell(asked)).substring("key:".length());
    keep("Who?");
    tell("{\"key\":\"" + shortKey + "0".repeat(48) + "\"}");

    assertThat(isKept("Who?")).isFalse();
  }

  @Test
  void whatIsUnderWayIsNotServedAfterwards() throws Exception {
    var gate = new Gate();
    stage.provider().next(Acts.held(gate, REPLY));
    var client = stage.client().send(Wire.post(Samples.CHAT, chat("Who?")));
    stage.provider().awaitCalls(1);
    try (var operator = stage.client()) {
      assertThat(operator.call(plain("{\"all\":true}")).status()).isEqualTo(200);
    }
    gate.open();
    assertThat(client.read().status()).isEqualTo(200);
    stage.awaitCalm();

    assertThat(isKept("Who?")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"dryRun\":true}",
        "{\"tag\":\"a\",\"all\":true}",
        "{\"tag\":\"\"}",
        "{\"tag\":7}",
        "{\"all\":false}",
        "{\"all\":\"true\"}",
        "{\"tag\":\"a\",\"dryrun\":true}",
        "{\"tag\":\"a\",\"dryRun\":\"yes\"}",
        "{\"key\":\"abc\"}",
        "{\"key\":\"zz\"}",
        "{\"request\":{}}",
        "{\"request\":[]}",
        "{\"request\":{\"body\":{},\"path\":\"nowhere\"}}",
        "{\"request\":{\"body\":{},\"path\":\"/v1/unknown\"}}",
        "{\"request\":{\"body\":{},\"scope\":\"everyone\"}}",
        "{\"request\":{\"body\":{},\"headers\":\"x\"}}",
        "{\"tag\":\"a\",\"tag\":\"b\"}"
      })
  void whatMakesNoSenseRetiresNothing(String body) throws Exception {
    keep("Who?", "cache-tag: a");
    var reply = post(body);

    assertThat(reply.status()).isEqualTo(400);
    assertThat(Json.parse(reply.body()).get("error").get("message").text()).isNotBlank();
    assertThat(isKept("Who?")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "content-type: text/plain",
        "content-type: application/x-www-form-urlencoded",
        "content-type: application/json\r\norigin: http://evil.example",
        "content-type: application/json\r\nsec-fetch-site: cross-site",
        "content-type: application/json\r\nx-forwarded-for: 127.0.0.1"
      })
  void noPageOfAnotherSiteCanRetireAnything(String headers) throws Exception {
    keep("Who?");
    var reply = stage.call(request("host: localhost\r\n" + headers, "{\"all\":true}"));

    assertThat(reply.status()).isIn(403, 415);
    assertThat(isKept("Who?")).isTrue();
  }

  @Test
  void noNameThatWasTurnedAroundCan() throws Exception {
    keep("Who?");
    var headers = "host: evil.example\r\norigin: http://evil.example\r\n";
    var reply = stage.call(request(headers + "content-type: application/json", "{\"all\":true}"));

    assertThat(reply.status()).isEqualTo(403);
    assertThat(isKept("Who?")).isTrue();
  }

  private void keep(String question, String... headers) throws Exception {
    stage.provider().next(REPLY);
    assertThat(stage.chat(chat(question), headers).isHit()).isFalse();
  }

  /** Asks from the cache alone. */
  private boolean isKept(String question, String... headers) throws Exception {
    var all = Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = "cache-control: only-if-cached";
    return stage.chat(chat(question), all).status() == 200;
  }

  private static String what(Json answer) {
    return answer.get("what").elements().iterator().next().text();
  }

  private Json tell(String body) throws Exception {
    var reply = post(body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return Json.parse(reply.body());
  }

  private RawReply post(String body) throws Exception {
    return stage.call(plain(body));
  }

  private static byte[] plain(String body) {
    return request("host: localhost\r\ncontent-type: application/json", body);
  }

  private static byte[] request(String headers, String body) {
    var length = "content-length: " + body.getBytes(UTF_8).length;
    return Wire.join(
        Wire.head("POST /-/api/invalidate HTTP/1.1", headers, length), body.getBytes(UTF_8));
  }
}
