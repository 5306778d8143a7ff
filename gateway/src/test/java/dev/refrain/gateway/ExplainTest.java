package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static dev.refrain.gateway.testing.Samples.chatStream;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the operator is told of a request. */
@Timeout(60)
final class ExplainTest {
  private static final String SECRET = "sk-0123456789abcdef";

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
  void whoeverExplainsAsksNobody() throws Exception {
    var told = explain("{\"body\":" + chat("Who?") + "}");

    assertThat(stage.provider().calls()).isZero();
    assertThat(told.get("reason").is(Kind.NULL)).isTrue();
    assertThat(told.get("model").text()).isEqualTo("gpt-test");
    assertThat(told.get("upstream").text()).isEqualTo("openai");
    assertThat(told.get("key").text()).hasSize(64);
    assertThat(item(told).get("served").is(Kind.NULL)).isTrue();
  }

  @Test
  void theCallThatIsExplainedIsTheCallThatIsMade() throws Exception {
    keep(chat("Who?"), "authorization: Bearer " + SECRET, "cache-tag: a");
    var headers = "\"headers\":{\"authorization\":\"Bearer " + SECRET + "\"}";
    var told = explain("{" + headers + ",\"body\":" + chat("Who?") + "}");
    var served = item(told).get("served");

    assertThat(served.get("tier").text()).isEqualTo("memory");
    assertThat(served.get("freshness").text()).isEqualTo("fresh");
    assertThat(served.get("leftMillis").asLong(0)).isPositive();
    assertThat(texts(served.get("tags"), "tag")).contains("a", "model:gpt-test");
    assertThat(sentence(told)).startsWith("It would be answered from memory");
    assertThat(sentence(explain("{\"body\":" + chat("Who?") + "}")))
        .as("for another who asks, it is another call")
        .startsWith("It would be fetched");
    assertThat(sentence(explain("{" + headers + ",\"body\":" + chatStream("Who?") + "}")))
        .as("a stream is made of it")
        .startsWith("It would be answered from memory");
  }

  @Test
  void theCredentialIsNowhere() throws Exception {
    keep(chat("Who?"), "authorization: Bearer " + SECRET, "x-api-key: " + SECRET);
    var headers =
        "\"headers\":{\"x-api-key\":\"%1$s\",\"authorization\":[\"Bearer %1$s\"]}"
            .formatted(SECRET);
    var path = "\"path\":\"/v1/chat/completions?key=" + SECRET + "\"";
    var asked = "{" + headers + ",%s\"body\":" + chat("Who?") + "}";

    assertThat(explain(asked.formatted("")).toString()).doesNotContain(SECRET.substring(3));
    assertThat(explain(asked.formatted(path + ",")).toString())
        .contains("key=…")
        .doesNotContain(SECRET.substring(3));
  }

  @Test
  void whatTheCallerSaysCounts() throws Exception {
    keep(chat("Who?"));
    var told =
        explain(
            "{\"headers\":{\"Cache-Control\":\"no-cache\",\"Refrain-Namespace\":\"\"},\"body\":"
                + chat("Who?")
                + "}");

    assertThat(told.get("directives").get("no-cache").asBoolean(false)).isTrue();
    assertThat(item(told).get("served").get("freshness").text()).isEqualTo("expired");
    assertThat(told.get("sentences").toString()).contains("wants a new answer");
    var stored =
        explain("{\"headers\":{\"cache-control\":\"no-store\"},\"body\":" + chat("Who?") + "}");
    assertThat(stored.get("reason").text()).isEqualTo("no-store");
  }

  @Test
  void theUpstreamInThePathCounts() throws Exception {
    var path = "\"path\":\"/anthropic/v1/chat/completions\"";

    assertThat(explain("{" + path + ",\"body\":" + chat("Who?") + "}").get("upstream").text())
        .isEqualTo("anthropic");
  }

  private void keep(String body, String... headers) throws Exception {
    stage.provider().next(Wire.json(Samples.COMPLETION));
    assertThat(stage.chat(body, headers).isHit()).isFalse();
  }

  private static Json item(Json told) {
    return told.get("items").elements().iterator().next();
  }

  private static String sentence(Json told) {
    return told.get("sentences").elements().iterator().next().text();
  }

  private static List<String> texts(Json array, String member) {
    var texts = new ArrayList<String>();
    array.elements().forEach(element -> texts.add(element.get(member).text()));
    return texts;
  }

  private Json explain(String body) throws Exception {
    var bytes = body.getBytes(UTF_8);
    var head =
        Wire.head(
            "POST /-/api/explain HTTP/1.1",
            "host: localhost",
            "content-type: application/json",
            "content-length: " + bytes.length);
    var reply = stage.call(Wire.join(head, bytes));
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return Json.parse(reply.body());
  }
}
