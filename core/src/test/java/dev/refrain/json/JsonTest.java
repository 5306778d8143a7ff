package dev.refrain.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonTest {

  @Test
  void everyValueKnowsItsKind() throws Exception {
    assertThat(parse("[{},[],'',0,true,false,null]").elements())
        .extracting(Json::kind)
        .containsExactly(Kind.values());
  }

  @Test
  void membersAreFoundByWhatTheirNamesSay() throws Exception {
    var json = parse("{'role':'user','\\u0063ontent':{'a':[1,{'b':2}]},'caf\u00e9':3,'':4}");

    assertThat(json.get("role")).hasToString("\"user\"");
    assertThat(json.get("content")).hasToString("{\"a\":[1,{\"b\":2}]}");
    assertThat(json.get("caf\u00e9")).hasToString("3");
    assertThat(json.get("")).hasToString("4");
    assertThat(json.has("content")).isTrue();
    assertThat(json.has("a")).as("a member of a member").isFalse();
    assertThat(json.get("rol")).isNull();
    assertThat(json.get("roles")).isNull();
    assertThat(json.get("cafe")).isNull();
  }

  @Test
  void membersComeInTheOrderOfTheDocument() throws Exception {
    assertThat(parse("{'b':{'x':[0]},'a':[{}],'c':null}").members())
        .extracting(member -> member.name().text() + member.value())
        .containsExactly("b{\"x\":[0]}", "a[{}]", "cnull");
  }

  @Test
  void elementsComeInTheOrderOfTheDocument() throws Exception {
    assertThat(parse("[ [1 , 2] , {'a' : [3]} , 'x' ]").elements())
        .extracting(Json::raw)
        .containsExactly("[1 , 2]", "{\"a\" : [3]}", "\"x\"");
  }

  @Test
  void whatIsNotThereIsNoError() throws Exception {
    var text = parse("'text'");

    assertThat(text.get("a")).isNull();
    assertThat(text.members()).isEmpty();
    assertThat(text.elements()).isEmpty();
    assertThat(parse("[1]").members()).isEmpty();
    assertThat(parse("{'a':1}").elements()).isEmpty();
    assertThat(parse("[]").elements()).isEmpty();
    assertThatThrownBy(() -> parse("[]").elements().iterator().next())
        .isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void membersAndElementsAreCountedButNotWhatIsInThem() throws Exception {
    var json = parse("{'b':[1,[2,3],{'c':4}],'a':{}}");

    assertThat(json.size()).isEqualTo(2);
    assertThat(json.get("b").size()).isEqualTo(3);
    assertThat(json.get("a").size()).isZero();
    assertThat(parse("1").size()).isZero();
    assertThat(json.members().iterator().next().name().size()).as("of a name").isZero();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "plain, plain",
        "\\\"\\\\\\/, \"\\/",
        "caf\u00e9 \\u20ac \\ud83d\\ude00 \ud83d\ude00, caf\u00e9 \u20ac \ud83d\ude00 \ud83d\ude00",
        "\\u0041\\u0042C, ABC"
      })
  void aStringSaysWhatItsEscapesMean(String written, String meant) throws Exception {
    var json = parse("\"" + written + "\"");

    assertThat(json.text()).isEqualTo(meant);
    assertThat(json.isText(meant)).isTrue();
    assertThat(json.isText(meant + "x")).isFalse();
    assertThat(json.isText(meant.substring(1))).isFalse();
    assertThat(json.asText("none")).isEqualTo(meant);
  }

  @Test
  void controlCharactersAreUnescaped() throws Exception {
    assertThat(parse("'a\\b\\f\\n\\r\\t\\u0000'").text()).isEqualTo("a\b\f\n\r\t\0");
  }

  @Test
  void onlyAStringHasText() throws Exception {
    assertThatThrownBy(parse("1")::text).isInstanceOf(IllegalStateException.class);
    assertThat(parse("1").asText("none")).isEqualTo("none");
    assertThat(parse("true").isText("true")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-7, -7",
    "1e3, 1000",
    "12.0, 12",
    "9223372036854775807, 9223372036854775807",
    "9223372036854775808, -1",
    "1.5, -1",
    "1e999999999, -1",
    "1e-999999999, -1",
    "1e99999999999, -1",
    "'\"5\"', -1",
    "null, -1"
  })
  void aWholeNumberIsALongHoweverItIsWritten(String json, long expected) throws Exception {
    assertThat(parse(json).asLong(-1)).isEqualTo(expected);
  }

  @Test
  void numbersAndTruthHaveAnAlternative() throws Exception {
    assertThat(parse("0.25").asDouble(1)).isEqualTo(0.25);
    assertThat(parse("'0.25'").asDouble(1)).isEqualTo(1);
    assertThat(parse("true").asBoolean(false)).isTrue();
    assertThat(parse("false").asBoolean(true)).isFalse();
    assertThat(parse("0").asBoolean(true)).isTrue();
  }

  @Test
  void aValueIsGivenAsItStands() throws Exception {
    var json = parse(" { 'a' : [ 1.00 , 'caf\u00e9' ] } ").get("a");
    var written = new ByteArrayOutputStream();
    json.writeRaw(written::write);

    assertThat(json.raw()).isEqualTo("[ 1.00 , \"caf\u00e9\" ]");
    assertThat(json.rawBytes()).asString(UTF_8).isEqualTo(json.raw());
    assertThat(written.toString(UTF_8)).isEqualTo(json.raw());
    assertThat(json.rawLength()).isEqualTo(written.size());
  }

  private static Json parse(String json) throws JsonRejected {
    return Json.parse(json.replace('\'', '"').getBytes(UTF_8));
  }
}
