package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.LlmCache;
import dev.refrain.Meaning.Keyed;
import dev.refrain.Request;
import dev.refrain.Scope;
import dev.refrain.tier.MemoryTier;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the path and query of a request to Gemini say. */
final class GeminiTargetTest {
  private static final String MODEL = "/v1beta/models/gemini-2.5-flash";

  @ParameterizedTest
  @CsvSource({
    "POST, /v1beta/models/gemini-2.5-flash:generateContent, true",
    "POST, /v1/models/gemini-2.5-flash:streamGenerateContent, true",
    "POST, /v1alpha/models/gemini-2.5-flash:generateContent, true",
    "POST, /v1beta1/publishers/google/models/g:generateContent, true",
    "POST, /v1/projects/p-1/locations/us-central1/publishers/google/models/g:generateContent, true",
    "GET, /v1beta/models/gemini-2.5-flash:generateContent, false",
    "POST, /v1beta/models/gemini-2.5-flash:countTokens, false",
    "POST, /v1beta/models/gemini-2.5-flash:batchGenerateContent, false",
    "POST, /v1beta/models/gemini-2.5-flash:generatecontent, false",
    "POST, /v1beta/models/gemini-2.5-flash:generateContent/, false",
    "POST, /v1beta/models/:generateContent, false",
    "POST, /v1beta/models/a/b:generateContent, false",
    "POST, /v1beta/models/a%2fb:generateContent, false",
    "POST, /v1beta/models/../models/a:generateContent, false",
    "POST, /v1beta/tunedModels/a:generateContent, false",
    "POST, /v1/publishers/anthropic/models/a:generateContent, false",
    "POST, /v2/models/gemini-2.5-flash:generateContent, false",
    "POST, :generateContent, false"
  })
  void onlyItsOwnCallsAreSpoken(String method, String path, boolean spoken) {
    assertThat(Gemini.DIALECT.speaks(method, path)).isEqualTo(spoken);
  }

  @ParameterizedTest
  @CsvSource({
    ":generateContent, whole",
    ":generateContent?alt=json, whole",
    ":generateContent?alt=sse, ",
    ":streamGenerateContent, array",
    ":streamGenerateContent?alt=json, array",
    ":streamGenerateContent?alt=sse, sse",
    ":streamGenerateContent?key=k&alt=sse, sse",
    ":streamGenerateContent?alt=sse&alt=sse, ",
    ":streamGenerateContent?alt=sse&alt=json, ",
    ":streamGenerateContent?alt=SSE, ",
    ":streamGenerateContent?alt=proto, ",
    ":streamGenerateContent?alt=, ",
    ":streamGenerateContent?alt, ",
    ":streamGenerateContent?$alt=sse, ",
    ":streamGenerateContent?%24alt=sse, "
  })
  void theFormIsInPathAndQuery(String rest, String form) {
    var target = GeminiTarget.of(MODEL + rest);

    assertThat(target.model()).isEqualTo("gemini-2.5-flash");
    assertThat(target.form() == null ? null : target.form().name()).isEqualTo(form);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":generateContent",
        ":generateContent?key=a-secret",
        ":streamGenerateContent",
        ":streamGenerateContent?alt=sse",
        ":streamGenerateContent?alt=sse&key=another",
        ":streamGenerateContent?access_token=a-third&alt=sse"
      })
  void howAnAnswerIsDeliveredAndWhoAsksIsNotWhatIsAsked(String rest) {
    assertThat(GeminiTarget.of(MODEL + rest).deciding()).isEqualTo(MODEL + ":generateContent");
    assertThat(key(MODEL + rest)).isEqualTo(key(MODEL + ":generateContent"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1beta/models/gemini-2.5-pro:generateContent",
        "/v1/models/gemini-2.5-flash:generateContent",
        MODEL + ":generateContent?fields=candidates",
        MODEL + ":generateContent?prettyPrint=false",
        MODEL + ":generateContent?KEY=a",
        MODEL + ":generateContent?%6bey=a",
        MODEL + ":generateContent?%61lt=sse"
      })
  void allElseDecides(String target) {
    assertThat(key(target)).isNotEqualTo(key(MODEL + ":generateContent"));
  }

  /** The memo knows bodies by their bytes, and these are asked for in three forms. */
  @Test
  void equalBodiesAreReadInTheFormOfTheirOwnTarget() {
    try (var cache = cache()) {
      for (var rest :
          List.of(":generateContent", ":streamGenerateContent", ":streamGenerateContent?alt=sse")) {
        var form = GeminiTarget.of(MODEL + rest).form();
        for (int i = 0; i < 2; i++) {
          assertThat(keyed(cache, MODEL + rest).facts().form()).isEqualTo(form);
        }
      }
    }
  }

  private static Key key(String target) {
    try (var cache = cache()) {
      return keyed(cache, target).key();
    }
  }

  private static LlmCache cache() {
    return LlmCache.builder().dialect(Gemini.DIALECT).tier(MemoryTier.ofBytes(1 << 20)).build();
  }

  private static Keyed keyed(LlmCache cache, String target) {
    var body = json("{'contents':[{'parts':[{'text':'Hi'}]}]}");
    var request = Request.post("gemini", target, Headers.none(), body);
    return (Keyed) cache.read(request, Scope.tenant("t")).meaning();
  }
}
