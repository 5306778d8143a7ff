package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.recording;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Reading;
import dev.refrain.Reading.Clear;
import dev.refrain.Reason;
import dev.refrain.Request;
import dev.refrain.Usage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RerankTest {
  @ParameterizedTest
  @CsvSource({
    "POST, /v1/rerank, true",
    "POST, /v2/rerank, true",
    "GET, /v2/rerank, false",
    "POST, /rerank, false",
    "POST, /v2/chat, false"
  })
  void onlyTheTwoPathsAreSpoken(String method, String path, boolean spoken) {
    assertThat(Rerank.DIALECT.speaks(method, path)).isEqualTo(spoken);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{'query':'q','documents':[]}",
        "{'query':'q','documents':'d'}",
        "{'query':7,'documents':['d']}",
        "{'documents':['d']}",
        "{'query':'q','documents':['d'],'top_n':'1'}",
        "{'query':'q','documents':['d'],'model':1}"
      })
  void whatIsInDoubtIsPassedOn(String body) {
    assertThat(read(body)).isEqualTo(new Reading.Opaque(Reason.UNPARSABLE));
  }

  @ParameterizedTest
  @CsvSource({"0, 3", "1, 1", "2, 2", "3, 3", "9, 3", "null, 3"})
  void asManyAreWantedAsThereCanBe(String limit, int wanted) {
    assertThat(asked("'top_n':" + limit).choices()).isEqualTo(wanted);
    assertThat(asked("'top_k':" + limit).choices()).isEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{'id':'1','results':[A,B,C],'meta':{'tokens':{'input_tokens':9}}} | ",
        "{'object':'list','data':[A,B,C],'model':'rerank-v3.5'}            | ",
        "{'results':[A,B]}                                                | INCOMPLETE",
        "{'results':[A,A,A]}                                              | INCOMPLETE",
        "{'results':[A,B,{'index':2}]}                                    | INVALID_JSON",
        "{'results':[A,B,{'index':-2,'relevance_score':1}]}               | INVALID_JSON",
        "{'results':[]}                                                   | EMPTY INCOMPLETE",
        "{}                                                               | EMPTY INCOMPLETE",
        "{'message':'invalid api token'}                                  | EMPTY INCOMPLETE",
        "{'results':[A,B,C],'error':{}}                                   | ERROR_EVENT",
        "{'results':[A,B,C],'model':'another'}                            | OTHER_MODEL",
        "{'results':                                                      | INVALID_JSON"
      })
  void everyDocumentMustHaveItsPlace(String reply, String defects) {
    var body = reply;
    for (int i = 0; i < 3; i++) {
      body =
          body.replaceAll(
              "(?<=[\\[,])" + (char) ('A' + i) + "(?=[\\],])",
              "{'index':" + i + ",'relevance_score':0." + i + "}");
    }
    var expected =
        (defects == null)
            ? List.<Reason>of()
            : Arrays.stream(defects.split(" ", -1)).map(Reason::valueOf).toList();

    assertThat(Rerank.DIALECT.judge(asked("'x':0"), recording(Form.WHOLE, json(body))).defects())
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{'meta':{'tokens':{'input_tokens':9,'output_tokens':0}}} | 9",
        "{'usage':{'total_tokens':7}}                             | 7"
      })
  void tokensAreCountedInTwoPlaces(String reply, long tokens) {
    assertThat(Rerank.DIALECT.judge(asked("'x':0"), recording(Form.WHOLE, json(reply))).usage())
        .isEqualTo(new Usage(tokens, 0));
  }

  @Test
  void anErrorLooksLikeOneOfCohere() {
    assertThat(new String(Rerank.DIALECT.error(502, "code", "no way"), UTF_8))
        .isEqualTo("{\"message\":\"no way\"}");
  }

  private static Facts asked(String member) {
    var body = "{'model':'rerank-v3.5','query':'q','documents':['a',{'text':'b'},'c'],";
    return ((Clear) read(body + member + "}")).facts();
  }

  private static Reading read(String body) {
    return Rerank.DIALECT.read(Request.post("cohere", "/v2/rerank", Headers.none(), json(body)));
  }
}
