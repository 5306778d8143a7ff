package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.CredentialHeader;
import dev.refrain.gateway.settings.Data;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.testing.EchoProvider;
import dev.refrain.gateway.testing.EmbeddingReply;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Setup;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.json.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was asked, where the operator has it kept: shown, found, and asked again. */
@Timeout(60)
final class KeptRequestsTest {
  private static final String OF_CALLER = "authorization: Bearer sk-of-the-caller";
  private static final String OWN = "sk-of-the-gateway";

  @TempDir Path directory;
  private Stage stage;

  @AfterEach
  void close() throws IOException {
    stage.close();
  }

  private void set(UnaryOperator<Setup> change) throws Exception {
    stage = Stage.set(change);
    stage.provider().otherwise(EchoProvider.act());
  }

  private void setKeeping() throws Exception {
    set(Setup::keepRequests);
  }

  private RawReply get(String path) throws Exception {
    try (var client = stage.client()) {
      return client.call(("GET " + path + " HTTP/1.1\r\nhost: localhost\r\n\r\n").getBytes(UTF_8));
    }
  }

  private Json entries(String query) throws Exception {
    return Json.parse(get("/-/api/entries" + query).body());
  }

  private long matched(String query) throws Exception {
    return entries(query).get("matched").asLong(-1);
  }

  private String key() throws Exception {
    return entries("").get("entries").elements().iterator().next().get("key").text();
  }

  private Json form() throws Exception {
    var entry = Json.parse(get("/-/api/entries/" + key()).body());
    return entry.get("forms").elements().iterator().next();
  }

  private RawReply refresh(String key, String form) throws Exception {
    var body = "{\"form\":\"" + form + "\"}";
    try (var client = stage.client()) {
      return client.call(
          """
          POST /-/api/entries/%s/refresh HTTP/1.1\r
          host: localhost\r
          content-length: %d\r
          content-type: application/json\r
          \r
          %s\
          """
              .formatted(key, body.length(), body)
              .getBytes(UTF_8));
    }
  }

  private static String code(RawReply refused) throws Exception {
    return Json.parse(refused.body()).get("error").get("code").text();
  }

  @Test
  void whatWasAskedIsShownWithoutWhoAsked() throws Exception {
    setKeeping();
    stage.chat(Samples.chat("Who sings?"), OF_CALLER, "openai-project: p-1", "x-other: y");
    var request = form().get("request");

    assertThat(new String(Base64.getDecoder().decode(request.get("base64").text()), UTF_8))
        .isEqualTo(Samples.chat("Who sings?"));
    assertThat(request.get("method").text()).isEqualTo("POST");
    assertThat(request.get("target").text()).isEqualTo(Samples.CHAT);
    assertThat(request.get("headers").raw()).isEqualTo("[[\"openai-project\",\"p-1\"]]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"Who sings?\"", "[1,2,3]", "[ \"Who sings?\" ]", "[[1,2,3]]"})
  void aLoneItemToEmbedIsShownAndAskedAgainAsItWasAsked(String input) throws Exception {
    setKeeping();
    stage.provider().otherwise(EmbeddingReply.act());
    var asked = "{\"model\":\"text-embedding-3-small\", \"input\":" + input + "}";
    stage.call(Wire.post(EmbeddingReply.PATH, asked));
    var request = form().get("request");

    assertThat(new String(Base64.getDecoder().decode(request.get("base64").text()), UTF_8))
        .isEqualTo(asked);
    assertThat(refresh(key(), "float").text()).contains("\"kept\":true");
    assertThat(stage.provider().call(1).text()).isEqualTo(asked);
  }

  @Test
  void unlessItIsWantedNothingIsKept() throws Exception {
    set(setup -> setup);
    stage.chat(Samples.chat("Who sings?"));
    assertThat(form().get("request").is(Kind.NULL)).isTrue();
    assertThat(code(refresh(key(), "whole"))).isEqualTo("request_not_kept");
    assertThat(stage.provider().calls()).isEqualTo(1);
  }

  @Test
  void aTextIsFoundInWhatWasAskedAndInWhatWasAnswered() throws Exception {
    setKeeping();
    stage.provider().next(Wire.json(Samples.COMPLETION));
    stage.chat(Samples.chat("Gr\\u00fcn ist die Farbe?"));
    stage.provider().next(Wire.stream(Samples.events("Die ", "Far", "be ist rot")));
    stage.chat(Samples.chatStream("Which?"), "refrain-namespace: other");
    stage.chat(Samples.chat("Nothing of that"));

    assertThat(matched("?text=gr%C3%BCn")).isEqualTo(1);
    assertThat(matched("?text=die+FARBE")).as("asked, and said in pieces").isEqualTo(2);
    assertThat(matched("?text=farbe&namespace=other")).isEqualTo(1);
    assertThat(matched("?text=gpt-test")).as("not a text").isZero();
    assertThat(matched("?text=+")).as("anything").isEqualTo(3);
    var page = entries("?text=a&limit=2&sort=size");
    assertThat(page.get("entries").elements()).hasSize(2);
    var next = page.get("next").text();
    assertThat(entries("?text=a&limit=2&sort=size&after=" + next).get("entries").elements())
        .hasSize(1);
  }

