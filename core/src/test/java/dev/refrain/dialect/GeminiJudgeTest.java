package dev.refrain.dialect;

import static dev.refrain.Reason.CONTENT_FILTER;
import static dev.refrain.Reason.EMPTY;
import static dev.refrain.Reason.ERROR_EVENT;
import static dev.refrain.Reason.INCOMPLETE;
import static dev.refrain.Reason.INVALID_JSON;
import static dev.refrain.Reason.NO_TERMINAL_EVENT;
import static dev.refrain.Reason.OTHER_MODEL;
import static dev.refrain.Reason.TOOL_CALL;
import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.recording;
import static dev.refrain.dialect.GeminiTalk.FORMS;
import static dev.refrain.dialect.GeminiTalk.asked;
import static dev.refrain.dialect.GeminiTalk.reply;
import static dev.refrain.dialect.GeminiTalk.says;
import static dev.refrain.dialect.GeminiTalk.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Reason;
import dev.refrain.Recording;
import dev.refrain.Usage;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GeminiJudgeTest {
  private final Facts asked = asked("");

  @ParameterizedTest
  @CsvSource({
    "STOP, false, ",
    "MAX_TOKENS, false, LENGTH",
    "MAX_TOKENS, true, ",
    "SAFETY, false, CONTENT_FILTER",
    "RECITATION, false, CONTENT_FILTER",
    "LANGUAGE, false, CONTENT_FILTER",
    "BLOCKLIST, false, CONTENT_FILTER",
    "PROHIBITED_CONTENT, false, CONTENT_FILTER",
    "SPII, false, CONTENT_FILTER",
    "IMAGE_SAFETY, false, CONTENT_FILTER",
    "IMAGE_PROHIBITED_CONTENT, false, CONTENT_FILTER",
    "IMAGE_RECITATION, false, CONTENT_FILTER",
    "OTHER, false, INCOMPLETE",
    "FINISH_REASON_UNSPECIFIED, false, INCOMPLETE",
    "MALFORMED_FUNCTION_CALL, false, INCOMPLETE",
    "MALFORMED_RESPONSE, false, INCOMPLETE",
    "UNEXPECTED_TOOL_CALL, false, INCOMPLETE",
    "TOO_MANY_TOOL_CALLS, false, INCOMPLETE",
    "MISSING_THOUGHT_SIGNATURE, false, INCOMPLETE",
    "NO_IMAGE, false, INCOMPLETE",
    "IMAGE_OTHER, false, INCOMPLETE",
    "stop, false, UNKNOWN_ENDING",
    "OF_TOMORROW, false, UNKNOWN_ENDING"
  })
  void everyEndingIsKnownOrNamed(String ending, boolean limited, Reason defect) {
    var facts = limited ? asked("'generationConfig':{'maxOutputTokens':9}") : asked;
    var defects = (defect == null) ? Set.of() : Set.of(defect);
    for (var form : FORMS) {
      assertThat(defects(facts, reply(form, says(text("Hi"), ending)))).isEqualTo(defects);
    }
    for (var form : FORMS.subList(1, 3)) {
      var reply = reply(form, says(text("Hi"), ""), says(text(""), ending));
      assertThat(defects(facts, reply)).isEqualTo(defects);
    }
  }

  @ParameterizedTest
  @MethodSource
  void whatIsSaidMayBeNothingOrTooMuch(String parts, Set<Reason> defects) {
    for (var form : FORMS) {
      assertThat(defects(asked, reply(form, says(parts, "STOP")))).isEqualTo(defects);
    }
  }

  static Stream<Arguments> whatIsSaidMayBeNothingOrTooMuch() {
    return Stream.of(
        arguments("{'text':'Hi'}", Set.of()),
        arguments("{'text':'Hm','thought':true},{'text':'Hi'}", Set.of()),
        arguments("{'inlineData':{'mimeType':'image/png','data':'AA=='}}", Set.of()),
        arguments("{'text':'Hi'},{'text':'','thoughtSignature':'S=='}", Set.of()),
        arguments("", Set.of(EMPTY)),
        arguments("{'text':''}", Set.of(EMPTY)),
        arguments("{'text':null}", Set.of(EMPTY)),
        arguments("{'text':'','thoughtSignature':'S=='}", Set.of(EMPTY)),
        arguments("{'text':'Hm','thought':true}", Set.of(EMPTY)),
        arguments("{'functionCall':{'name':'f','args':{}}}", Set.of(TOOL_CALL)),
        arguments("{'text':'Hi'},{'functionCall':{'name':'f'}}", Set.of(TOOL_CALL)));
  }

  @ParameterizedTest
  @MethodSource
  void whatIsNoAnswerIsNotKept(String response, Set<Reason> defects) {
    for (var form : FORMS) {
      assertThat(defects(asked, reply(form, response))).isEqualTo(defects);
    }
  }

  static Stream<Arguments> whatIsNoAnswerIsNotKept() {
    return Stream.of(
        arguments("{'promptFeedback':{'blockReason':'SAFETY'}}", Set.of(CONTENT_FILTER)),
        arguments("{'promptFeedback':{'blockReason':'OF_TOMORROW'}}", Set.of(CONTENT_FILTER)),
        arguments("{'promptFeedback':{},'candidates':[]}", Set.of(EMPTY, INCOMPLETE)),
        arguments("{'candidates':[{'index':0}]}", Set.of(EMPTY, INCOMPLETE)),
        arguments("{'candidates':[{'finishReason':'STOP'}]}", Set.of(EMPTY)),
        arguments("{'candidates':[{'finishReason':'SAFETY'}]}", Set.of(CONTENT_FILTER)),
        arguments("{}", Set.of(EMPTY, INCOMPLETE)),
        arguments(
            "{'error':{'code':503,'status':'UNAVAILABLE'}}",
            Set.of(ERROR_EVENT, EMPTY, INCOMPLETE)),
        arguments("'Hi'", Set.of(INVALID_JSON, EMPTY, INCOMPLETE)),
        arguments("{'candidates':{}}", Set.of(INVALID_JSON, EMPTY, INCOMPLETE)),
        arguments("{'candidates':['Hi']}", Set.of(EMPTY, INCOMPLETE)),
        arguments("{'candidates':[{'content':'Hi'}]}", Set.of(INVALID_JSON, EMPTY, INCOMPLETE)),
        arguments("{'candidates':[{'index':-1}]}", Set.of(INVALID_JSON, EMPTY, INCOMPLETE)),
        arguments("{'candidates':[{'index':'x'}]}", Set.of(INVALID_JSON, EMPTY, INCOMPLETE)));
  }

  @Test
  void anErrorInTheStreamIsNeverOverheard() {
    for (var form : FORMS.subList(1, 3)) {
      var reply =
          reply(form, says(text("Hi"), "STOP"), "{'error':{'code':429,'message':'enough'}}");
      assertThat(defects(asked, reply)).containsExactly(ERROR_EVENT);
    }
  }

  @Test
  void allCandidatesMustHaveEnded() {
    var two = asked("'generationConfig':{'candidateCount':2}");
    var first = says(text("Hi"), "STOP");
    var second = first.replace("'index':0", "'index':1");
    for (var form : FORMS.subList(1, 3)) {
      assertThat(defects(two, reply(form, first, second))).isEmpty();
      assertThat(defects(two, reply(form, first))).containsExactly(INCOMPLETE);
      assertThat(defects(two, reply(form, first, second.replace("STOP", "NO_IMAGE"))))
          .containsExactly(INCOMPLETE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[", "[{}", "{'candidates':", "<html>", "[] []"})
  void halfAReplyIsNone(String body) {
    for (var form : FORMS) {
      assertThat(defects(asked, recording(form, json(body)))).isNotEmpty();
    }
  }

  @Test
  void eachFormHasItsEnd() {
    var good = reply(GeminiTarget.EVENTS, says(text("Hi"), "STOP"));
    var cut = GeminiTalk.read(good).stripTrailing().replace('\'', '"');

    assertThat(defects(asked, good)).isEmpty();
    assertThat(defects(asked, recording(GeminiTarget.EVENTS, json(cut))))
        .contains(NO_TERMINAL_EVENT);
    assertThat(defects(asked, recording(GeminiTarget.ARRAY, json(says(text("Hi"), "STOP")))))
        .contains(NO_TERMINAL_EVENT);
    assertThat(defects(asked, recording(Form.WHOLE, json("[" + says(text("Hi"), "STOP") + "]"))))
        .contains(INVALID_JSON);
    assertThat(defects(asked, recording(GeminiTarget.EVENTS, json("event: x\n" + cut + "\n\n"))))
        .contains(INVALID_JSON);
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-2.5-flash, true",
    "models/gemini-2.5-flash, true",
    "gemini-2.5-flash-001, true",
    "gemini-2.5-flash-preview-05-20, true",
    "gemini-2.5-flash-preview-09-2025, true",
    "gemini-2.5-flash-lite, false",
    "gemini-2.5-flash-image, false",
    "gemini-2.5-pro, false",
    "gemini-2.5, false"
  })
  void aModelThatWasNotAskedForIsNotKept(String answered, boolean same) {
    var model = "{'modelVersion':'" + answered + "',";
    var response = says(text("Hi"), "STOP").replaceFirst("\\{", model);

    assertThat(defects(asked, reply(Form.WHOLE, response)))
        .isEqualTo(same ? Set.of() : Set.of(OTHER_MODEL));
  }

  @Test
  void theLastCountIsTheUsage() {
    var first = "{'usageMetadata':{'promptTokenCount':7,'totalTokenCount':7}}";
    var counts = "'promptTokenCount':7,'candidatesTokenCount':5,'thoughtsTokenCount':30";
    var last = says(text("Hi"), "STOP").replaceFirst("\\{", "{'usageMetadata':{" + counts + "},");
    for (var form : FORMS.subList(1, 3)) {
      assertThat(Gemini.DIALECT.judge(asked, reply(form, first, last)).usage())
          .isEqualTo(new Usage(7, 35));
    }
    assertThat(Gemini.DIALECT.judge(asked, reply(Form.WHOLE, first)).usage())
        .isEqualTo(new Usage(7, -1));
  }

  @ParameterizedTest
  @CsvSource({
    "0, application/json, true",
    "0, application/json; charset=UTF-8, true",
    "0, text/event-stream, false",
    "1, application/json, true",
    "1, text/event-stream, false",
    "2, text/event-stream, true",
    "2, application/json, false"
  })
  void aReplyIsOfTheMediaTypeThatWasAskedFor(int form, String type, boolean expected) {
    var facts =
        new Facts(FORMS.get(form), asked.sources(), asked.siblings(), "m", 1, false, Set.of());

    assertThat(Gemini.DIALECT.expects(facts, type)).isEqualTo(expected);
  }

  private static Set<Reason> defects(Facts asked, Recording reply) {
    return Gemini.DIALECT.judge(asked, reply).defects();
  }
}
