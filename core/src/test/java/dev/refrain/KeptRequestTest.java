package dev.refrain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.dialect.AnthropicMessages;
import dev.refrain.dialect.Gemini;
import dev.refrain.dialect.OpenAiChat;
import dev.refrain.testing.EmbeddingProvider;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What of a request is kept with its answer, and what never is. */
final class KeptRequestTest {
  private static final String SECRET = "sk-planted-secret";
  private static final byte[] BODY = "{\"model\":\"m\"}".getBytes(UTF_8);

  @RegisterExtension final Stage stage = new Stage();

  private static KeptRequest kept(Dialect dialect, String target, String... headers) {
    var request = Request.post("aimed", target, Headers.of(headers), BODY);
    var kept = KeptRequest.of(dialect, request);
    assertThat(kept).isNotNull();
    return kept;
  }

  @Test
  void ofTheHeadersThereAreThoseThatDecideAndNoCredential() {
    var kept =
        kept(
            AnthropicMessages.DIALECT,
            "/v1/messages",
            "Authorization",
            SECRET,
            "X-Api-Key",
            SECRET,
            "Cookie",
            SECRET,
            "x-whatever",
            SECRET,
            "Anthropic-Version",
            "2023-06-01",
            "Content-Type",
            "application/json");

    assertThat(kept.request().headers())
        .isEqualTo(
            Headers.of("Anthropic-Version", "2023-06-01", "Content-Type", "application/json"));
    assertThat(kept.request().upstream()).isEqualTo("aimed");
    assertThat(kept.request().body()).isEqualTo(BODY);
  }

  @Test
  void ofTheQueryThereIsWhatCanBeNoCredential() {
    var gemini = "/v1beta/models/gemini-pro:streamGenerateContent";
    assertThat(kept(Gemini.DIALECT, gemini + "?key=" + SECRET + "&alt=sse").request().target())
        .isEqualTo(gemini + "?alt=sse");
    assertThat(kept(Gemini.DIALECT, gemini + "?key=" + SECRET).request().target())
        .isEqualTo(gemini);
    assertThat(
            kept(OpenAiChat.DIALECT, "/x?token=" + SECRET + "&api-version=1&b").request().target())
        .isEqualTo("/x?api-version=1");
  }

  @Test
  void whatIsLargeIsNotKept() {
    var most = Request.post("", "/", Headers.none(), new byte[KeptRequest.BODY_BYTES_MAX]);
    var more = most.with(new byte[KeptRequest.BODY_BYTES_MAX + 1]);
    assertThat(KeptRequest.of(OpenAiChat.DIALECT, most)).isNotNull();
    assertThat(KeptRequest.of(OpenAiChat.DIALECT, more)).isNull();
  }

  private Recording ask(String body, String... headers) throws Exception {
    stage.upstream.expect().head().chunk("said.").end();
    stage.ask(body, headers);
    var call = stage.call(body, headers);
    return stage.cache().inventory().nearest(((Meaning.Keyed) call.meaning()).slot());
  }

  @Test
  void unlessItIsWantedNothingIsKept() throws Exception {
    assertThat(ask("ask=one").request()).isNull();
  }

  @Test
  void whatIsWantedIsKeptAndWeighed() throws Exception {
    stage.keepRequests();
    var long1 = ask("ask=one", "Authorization", SECRET, "Plain-Version", "7");
    var request = long1.request();

    assertThat(request).isNotNull();
    assertThat(request.request().body()).isEqualTo("ask=one".getBytes(UTF_8));
    assertThat(request.request().headers()).isEqualTo(Headers.of("Plain-Version", "7"));
    assertThat(long1.weight() - long1.answering(null).weight())
        .isGreaterThanOrEqualTo("ask=one".length() + "Plain-Version7".length());
  }

  @Test
  void eachItemOfABatchIsKeptWithARequestForItAlone() throws Exception {
    stage.keepRequests();
    var cache = stage.cache();
    var call = cache.read(EmbeddingProvider.request("[\"one\",\"two\"]"), Stage.SCOPE);
    stage.upstream.otherwise(new EmbeddingProvider());
    try (var answer = cache.answer(call, stage.upstream)) {
      answer.readAll();
    }
    var bodies = new ArrayList<String>();
    for (var item : ((Meaning.Batch) call.meaning()).items()) {
      var recording = cache.inventory().nearest(item.slot());
      assertThat(recording).isNotNull();
      var asked = recording.request().request();
      bodies.add(new String(asked.body(), UTF_8));
      var again = cache.read(asked, Stage.SCOPE).meaning();
      assertThat(((Meaning.Batch) again).items())
          .extracting(Meaning.Keyed::slot)
          .containsExactly(item.slot());
    }
    assertThat(bodies.get(0)).contains("one").doesNotContain("two");
    assertThat(bodies.get(1)).contains("two").doesNotContain("one");
  }

  /** To take each item out of so large a request would be too much work. */
  @Test
  void ofALargeBatchOfManyNothingIsKept() throws Exception {
    stage.keepRequests();
    var words = new ArrayList<String>();
    for (int i = 0; i < 2_000; i++) {
      words.add("\"" + i + "x".repeat(10) + "\"");
    }
    var call = stage.cache().read(EmbeddingProvider.request(words.toString()), Stage.SCOPE);
    stage.upstream.otherwise(new EmbeddingProvider());
    try (var answer = stage.cache().answer(call, stage.upstream)) {
      answer.readAll();
    }
    stage.awaitNothingInTheAir();
    var first = ((Meaning.Batch) call.meaning()).items().getFirst().slot();
    var recording = stage.cache().inventory().nearest(first);
    assertThat(recording).isNotNull();
    assertThat(recording.request()).isNull();
  }
}
