package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.recording;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Reading;
import dev.refrain.Reading.Clear;
import dev.refrain.Reason;
import dev.refrain.Request;
import dev.refrain.Usage;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OllamaEmbedTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{'input':'a'}",
        "{'model':'m'}",
        "{'model':'m','input':[]}",
        "{'model':'m','input':[1]}",
        "{'model':'m','input':{}}",
        "{'model':7,'input':'a'}",
        "{'model':'m','input':'a','truncate':'no'}"
      })
  void whatIsInDoubtIsPassedOn(String body) {
    assertThat(read(body)).isEqualTo(new Reading.Opaque(Reason.UNPARSABLE));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "'a'       | {'model':'m','embeddings':[[0.5,-1]],'prompt_eval_count':3} | ",
        "'a'       | {'model':'m:latest','embeddings':[[0.5]]}                   | ",
        "['a','b'] | {'model':'m','embeddings':[[0.5],[1]]}                      | ",
        "['a','b'] | {'model':'m','embeddings':[[0.5]]}                          | INCOMPLETE",
        "'a'       | {'model':'m','embeddings':[]}                               | INCOMPLETE",
        "'a'       | {'model':'m'}                                               | INCOMPLETE",
        "'a'       | {'model':'m','embeddings':[[]]}                             | EMPTY",
        "'a'       | {'model':'m','embeddings':[['x']]}                          | INVALID_JSON",
        "'a'       | {'model':'n','embeddings':[[1]]}                            | OTHER_MODEL",
        "'a'       | {'error':'no','embeddings':[[1]]}                           | ERROR_EVENT",
        "'a'       | {                                                           | INVALID_JSON"
      })
  void thereMustBeAVectorForEachText(String input, String reply, Reason defect) {
    var verdict = OllamaEmbed.DIALECT.judge(asked(input), recording(Form.WHOLE, json(reply)));

    assertThat(verdict.defects())
        .containsExactlyElementsOf(defect == null ? List.of() : List.of(defect));
  }

  @Test
  void onlyTheTimeTheModelStaysDoesNotDecide() throws Exception {
    var plain = digest("{'model':'m','input':'a'}");

    assertThat(digest("{'model':'m','input':'a','keep_alive':'1h'}")).isEqualTo(plain);
    assertThat(digest("{'model':'m','input':['a']}")).isNotEqualTo(plain);
    assertThat(digest("{'model':'m','input':'a','dimensions':3}")).isNotEqualTo(plain);
    assertThat(
            OllamaEmbed.DIALECT
                .judge(asked("'a'"), recording(Form.WHOLE, json("{'prompt_eval_count':3}")))
                .usage())
        .isEqualTo(new Usage(3, 0));
  }

  private static Facts asked(String input) {
    return ((Clear) read("{'model':'m','input':" + input + "}")).facts();
  }

  private static Reading read(String body) {
    return OllamaEmbed.DIALECT.read(
        Request.post("ollama", "/api/embed", Headers.none(), json(body)));
  }

  private static String digest(String body) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    ((Clear) read(body)).body().addTo(digest);
    return HexFormat.of().formatHex(digest.digest());
  }
}
