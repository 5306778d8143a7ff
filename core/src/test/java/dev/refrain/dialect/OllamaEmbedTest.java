package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.recording;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Reading.Clear;
import dev.refrain.Reason;
import dev.refrain.Request;
import dev.refrain.Usage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OllamaEmbedTest {
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
  void aReplyMayHaveMoreNumbersThanOtherRepliesHaveValues() {
    var reply = "{'embeddings':[[" + "-0.00175948,".repeat(1_000_000) + "1]]}";

    assertThat(
            OllamaEmbed.DIALECT.judge(asked("'a'"), recording(Form.WHOLE, json(reply))).defects())
        .isEmpty();
  }

  @Test
  void whatCostNothingTellsNothing() {
    assertThat(usage("{'prompt_eval_count':3}")).isEqualTo(new Usage(3, 0));
    assertThat(usage("{'prompt_eval_count':0}")).isEqualTo(Usage.UNKNOWN);
    assertThat(usage("{}")).isEqualTo(Usage.UNKNOWN);
  }

  private static Usage usage(String reply) {
    return OllamaEmbed.DIALECT.judge(asked("'a'"), recording(Form.WHOLE, json(reply))).usage();
  }

  /** A member that is not known keeps a batch together, so that it is judged as a whole. */
  private static Facts asked(String input) {
    var body = json("{'model':'m','input':" + input + ",'x':1}");
    var request = Request.post("ollama", "/api/embed", Headers.none(), body);
    return ((Clear) OllamaEmbed.DIALECT.read(request)).facts();
  }
}
