package dev.refrain.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.EchoProvider;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class EntriesPageTest {
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
    stage.provider().otherwise(EchoProvider.act());
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private RawReply get(String path) throws Exception {
    try (var client = stage.client()) {
      return client.call(("GET " + path + " HTTP/1.1\r\nhost: localhost\r\n\r\n").getBytes(UTF_8));
    }
  }

  private Json json(String path) throws Exception {
    var reply = get(path);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return Json.parse(reply.body());
  }

  @Test
  void anEntryTellsWhatItIsAndWhatItSaved() throws Exception {
    for (int i = 0; i < 3; i++) {
      stage.chat(Samples.chat("one"), "cache-tag: doc:1", "refrain-namespace: tests");
    }
    stage.chat(Samples.chat("two"));
    var page = json("/-/api/entries?sort=hits");

    assertThat(page.get("matched").asLong(0)).isEqualTo(2);
    var first = page.get("entries").elements().iterator().next();
    assertThat(first.get("model").text()).isEqualTo("gpt-test");
    assertThat(first.get("namespace").text()).isEqualTo("tests");
    assertThat(first.get("dialect").text()).isEqualTo("openai-chat");
    assertThat(first.get("hits").asLong(0)).isEqualTo(2);
    assertThat(first.get("savedTokens").asLong(0)).isEqualTo(2 * 99);
    assertThat(json("/-/api/entries?tag=doc:1").get("matched").asLong(0)).isEqualTo(1);
    assertThat(json("/-/api/entries?tag=doc:").get("matched").asLong(0)).isZero();
    assertThat(json("/-/api/entries?namespace=te").get("matched").asLong(0)).isEqualTo(1);
  }

  @Test
  void anEntryIsShownAsItCame() throws Exception {
    stage.chat(Samples.chat("one"));
    var listed = json("/-/api/entries").get("entries").elements().iterator().next();
    var path = "/-/api/entries/" + listed.get("key").text();
    var form = json(path).get("forms").elements().iterator().next();
    var bytes = Base64.getDecoder().decode(form.get("body").get("base64").text());

    assertThat(form.get("form").text()).isEqualTo("whole");
    assertThat(new String(bytes, UTF_8)).contains("\"content\":\"one\"");
    assertThat(form.get("body").get("total").asLong(0)).isEqualTo(bytes.length);
    long born = form.get("bornMillis").asLong(0);
    var times = form.get("times");
    long fresh = times.get("freshUntil").asLong(0);
    assertThat(fresh).isGreaterThan(born);
    assertThat(times.get("revalidateUntil").asLong(0)).isGreaterThan(fresh);
    assertThat(times.get("errorUntil").asLong(0)).isLessThan(times.get("end").asLong(0));
    assertThat(form.get("valid").is(Kind.TRUE)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "entries?sort=beauty",
        "entries?order=up",
        "entries?limit=-1",
        "entries?limit=1000000",
        "entries?after=1.zz.whole",
        "entries?after=x",
        "entries/abc"
      })
  void whatMakesNoSenseIsRefused(String path) throws Exception {
    assertThat(get("/-/api/" + path).status()).isEqualTo(400);
  }

  @Test
  void strangersSeeNothing() throws Exception {
    try (var client = stage.client()) {
      var head = "GET /-/api/entries HTTP/1.1\r\nhost: evil.example\r\n\r\n";
      assertThat(client.call(head.getBytes(UTF_8)).status()).isEqualTo(403);
    }
  }
}