  @Test
  void itIsAskedAgainWithTheGatewaysOwnCredential() throws Exception {
    set(setup -> setup.keepRequests().credential("openai", CredentialHeader.AUTHORIZATION, OWN));
    stage.provider().next(Wire.json(Samples.COMPLETION));
    stage.chat(Samples.chat("Who?"), OF_CALLER, "cache-tag: doc:1", "refrain-namespace: v7");
    var before = form();
    stage.provider().next(Wire.json(Samples.COMPLETION.replace("chatcmpl-1", "chatcmpl-2")));
    var told = Json.parse(refresh(key(), "whole").body());

    assertThat(told.get("kept").is(Kind.TRUE)).isTrue();
    assertThat(told.get("status").asLong(0)).isEqualTo(200);
    var again = stage.provider().call(1);
    assertThat(again.head().all("authorization")).containsExactly("Bearer " + OWN);
    assertThat(again.text()).isEqualTo(stage.provider().call(0).text());
    assertThat(form().get("bornMillis").asLong(0))
        .isGreaterThan(before.get("bornMillis").asLong(0));
    assertThat(form().get("tags").raw()).contains("doc:1").contains("namespace:v7");
    var hit =
        stage.chat(Samples.chat("Who?"), OF_CALLER, "cache-tag: doc:1", "refrain-namespace: v7");
    assertThat(hit.isHit()).isTrue();
    assertThat(hit.text()).contains("chatcmpl-2");
    assertThat(stage.gateway().figures().now().cache().kept()).isEqualTo(2);
  }

  @Test
  void aStreamIsAskedForAsAStream() throws Exception {
    setKeeping();
    stage.provider().next(Wire.stream(Samples.events("a")));
    stage.chat(Samples.chatStream("Who?"));
    stage.provider().next(Wire.stream(Samples.events("b")));
    assertThat(refresh(key(), "stream").text()).contains("\"kept\":true");
    assertThat(stage.chat(Samples.chatStream("Who?")).text()).contains("\"b\"");
    assertThat(stage.provider().calls()).isEqualTo(2);
  }

  @Test
  void withoutACredentialOfItsOwnTheGatewaySaysSo() throws Exception {
    setKeeping();
    stage.chat(Samples.chat("Who?"), OF_CALLER);
    var refused = refresh(key(), "whole");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(code(refused)).isEqualTo("no_credential");
    assertThat(refused.text()).contains("upstreams.openai.credential-env");
    assertThat(stage.provider().calls()).isEqualTo(1);
  }

  @Test
  void whoWasShownNothingNeedsNothing() throws Exception {
    setKeeping();
    stage.chat(Samples.chat("Who?"));
    assertThat(refresh(key(), "whole").text()).contains("\"kept\":true");
    assertThat(stage.provider().call(1).head().all("authorization")).isEmpty();
  }

  @Test
  void anAnswerThatIsNoGoodLeavesTheOldOne() throws Exception {
    setKeeping();
    stage.chat(Samples.chat("Who?"));
    stage.provider().next(Wire.json(400, "{\"error\":{\"message\":\"no\"}}"));
    var told = Json.parse(refresh(key(), "whole").body());
    assertThat(told.get("kept").is(Kind.FALSE)).isTrue();
    assertThat(told.get("status").asLong(0)).isEqualTo(400);
    assertThat(stage.chat(Samples.chat("Who?")).isHit()).isTrue();
  }

  @Test
  void whatIsNotThereCannotBeAskedAgain() throws Exception {
    setKeeping();
    assertThat(refresh("ab".repeat(32), "whole").status()).isEqualTo(404);
    assertThat(refresh("ab", "whole").status()).isEqualTo(400);
    assertThat(refresh("ab".repeat(32), "").status()).isEqualTo(400);
  }

  @Test
  void whereQueriesSaidMoreThanIsKeptTheCallIsAnother() throws Exception {
    setKeeping();
    stage.call(Wire.post(Samples.CHAT + "?beam=" + OWN, Samples.chat("Who?")));
    assertThat(code(refresh(key(), "whole"))).isEqualTo("request_incomplete");
    assertThat(stage.provider().calls()).isEqualTo(1);
  }

  @Test
  void onDiskItLiesUnderTheSameSecretAndNeverWithACredential() throws Exception {
    var data = new Data(directory, 64L << 20, List.of(), null);
    set(setup -> setup.keepRequests().data(data));
    stage.chat(Samples.chat("Who sings?"), OF_CALLER);
    stage.close();
    assertThat(onDisk()).contains("Who sings?").doesNotContain("sk-of-the-caller");

    var secret = new Secret("a secret of many letters");
    var covered = new Data(directory.resolve("covered"), 64L << 20, List.of(secret), null);
    set(setup -> setup.keepRequests().data(covered));
    stage.chat(Samples.chat("Is it hidden?"), OF_CALLER);
    stage.close();
    assertThat(onDisk()).contains("Who sings?").doesNotContain("Is it hidden?");

    set(setup -> setup.keepRequests().data(covered));
    assertThat(matched("?text=hidden")).as("after a restart").isEqualTo(1);
    assertThat(form().get("request").get("target").text()).isEqualTo(Samples.CHAT);
  }

  private String onDisk() throws IOException {
    var all = new StringBuilder();
    try (var files = Files.walk(directory)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }
}
