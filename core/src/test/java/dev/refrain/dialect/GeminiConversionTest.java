package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.canonical;
import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.recording;
import static dev.refrain.dialect.GeminiTalk.FORMS;
import static dev.refrain.dialect.GeminiTalk.reply;
import static dev.refrain.dialect.GeminiTalk.says;
import static dev.refrain.dialect.GeminiTalk.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Form;
import dev.refrain.Recording;
import dev.refrain.sse.SseReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GeminiConversionTest {
  private static final int REPLIES = 200;

  /** As the service sends it: thoughts, a text in pieces, and a signature at the end. */
  private static final String[] STREAM = {
    "{'candidates':[{'content':{'parts':[{'text':'Let me ','thought':true}],'role':'model'},"
        + "'index':0}],'usageMetadata':{'promptTokenCount':4,'totalTokenCount':4},"
        + "'modelVersion':'gemini-2.5-flash','responseId':'r1'}",
    "{'candidates':[{'content':{'parts':[{'text':'see.','thought':true}],'role':'model'},"
        + "'index':0}],'usageMetadata':{'promptTokenCount':4,'totalTokenCount':9,"
        + "'thoughtsTokenCount':5},'modelVersion':'gemini-2.5-flash','responseId':'r1'}",
    "{'candidates':[{'content':{'parts':[{'text':'Gr\\u00fc'}],'role':'model'},"
        + "'index':0}],'usageMetadata':{'promptTokenCount':4,'totalTokenCount':11,"
        + "'thoughtsTokenCount':5,'candidatesTokenCount':2},"
        + "'modelVersion':'gemini-2.5-flash','responseId':'r1'}",
    "{'candidates':[{'content':{'parts':[{'text':'ß!'},"
        + "{'text':'','thoughtSignature':'Ab+/\\/=='}],"
        + "'role':'model'},'finishReason':'STOP','index':0}],"
        + "'usageMetadata':{'promptTokenCount':4,'totalTokenCount':12,'thoughtsTokenCount':5,"
        + "'candidatesTokenCount':3},'modelVersion':'gemini-2.5-flash','responseId':'r1'}"
  };

  private static final String WHOLE =
      "{'candidates':[{'content':{'parts':[{'text':'Let me see.','thought':true},"
          + "{'text':'Gr\\u00fcß!'},{'text':'','thoughtSignature':'Ab+/\\/=='}],'role':'model'},"
          + "'finishReason':'STOP','index':0}],"
          + "'usageMetadata':{'promptTokenCount':4,'totalTokenCount':12,'thoughtsTokenCount':5,"
          + "'candidatesTokenCount':3},'modelVersion':'gemini-2.5-flash','responseId':'r1'}";

  @Test
  void aStreamOfEitherSortMakesTheWhole() {
    for (var form : FORMS.subList(1, 3)) {
      var whole = convert(reply(form, STREAM), Form.WHOLE);

      assertThat(canonical(whole.chunks().bytes())).isEqualTo(canonical(json(WHOLE)));
      assertThat(GeminiTalk.read(whole))
          .contains("'text':'Gr\\u00fcß!'")
          .contains("'thoughtSignature':'Ab+/\\/=='");
      assertThat(whole.headers().all("content-type")).containsExactly("application/json");
    }
  }

  @Test
  void bothSortsOfStreamTellTheSame() {
    var events = reply(GeminiTarget.EVENTS, STREAM);
    var array = convert(events, GeminiTarget.ARRAY);
    var again = convert(array, GeminiTarget.EVENTS);

    assertThat(again.chunks().bytes()).isEqualTo(events.chunks().bytes());
    assertThat(canonical(array.chunks().bytes()))
        .isEqualTo(canonical(reply(GeminiTarget.ARRAY, STREAM).chunks().bytes()));
    assertThat(array.headers().all("content-type")).containsExactly("application/json");
    assertThat(again.headers().all("content-type"))
        .containsExactly("text/event-stream; charset=utf-8");
  }

  /** Google's own client takes an event for one line. */
  @Test
  void whatWasSpreadOverLinesIsAnEventOfOneLine() throws Exception {
    var pretty = "[{\r\n  'candidates': [\n{\n'index': 1.50e0, 'text': 'a\\nb'}\n]\n}\n]";
    var events = convert(recording(GeminiTarget.ARRAY, json(pretty)), GeminiTarget.EVENTS);

    assertThat(GeminiTalk.read(events))
        .isEqualTo("data: {'candidates':[{'index':1.50e0,'text':'a\\nb'}]}\n\n");
    assertThat(SseReader.readAll(events.chunks().bytes())).hasSize(1);
  }

  @Test
  void aWholeIsAStreamOfOne() {
    var whole = reply(Form.WHOLE, WHOLE);

    assertThat(GeminiTalk.read(convert(whole, GeminiTarget.EVENTS)))
        .isEqualTo("data: " + WHOLE + "\n\n");
    assertThat(GeminiTalk.read(convert(whole, GeminiTarget.ARRAY))).isEqualTo("[" + WHOLE + "]");
    for (var form : FORMS.subList(1, 3)) {
      assertThat(GeminiTalk.read(convert(convert(whole, form), Form.WHOLE))).isEqualTo(WHOLE);
    }
  }

  @Test
  void whatIsMoreThanATextIsNotJoined() {
    var signed = "{'text':'b','thoughtSignature':'S'}";
    var call = "{'functionCall':{'name':'f','args':{}}}";
    var whole =
        whole(
            says(text("a") + "," + text("b"), ""),
            says(signed, ""),
            says(text("c"), ""),
            says(call + "," + text("d"), ""),
            says("{'text':'e','thought':true}", ""),
            says(text("f"), "STOP"));

    assertThat(whole)
        .contains(
            "'parts':["
                + String.join(
                    ",",
                    text("a"),
                    text("b"),
                    signed,
                    text("c"),
                    call,
                    text("d"),
                    "{'text':'e','thought':true}",
                    text("f"))
                + "]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'responseId':'another'}",
        "{'candidates':[{'index':0,'avgLogprobs':-0.5}]}",
        "{'candidates':[{'index':0,'logprobsResult':{}}]}",
        "{'candidates':[{'index':0,'citationMetadata':{}}]}",
        "{'candidates':[{'index':0,'tokenCount':3}]}",
        "{'candidates':[{'index':0,'safetyRatings':[]}]}",
        "{'candidates':[{'index':0,'content':{'role':'user'}}]}",
        "{'candidates':[{'index':0,'content':{'parts':[{'inlineData':{'data':'AA'}}]}}]}",
        "{'candidates':[{'index':0,'content':{'parts':[{'ofTomorrow':1}]}}]}",
        "{'candidates':[{'index':0,'content':{'parts':[{'text':7}]}}]}",
        "{'candidates':[{'index':0,'content':{'parts':['x']}}]}",
        "{'candidates':[{'index':0,'content':{'parts':{}}}]}",
        "{'candidates':[{'index':0,'content':"
            + "{'parts':[{'functionCall':{'name':'f','willContinue':true}}]}}]}",
        "{'candidates':[{'index':0,'content':'x'}]}",
        "{'candidates':['x']}",
        "{'candidates':{}}",
        "{'usageMetadata':{'promptTokenCount':1}}",
        "[]"
      })
  void whatAWholeCannotTellIsNotFolded(String response) {
    var said =
        "{'responseId':'r','candidates':[{'index':0,'safetyRatings':[1],'content':"
            + "{'role':'model','parts':[{'text':'Hi'}]}}]}";
    var last = "{'candidates':[{'index':0,'finishReason':'STOP'}]}";

    assertThat(tryWhole(said, last)).isNotNull();
    assertThat(tryWhole(said, response, last)).as(response).isNull();
  }

  @Test
  void theUsageMustBeCountedToTheEnd() {
    var counted = "{'usageMetadata':{'promptTokenCount':1,'cachedContentTokenCount':2}}";

    assertThat(tryWhole(counted, counted)).isNotNull();
    assertThat(tryWhole(counted, "{'usageMetadata':{'promptTokenCount':1}}")).isNull();
    assertThat(tryWhole(counted, "{}")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[", "[]", "{}", "data: {}", "data: x\n\n", "data: [DONE]\n\n"})
  void whatIsBrokenStaysAsItIs(String body) {
    for (var from : FORMS) {
      for (var to : FORMS) {
        var converted = Gemini.DIALECT.convert(recording(from, json(body)), to);
        assertThat(converted == null || body.equals("{}")).as("%s %s", from, body).isTrue();
      }
    }
  }

  @Test
  void howeverAReplyIsCutItMakesTheSameWhole() {
    for (long seed = 0; seed < REPLIES; seed++) {
      var random = new Random(seed);
      var parts = parts(random);
      var whole = says(String.join(",", parts), "STOP");
      var stream = new ArrayList<String>();
      for (var part : parts) {
        for (var piece : pieces(part, random)) {
          stream.add(says(piece, ""));
        }
      }
      stream.add("{'candidates':[{'finishReason':'STOP','index':0}]}");
      var form = FORMS.get(1 + random.nextInt(2));
      var folded = convert(reply(form, stream.toArray(String[]::new)), Form.WHOLE);

      assertThat(canonical(folded.chunks().bytes()))
          .as("seed %d", seed)
          .isEqualTo(canonical(json(whole)));
    }
  }

  /** Returns parts of which no two neighbours are texts of the same voice. */
  private static List<String> parts(Random random) {
    var parts = new ArrayList<String>();
    int before = -1;
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      int sort = (before + 1 + random.nextInt(3)) % 4;
      var text = "Grüße \\n 🎶".substring(random.nextInt(6)) + i;
      parts.add(
          switch (sort) {
            case 0 -> "{'text':'" + text + "'}";
            case 1 -> "{'text':'" + text + "','thought':true}";
            case 2 -> "{'text':'" + text + "','thoughtSignature':'S" + i + "'}";
            default -> "{'functionCall':{'name':'f','args':{'x':" + i + "}}}";
          });
      before = sort;
    }
    return parts;
  }

  private static List<String> pieces(String part, Random random) {
    int end = part.indexOf(' ');
    boolean isPlain = part.startsWith("{'text':'") && !part.contains("Signature");
    if (!isPlain || end < 0 || random.nextInt(3) == 0) {
      return List.of(part);
    }
    var rest = part.substring(part.indexOf('\'', end));
    return List.of(part.substring(0, end) + rest, "{'text':'" + part.substring(end));
  }

  private static String whole(String... stream) {
    return new String(tryWhole(stream).chunks().bytes(), UTF_8).replace('"', '\'');
  }

  private static Recording tryWhole(String... stream) {
    return Gemini.DIALECT.convert(reply(GeminiTarget.EVENTS, stream), Form.WHOLE);
  }

  private static Recording convert(Recording recording, Form form) {
    var converted = Gemini.DIALECT.convert(recording, form);
    assertThat(converted).isNotNull();
    assertThat(converted.slot().form()).isEqualTo(form);
    return converted;
  }
}
