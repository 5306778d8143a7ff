package dev.refrain.dialect;

import static dev.refrain.Reason.EMPTY;
import static dev.refrain.Reason.ERROR_EVENT;
import static dev.refrain.Reason.INCOMPLETE;
import static dev.refrain.Reason.INVALID_JSON;
import static dev.refrain.Reason.LENGTH;
import static dev.refrain.Reason.NO_TERMINAL_EVENT;
import static dev.refrain.Reason.OTHER_MODEL;
import static dev.refrain.Reason.SERVER_STATE;
import static dev.refrain.Reason.TOOLS;
import static dev.refrain.Reason.TOOL_CALL;
import static dev.refrain.Reason.UNKNOWN_ENDING;
import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.recording;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Reading;
import dev.refrain.Reading.Clear;
import dev.refrain.Reading.Opaque;
import dev.refrain.Reason;
import dev.refrain.Recording;
import dev.refrain.Request;
import dev.refrain.Usage;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of Ollama, and what is wrong with its answers. */
final class OllamaTest {
  private static final Form STREAM = OllamaRequest.STREAM;
  private static final String HI = "{'model':'m','messages':[{'role':'user','content':'Hi'}]}";

  @ParameterizedTest
  @CsvSource({
    "POST, /api/chat, true",
    "POST, /api/generate, true",
    "GET, /api/chat, false",
    "POST, /api/chat/, false",
    "POST, /api/pull, false",
    "POST, /v1/api/chat, false"
  })
  void onlyItsOwnPathsAreSpoken(String method, String path, boolean spoken) {
    assertThat(Ollama.DIALECT.speaks(method, path)).isEqualTo(spoken);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "'x':0, stream",
        "'stream':null, stream",
        "'stream':true, stream",
        "'stream':false, whole"
      })
  void aStreamIsWhatIsWantedIfNothingIsSaid(String member, String form) {
    for (var facts : new Facts[] {chat(member), generate(member)}) {
      assertThat(facts.form().name()).isEqualTo(form);
      assertThat(facts.sources()).hasSize(1).doesNotContain(facts.form());
      assertThat(facts.siblings()).hasSize(1).doesNotContain(facts.form());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"'stream':false", "'keep_alive':'5m'", "'keep_alive':-1"})
  void howItIsDeliveredAndForHowLongTheModelStaysDoesNotDecide(String member) throws Exception {
    assertThat(digest(HI.replace("}]", "}]," + member))).isEqualTo(digest(HI));
  }

  @ParameterizedTest
  @ValueSource(strings = {"'think':true", "'format':'json'", "'options':{'seed':1}", "'new':null"})
  void allElseDecides(String member) throws Exception {
    assertThat(digest(HI.replace("}]", "}]," + member))).isNotEqualTo(digest(HI));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "/api/chat     | ",
        "/api/chat     | []",
        "/api/chat     | {'model':'m'}",
        "/api/chat     | {'model':'m','prompt':'Hi'}",
        "/api/chat     | {'messages':[]}",
        "/api/chat     | {'model':1,'messages':[]}",
        "/api/chat     | {'model':'m','messages':{}}",
        "/api/chat     | {'model':'m','messages':['Hi']}",
        "/api/chat     | {'model':'m','messages':[],'stream':'false'}",
        "/api/chat     | {'model':'m','messages':[],'keep_alive':{}}",
        "/api/chat     | {'model':'m','messages':[],'tools':{}}",
        "/api/chat     | {'model':'m','messages':[],'options':[]}",
        "/api/chat     | {'model':'m','messages':[],'options':{'num_predict':'9'}}",
        "/api/chat     | {'model':'m','messages':[],'model':'m'}",
        "/api/generate | {'model':'m'}",
        "/api/generate | {'model':'m','messages':[]}",
        "/api/generate | {'model':'m','prompt':['Hi']}"
      })
  void whatIsInDoubtIsPassedOn(String path, String body) {
    assertThat(read(path, (body == null) ? "" : body)).isEqualTo(new Opaque(Reason.UNPARSABLE));
  }

  @Test
  void whatSpeaksAgainstIt() {
    assertThat(chat("'tools':[]").objections()).isEmpty();
    assertThat(chat("'tools':[{}]").objections()).containsExactly(TOOLS);
    assertThat(generate("'context':[1,2]").objections()).containsExactly(SERVER_STATE);
    assertThat(generate("'context':null").objections()).isEmpty();
    assertThat(facts("/api/chat", HI.replace("'user'", "'tool'")).objections())
        .containsExactly(TOOLS);
    assertThat(facts("/api/chat", HI.replace("'Hi'", "'','tool_calls':[{}]")).objections())
        .containsExactly(TOOLS);
  }

  @ParameterizedTest
  @CsvSource({"9, true", "0, false", "-1, false", "-2, false", "null, false"})
  void whoGivesALimitKnowsThatHeMayBeCut(String limit, boolean limited) {
    assertThat(chat("'options':{'num_predict':" + limit + "}").limited()).isEqualTo(limited);
  }

  @ParameterizedTest
  @MethodSource
  void everyEndingIsKnownOrNamed(String ending, boolean limited, Set<Reason> defects) {
    var facts = limited ? chat("'options':{'num_predict':9}") : chat("'x':0");
    var last = "{'model':'m','message':{'role':'assistant','content':'%s'},'done':true" + ending;

    assertThat(defects(facts, whole(last.formatted("Hi") + "}"))).isEqualTo(defects);
    assertThat(defects(facts, stream(said("Hi"), last.formatted("") + "}"))).isEqualTo(defects);
  }

  static Stream<Arguments> everyEndingIsKnownOrNamed() {
    return Stream.of(
        arguments(",'done_reason':'stop'", false, Set.of()),
        arguments(",'done_reason':'length'", false, Set.of(LENGTH)),
        arguments(",'done_reason':'length'", true, Set.of()),
        arguments(",'done_reason':'load'", false, Set.of(EMPTY)),
        arguments(",'done_reason':'unload'", false, Set.of(EMPTY)),
        arguments(",'done_reason':'of tomorrow'", false, Set.of(UNKNOWN_ENDING)),
        arguments(",'done_reason':7", false, Set.of(UNKNOWN_ENDING)),
        arguments("", false, Set.of(UNKNOWN_ENDING)));
  }

  @ParameterizedTest
  @MethodSource
  void whatIsWrongWithAStream(Recording stream, Set<Reason> defects) {
    assertThat(defects(chat("'x':0"), stream)).isEqualTo(defects);
  }

  static Stream<Arguments> whatIsWrongWithAStream() {
    var end = "{'message':{'content':''},'done':true,'done_reason':'stop'}";
    var calls = "{'message':{'content':'','tool_calls':[{'function':{}}]},'done':false}";
    var thinks = "{'message':{'content':'','thinking':'Hm'},'done':false}";
    return Stream.of(
        arguments(stream(said("Hi"), end), Set.of()),
        arguments(stream(said("Hi"), "", end), Set.of()),
        arguments(recording(STREAM, json(said("Hi") + "\n" + end)), Set.of()),
        arguments(stream(said("Hi")), Set.of(NO_TERMINAL_EVENT)),
        arguments(stream(said("Hi"), end, end), Set.of(NO_TERMINAL_EVENT)),
        arguments(stream(said("Hi"), end, said("!")), Set.of(NO_TERMINAL_EVENT)),
        arguments(stream(), Set.of(NO_TERMINAL_EVENT, EMPTY)),
        arguments(stream(said(""), end), Set.of(EMPTY)),
        arguments(stream(thinks, end), Set.of(EMPTY)),
        arguments(stream(calls, end), Set.of(TOOL_CALL)),
        arguments(
            stream(said("Hi"), "{'error':'it ran out'}"), Set.of(ERROR_EVENT, NO_TERMINAL_EVENT)),
        arguments(stream(said("Hi"), "{'error':'it ran out'}", end), Set.of(ERROR_EVENT)),
        arguments(stream(said("Hi"), "{'done':false}", end), Set.of(INVALID_JSON)),
        arguments(stream(said("Hi"), "{'mess"), Set.of(INVALID_JSON, EMPTY)),
        arguments(stream(said("Hi"), "'x'", end), Set.of(INVALID_JSON)),
        arguments(stream(said("Hi").replace("'m'", "'other'"), end), Set.of(OTHER_MODEL)));
  }

  @Test
  void aWholeReplyMustBeDone() {
    assertThat(defects(chat("'x':0"), whole(said("Hi")))).containsExactly(INCOMPLETE);
    assertThat(defects(chat("'x':0"), whole("[]"))).contains(INVALID_JSON, EMPTY);
    assertThat(defects(chat("'x':0"), whole("{'response':'Hi','done':true,'done_reason':'stop'}")))
        .isEmpty();
  }

  @Test
  void theLastLineTellsTheUsage() {
    var reply =
        whole(
            "{'response':'Hi','done':true,'done_reason':'stop','prompt_eval_count':26,"
                + "'eval_count':5}");

    assertThat(Ollama.DIALECT.judge(generate("'x':0"), reply).usage()).isEqualTo(new Usage(26, 5));
  }

  @ParameterizedTest
  @CsvSource({
    "llama3.2, llama3.2, true",
    "llama3.2, llama3.2:latest, true",
    "llama3.2:latest, llama3.2, true",
    "registry:5000/llama3.2, registry:5000/llama3.2:latest, true",
    "llama3.2:1b, llama3.2, false",
    "llama3.2, llama3.2:1b, false",
    "llama3.2, llama3, false"
  })
  void noTagStandsForTheLatest(String asked, String answered, boolean same) {
    assertThat(Ollama.isSameModel(asked, answered)).isEqualTo(same);
  }

  @Test
  void theLastTextIsWhatIsAsked() throws Exception {
    assertThat(prompt("/api/chat", HI)).startsWith("Hi ");
    assertThat(prompt("/api/chat", HI.replace("}]", "}],'stream':false")))
        .isEqualTo(prompt("/api/chat", HI));
    assertThat(prompt("/api/chat", HI.replace("'Hi'", "'Hi','images':['AA']")))
        .isNotEqualTo(prompt("/api/chat", HI));

    var one = prompt("/api/generate", "{'model':'m','prompt':'One?','keep_alive':3}");
    var two = prompt("/api/generate", "{'model':'m','prompt':'Two?'}");
    assertThat(one).startsWith("One? ");
    assertThat(one.substring(4)).isEqualTo(two.substring(4));
    assertThat(prompt("/api/generate", "{'model':'m','prompt':'Two?','suffix':'!'}"))
        .isNotEqualTo(two);
    assertThat(Ollama.DIALECT.prompt(request("/api/generate", "{'model':'m'}"))).isNull();
    assertThat(Ollama.DIALECT.prompt(request("/api/generate", "{"))).isNull();
  }

  @Test
  void anErrorLooksLikeOneOfOllama() {
    assertThat(new String(Ollama.DIALECT.error(502, "code", "no \"way\""), UTF_8))
        .isEqualTo("{\"error\":\"no \\\"way\\\"\"}");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "'x':0, application/x-ndjson, true",
        "'x':0, application/json, false",
        "'stream':false, application/json; charset=utf-8, true",
        "'stream':false, application/x-ndjson, false"
      })
  void aReplyIsOfTheMediaTypeThatWasAskedFor(String member, String type, boolean expected) {
    assertThat(Ollama.DIALECT.expects(chat(member), type)).isEqualTo(expected);
  }

  static String said(String content) {
    return "{'model':'m','created_at':'t','message':{'role':'assistant','content':'%s'},"
            .formatted(content)
        + "'done':false}";
  }

  static Recording whole(String reply) {
    return recording(Form.WHOLE, json(reply));
  }

  static Recording stream(String... lines) {
    return recording(STREAM, json(String.join("\n", lines) + (lines.length == 0 ? "" : "\n")));
  }

  private static Facts chat(String member) {
    return facts("/api/chat", "{'model':'m','messages':[]," + member + "}");
  }

  private static Facts generate(String member) {
    return facts("/api/generate", "{'model':'m','prompt':'Hi'," + member + "}");
  }

  private static Facts facts(String path, String body) {
    assertThat(read(path, body)).as(body).isInstanceOf(Clear.class);
    return ((Clear) read(path, body)).facts();
  }

  private static Reading read(String path, String body) {
    return Ollama.DIALECT.read(request(path, body));
  }

  private static Request request(String path, String body) {
    return Request.post("ollama", path, Headers.none(), json(body));
  }

  private static Set<Reason> defects(Facts asked, Recording reply) {
    return Ollama.DIALECT.judge(asked, reply).defects();
  }

  private static String prompt(String path, String body) throws Exception {
    var prompt = Ollama.DIALECT.prompt(request(path, body));
    var digest = MessageDigest.getInstance("SHA-256");
    prompt.context().addTo(digest);
    return prompt.text() + " " + HexFormat.of().formatHex(digest.digest());
  }

  private static String digest(String body) throws Exception {
    var digest = MessageDigest.getInstance("SHA-256");
    ((Clear) read("/api/chat", body)).body().addTo(digest);
    return HexFormat.of().formatHex(digest.digest());
  }
}
