package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.OpenAiMedia.IMAGES;
import static dev.refrain.dialect.OpenAiMedia.SPEECH;
import static dev.refrain.dialect.OpenAiMedia.TRANSCRIPTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Reading;
import dev.refrain.Reading.Clear;
import dev.refrain.Reason;
import dev.refrain.Recording;
import dev.refrain.Request;
import dev.refrain.Usage;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OpenAiMediaTest {
  private static final List<OpenAiMedia> ALL = List.of(IMAGES, SPEECH, TRANSCRIPTS);

  @ParameterizedTest
  @CsvSource({
    "/v1/images/generations, 0",
    "/v1/images/edits, 0",
    "/v1/images/variations, 0",
    "/v1/audio/speech, 1",
    "/v1/audio/transcriptions, 2",
    "/v1/audio/translations, 2",
    "/v1/audio/voices, -1",
    "/v1/images, -1"
  })
  void eachPathIsSpokenByOne(String path, int dialect) {
    for (int i = 0; i < ALL.size(); i++) {
      assertThat(ALL.get(i).speaks("POST", path)).isEqualTo(i == dialect);
      assertThat(ALL.get(i).speaks("GET", path)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{'n':0}",
        "{'n':'2'}",
        "{'n':99999999999}",
        "{'model':1}",
        "{'stream':'true'}",
        "{'a':1,'a':1}"
      })
  void whatIsInDoubtIsPassedOn(String body) {
    assertThat(read("application/json", body)).isEqualTo(new Reading.Opaque(Reason.UNPARSABLE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model=a&model=b",
        "n=0",
        "n=x",
        "n=-1",
        "n=1000",
        "n=1&n=1",
        "stream=true&stream=false"
      })
  void soIsAFormThatSaysOneThingTwiceOrNonsense(String fields) {
    assertThat(readForm(fields)).isEqualTo(new Reading.Opaque(Reason.UNPARSABLE));
  }

  @ParameterizedTest
  @CsvSource({
    "a=b, '', 1, whole",
    "model=m&n=3, m, 3, whole",
    "model=m&stream=true, m, 1, stream",
    "model=m&stream=True, m, 1, stream",
    "model=m&stream=false, m, 1, whole"
  })
  void aFormSaysWhatAnObjectSays(String fields, String model, int choices, String form) {
    var facts = ((Clear) readForm(fields)).facts();

    assertThat(List.of(facts.model(), facts.choices(), facts.form().name()))
        .containsExactly(model, choices, form);
    assertThat(facts.sources()).isEmpty();
  }

  @Test
  void anObjectSaysWhetherItWantsAStream() {
    assertThat(asked("{'stream':true}").form()).isEqualTo(MediaRequest.STREAM);
    assertThat(asked("{'stream_format':'sse'}").form()).isEqualTo(MediaRequest.STREAM);
    assertThat(asked("{'stream_format':'audio'}").form()).isEqualTo(Form.WHOLE);
    assertThat(asked("{'n':2,'model':'m'}").choices()).isEqualTo(2);
  }

  @Test
  void allOfItDecides() throws Exception {
    var plain = digest(read("application/json", "{'model':'m','input':'a'}"));

    assertThat(digest(read("text/plain", "{ 'input':'a', 'model':'m' }"))).isEqualTo(plain);
    assertThat(digest(read("application/json", "{'model':'m','input':'a','stream':false}")))
        .isNotEqualTo(plain);
    assertThat(digest(readForm("model=m&a=b"))).isNotEqualTo(digest(readForm("model=m&a=c")));
    assertThat(digest(readForm("model=m&a=b"))).isNotEqualTo(digest(readForm("model=m")));
  }

  @ParameterizedTest
  @CsvSource({
    "0, application/json, true",
    "0, image/png, false",
    "1, audio/mpeg, true",
    "1, audio/pcm;rate=24000, true",
    "1, application/octet-stream, true",
    "1, application/json, false",
    "1, text/html, false",
    "2, application/json, true",
    "2, text/plain; charset=utf-8, true",
    "2, text/vtt, true",
    "2, text/html, false",
    "2, audio/mpeg, false"
  })
  void aReplyIsOfAMediaTypeThatCanBe(int dialect, String type, boolean expected) {
    assertThat(ALL.get(dialect).expects(asked("{}"), type)).isEqualTo(expected);
    assertThat(ALL.get(dialect).expects(asked("{'stream':true}"), type)).isFalse();
    assertThat(ALL.get(dialect).expects(asked("{'stream':true}"), "text/event-stream")).isTrue();
  }

  @ParameterizedTest
  @MethodSource
  void whatIsWrongWithAReply(OpenAiMedia dialect, Recording reply, String defects) {
    var asked = asked("{'n':2}");
    var expected =
        defects.isEmpty()
            ? List.<Reason>of()
            : Arrays.stream(defects.split(" ", -1)).map(Reason::valueOf).toList();

    assertThat(dialect.judge(dialect.equals(IMAGES) ? asked : asked("{}"), reply).defects())
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  static Stream<Arguments> whatIsWrongWithAReply() {
    return Stream.of(
        arguments(IMAGES, object("{'data':[{'b64_json':'AA'},{'b64_json':'BB'}]}"), ""),
        arguments(IMAGES, object("{'data':[{'url':'data:AA'},{'b64_json':'BB'}]}"), ""),
        arguments(IMAGES, object("{'data':[{'b64_json':'AA'}]}"), "INCOMPLETE"),
        arguments(IMAGES, object("{'data':[{'url':'https://x/1'},{'url':'h'}]}"), "EXPIRING"),
        arguments(IMAGES, object("{'data':[{'b64_json':''},{}]}"), "EMPTY"),
        arguments(IMAGES, object("{'error':{}}"), "ERROR_EVENT INCOMPLETE"),
        arguments(IMAGES, object("{'data':"), "INVALID_JSON"),
        arguments(SPEECH, reply("audio/mpeg", "ID3"), ""),
        arguments(SPEECH, reply("audio/mpeg", ""), "EMPTY"),
        arguments(TRANSCRIPTS, object("{'text':'Hi'}"), ""),
        arguments(TRANSCRIPTS, object("{'text':' '}"), "EMPTY"),
        arguments(TRANSCRIPTS, object("{'error':{},'text':'x'}"), "ERROR_EVENT"),
        arguments(TRANSCRIPTS, reply("text/plain; charset=utf-8", "Hi\n"), ""),
        arguments(TRANSCRIPTS, reply("text/plain", "\n"), "EMPTY"),
        arguments(TRANSCRIPTS, stream("{'type':'transcript.text.done','text':'Hi'}"), ""),
        arguments(TRANSCRIPTS, stream("{'type':'transcript.text.done'}", "[DONE]"), ""),
        arguments(
            TRANSCRIPTS,
            stream("{'type':'transcript.text.delta'}"),
            "NO_TERMINAL_EVENT INCOMPLETE"),
        arguments(
            TRANSCRIPTS,
            stream("{'type':'transcript.text.done'}", "{'type':'transcript.text.delta'}"),
            "NO_TERMINAL_EVENT"),
        arguments(
            SPEECH, stream("{'type':'error'}", "{'type':'speech.audio.done'}"), "ERROR_EVENT"),
        arguments(SPEECH, stream("{"), "INVALID_JSON"),
        arguments(IMAGES, stream("{'type':'image_edit.completed'}"), "INCOMPLETE"),
        arguments(
            IMAGES,
            stream(
                "{'type':'image_generation.partial_image'}",
                "{'type':'image_generation.completed'}",
                "{'type':'image_generation.completed'}"),
            ""));
  }

  @Test
  void theUsageIsToldWholeAndStreamed() {
    var usage = "'usage':{'input_tokens':14,'output_tokens':101}";

    assertThat(TRANSCRIPTS.judge(asked("{}"), object("{'text':'a'," + usage + "}")).usage())
        .isEqualTo(new Usage(14, 101));
    assertThat(
            SPEECH.judge(asked("{}"), stream("{'type':'speech.audio.done'," + usage + "}")).usage())
        .isEqualTo(new Usage(14, 101));
  }

  private static Facts asked(String body) {
    return ((Clear) read("application/json", body)).facts();
  }

  private static Reading read(String type, String body) {
    return IMAGES.read(
        Request.post(
            "openai", "/v1/images/generations", Headers.of("content-type", type), json(body)));
  }

  private static Reading readForm(String fields) {
    var form = new StringBuilder();
    for (var field : fields.split("&", -1)) {
      var nameAndValue = field.split("=", 2);
      form.append("--X\r\nContent-Disposition: form-data; name='")
          .append(nameAndValue[0])
          .append("'\r\n\r\n")
          .append(nameAndValue[1])
          .append("\r\n");
    }
    return read("multipart/form-data; boundary=X", form + "--X--\r\n");
  }

  private static Recording object(String body) {
    return reply("application/json", body);
  }

  private static Recording stream(String... events) {
    var stream = new StringBuilder();
    for (var event : events) {
      stream.append("data: ").append(event).append("\n\n");
    }
    return Chat.recording(MediaRequest.STREAM, json(stream.toString()));
  }

  private static Recording reply(String type, String body) {
    var reply = Chat.recording(Form.WHOLE, json(body));
    return reply.as(Form.WHOLE, Headers.of("content-type", type), reply.chunks());
  }

  private static String digest(Reading reading) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    ((Clear) reading).body().addTo(digest);
    return HexFormat.of().formatHex(digest.digest());
  }
}
