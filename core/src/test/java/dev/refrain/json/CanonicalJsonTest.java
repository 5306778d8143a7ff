package dev.refrain.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CanonicalJsonTest {

  @ParameterizedTest
  @ValueSource(strings = {"arrays", "french", "structures", "unicode", "values", "weird"})
  void theFormIsThatOfRfc8785(String vector) throws Exception {
    var expected = resource("/jcs/output/" + vector + ".json");
    if (vector.equals("values")) { // the one difference: a number is not rounded to a double
      expected = expected.replace("333333333.3333333,", "333333333.33333329,");
    }

    assertThat(canonical(resource("/jcs/input/" + vector + ".json"))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1.0, 1",
    "1e0, 1",
    "10e-1, 1",
    "0.1E+1, 1",
    "100, 100",
    "1e2, 100",
    "0, 0",
    "-0, 0",
    "0.0, 0",
    "-0.0e7, 0",
    "0e999999999999, 0",
    "-1, -1",
    "-1.50, -1.5",
    "0.7, 0.7",
    "12.34, 12.34",
    "999999999999999999999, 999999999999999999999",
    "1000000000000000000000, 1e+21",
    "-1e21, -1e+21",
    "1234e30, 1.234e+33",
    "0.000001, 0.000001",
    "0.0000001, 1e-7",
    "0.00000012, 1.2e-7",
    "123456789012345678901234567890, 1.2345678901234567890123456789e+29",
    "333333333.33333329, 333333333.33333329",
    "333333333.3333333, 333333333.3333333",
    "9007199254740993, 9007199254740993",
    "9007199254740992.0, 9007199254740992",
    "1e999999999999999999999, 1e+999999999999999999999",
    "10e999999999999999999998, 1e+999999999999999999999",
    "0.1e-999999999999999999999, 1e-1000000000000000000000",
    "-12e-2147483648, -1.2e-2147483647",
    "1e4294967296, 1e+4294967296",
    "1e-18446744073709551616, 1e-18446744073709551616"
  })
  void equalNumbersAreEqualAndNoneIsRounded(String number, String canonical) throws Exception {
    assertThat(canonical(number)).isEqualTo(canonical);
  }

  @Test
  void aNumberOfManyDigitsCostsNoMoreThanItsText() throws Exception {
    var digits = "9".repeat(300);
    var number = "1" + "0".repeat(300) + "." + digits + "e" + digits;

    assertThat(canonical(number)).startsWith("1.0000").hasSizeBetween(900, 910);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "\\u0041, A",
        "\\/, /",
        "/, /",
        "\\u002f, /",
        "\\u002F, /",
        "\\u0022, \\\"",
        "\\\", \\\"",
        "\\u005c, \\\\",
        "\\\\, \\\\",
        "\\u0008\\u0009\\u000a\\u000c\\u000d, \\b\\t\\n\\f\\r",
        "\\b\\t\\n\\f\\r, \\b\\t\\n\\f\\r",
        "\\u0000\\u001F\\u000b, \\u0000\\u001f\\u000b",
        "\\u007f, \u007f",
        "\\u00e9, \u00e9",
        "\\u20AC, \u20ac",
        "\\ud83d\\ude00x, \ud83d\ude00x",
        "a\\nb\\u0062c\\td, a\\nbbc\\td",
        "\\\\u0041, \\\\u0041",
        "\\\\\\u0041, \\\\A"
      })
  void aStringIsSpelledInOneWay(String text, String canonical) throws Exception {
    assertThat(canonical('"' + text + '"')).isEqualTo('"' + canonical + '"');
  }

  @Test
  void membersAreSortedByUtf16UnitsOfWhatTheirNamesSay() throws Exception {
    var sorted =
        "{'':0,'\\n':0,'!':0,'A':0,'a':0,'a!':0,'aa':0,"
            + "'\u00e9':0,'\ud800\udc00':0,'\ue000':0,'\uffff':0}";
    var mixed =
        "{'\uffff':0,'\\ue000':0,'\ud800\udc00':0,'aa':0,'a!':0,"
            + "'\\u0061':0,'\u00e9':0,'A':0,'!':0,'\\u000A':0,'':0}";

    assertThat(canonical(mixed.replace('\'', '"'))).isEqualTo(sorted.replace('\'', '"'));
  }

  @Test
  void onlyTheValuesOwnMembersAreLeftOut() throws Exception {
    var json =
        parse("{'stream':true,'b':{'stream':1},'a':[{'stream':2}],'\\u0073tream_options':0}");

    assertThat(CanonicalJson.bytes(json, Set.of("stream", "stream_options", "user")))
        .asString(UTF_8)
        .isEqualTo("{'a':[{'stream':2}],'b':{'stream':1}}".replace('\'', '"'));
    assertThat(CanonicalJson.bytes(json.get("b"), Set.of("stream")))
        .asString(UTF_8)
        .isEqualTo("{}");
  }

  @Test
  void aMemberIsNotTheSameAsOneThatIsNull() throws Exception {
    assertThat(canonical("{}")).isNotEqualTo(canonical("{\"a\":null}"));
  }

  @Test
  void slicesOfAnySizeReachTheSinkInOrder() throws Exception {
    for (int size = 0; size < 3000; size += 37) {
      var json =
          parse("['" + "x".repeat(size) + "',[1],'" + "y".repeat(3000 - size) + "',{'a':''}]");
      var digest = MessageDigest.getInstance("SHA-256");
      CanonicalJson.write(json, Set.of(), digest::update);

      var whole = new ByteArrayOutputStream();
      json.writeRaw(whole::write);
      assertThat(CanonicalJson.bytes(json, Set.of())).isEqualTo(whole.toByteArray());
      assertThat(digest.digest())
          .isEqualTo(MessageDigest.getInstance("SHA-256").digest(whole.toByteArray()));
    }
  }

  private static Json parse(String json) throws JsonRejected {
    return Json.parse(json.replace('\'', '"').getBytes(UTF_8));
  }

  private static String canonical(String json) throws JsonRejected {
    return new String(CanonicalJson.bytes(Json.parse(json.getBytes(UTF_8)), Set.of()), UTF_8);
  }

  private static String resource(String path) throws Exception {
    try (var in = CanonicalJsonTest.class.getResourceAsStream(path)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
