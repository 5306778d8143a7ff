package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.canonical;
import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.recording;
import static dev.refrain.dialect.Chat.text;
import static dev.refrain.dialect.OllamaTest.said;
import static dev.refrain.dialect.OllamaTest.stream;
import static dev.refrain.dialect.OllamaTest.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Chunks;
import dev.refrain.Form;
import dev.refrain.Recording;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OllamaConversionTest {
  private static final int REPLIES = 200;

  private static final String CHAT =
      "{'model':'m','created_at':'2026-01-01T00:00:09Z','message':{'role':'assistant',"
          + "'content':'Gr\\u00fcße','thinking':'Hm…'},'done':true,'done_reason':'stop',"
          + "'total_duration':4883583458,'load_duration':1334875,'prompt_eval_count':26,"
          + "'eval_count':282}";

  private static final String GENERATED =
      "{'model':'m','created_at':'t','response':'Blue.','thinking':'','done':true,"
          + "'done_reason':'stop','context':[1,2,3],'logprobs':[{'token':'Blue'}],'eval_count':2}";

  @ParameterizedTest
  @ValueSource(strings = {CHAT, GENERATED})
  void aWholeReplyComesBackFromAStream(String reply) {
    var pretty = "{\r\n " + reply.substring(1).replace(",", ",\n ");
    var streamed = convert(whole(pretty), OllamaRequest.STREAM);
    var again = convert(streamed, Form.WHOLE);

    assertThat(text(streamed).lines()).hasSize(2);
    assertThat(text(streamed)).endsWith("}\n").contains("\"done\":false").contains("\"done\":true");
    assertThat(streamed.chunks().count()).isEqualTo(2);
    assertThat(streamed.headers().all("content-type")).containsExactly("application/x-ndjson");
    assertThat(canonical(again.chunks().bytes())).isEqualTo(canonical(json(reply)));
    assertThat(again.headers().all("content-type")).containsExactly("application/json");
  }

  @Test
  void theTextIsTheSameInEachForm() {
    var streamed = convert(whole(CHAT), OllamaRequest.STREAM);

    assertThat(text(streamed).lines().findFirst().orElseThrow().replace('"', '\''))
        .isEqualTo(
            "{'model':'m','created_at':'2026-01-01T00:00:09Z','message':{'role':'assistant',"
                + "'content':'Gr\\u00fcße','thinking':'Hm…'},'done':false}");
  }

  @Test
  void howeverAReplyIsCutItMakesTheSameWhole() {
    for (long seed = 0; seed < REPLIES; seed++) {
      var random = new Random(seed);
      var content = "Wo man singt, da laß dich ruhig nieder 🎶 \\n";
      var lines = new ArrayList<String>();
      for (int from = 0; from < content.length(); ) {
        int to =
            Math.min(content.length(), content.offsetByCodePoints(from, 1) + random.nextInt(9));
        if (to < content.length()
            && (Character.isLowSurrogate(content.charAt(to)) || content.charAt(to - 1) == '\\')) {
          to++;
        }
        lines.add(said(content.substring(from, to)).replace("'t'", "'t" + from + "'"));
        from = to;
      }
      var end =
          CHAT.replaceAll("'content':'.*?'", "'content':''").replaceAll(",'thinking':'.*?'", "");
      lines.add(end);
      var folded = convert(inPieces(String.join("\n", lines) + "\n", random), Form.WHOLE);

      assertThat(canonical(folded.chunks().bytes()))
          .as("seed %d", seed)
          .isEqualTo(canonical(json(end.replace("'content':''", "'content':'" + content + "'"))));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'model':'another','message':{'content':''},'done':false}",
        "{'message':{'role':'user','content':''},'done':false}",
        "{'message':{'content':7},'done':false}",
        "{'message':'x','done':false}",
        "{'eval_count':1,'done':false}",
        "{'message':{'content':'','of_tomorrow':1},'done':false}\n"
            + "{'message':{'content':'','of_tomorrow':1},'done':false}",
        "'x'"
      })
  void whatAWholeCannotTellIsNotFolded(String line) {
    assertThat(tryConvert(stream(said("Hi"), CHAT), Form.WHOLE)).isNotNull();
    assertThat(tryConvert(stream(said("Hi"), line, CHAT), Form.WHOLE)).as(line).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'model':'m','message':{'role':'assistant'},'done':true}",
        "{'model':'m','message':{'role':'assistant','content':null},'done':true}",
        "{'model':'m','message':{'content':'Hi'},'done':true}",
        "{'model':'m','message':{'role':'assistant','content':'Hi'},'done':false}",
        "{'model':'m','response':null,'done':true}",
        "{",
        ""
      })
  void whatLosesSomethingIsNotMadeAStream(String reply) {
    assertThat(tryConvert(whole(reply), OllamaRequest.STREAM)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "{", "{}", "{'done':true}\n{'done':true}", "[]"})
  void whatIsBrokenStaysAsItIs(String body) {
    assertThat(tryConvert(recording(OllamaRequest.STREAM, json(body)), Form.WHOLE)).isNull();
  }

  private static Recording inPieces(String text, Random random) {
    var bytes = json(text);
    int[] ends = random.ints(5, 0, bytes.length + 1).sorted().toArray();
    ends[ends.length - 1] = bytes.length;
    return recording(OllamaRequest.STREAM, new Chunks(bytes, ends, new int[5]));
  }

  private static Recording convert(Recording recording, Form form) {
    var converted = tryConvert(recording, form);
    assertThat(converted).as("%s as %s", text(recording), form).isNotNull();
    assertThat(converted.slot().form()).isEqualTo(form);
    return converted;
  }

  private static Recording tryConvert(Recording recording, Form form) {
    return Ollama.DIALECT.convert(recording, form);
  }
}
