package dev.refrain.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.refrain.json.JsonRejected.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonRejectedTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '@',
      value = {
        "[1 2]             @ 3",
        "{\"a\":1}x          @ 7",
        "[1] [2]           @ 4",
        "[\"a\tb\"]          @ 3",
        "[\"a\\x\"]          @ 3",
        "[\"\\u12G4\"]       @ 2",
        "[\"\\u12\"]         @ 2",
        "[\"abc            @ 5",
        "[\"abc\\           @ 5",
        "[\"\\u00           @ 2",
        "[nul              @ 4",
        "[trUe]            @ 3",
        "-                 @ 1",
        "01                @ 1",
        "1.                @ 2",
        ".5                @ 0",
        "1e+               @ 3",
        "1e+-1             @ 3",
        "[1,]              @ 3",
        "{\"a\":1,}          @ 7",
        "{\"a\"}             @ 4",
        "{\"a\":}            @ 5",
        "{a:1}             @ 1",
        "[                 @ 1",
        "{                 @ 1",
        "[}                @ 1",
        "+1                @ 0",
        "NaN               @ 0",
        "/**/1             @ 0"
      })
  void theFirstOffenceAgainstTheGrammarIsPointedOut(String json, int offset) {
    assertRejected(json.getBytes(UTF_8), Reason.NOT_STRICT, offset);
  }

  @Test
  void nothingButSpaceIsNoDocument() {
    assertRejected(new byte[0], Reason.NOT_STRICT, 0);
    assertRejected(" \r\n\t ".getBytes(UTF_8), Reason.NOT_STRICT, 5);
  }

  @Test
  void otherEncodingsAreRejected() {
    assertRejected("\ufeff{}".getBytes(UTF_8), Reason.NOT_STRICT, 0);
    assertRejected("{}".getBytes(UTF_16LE), Reason.NOT_STRICT, 1);
    assertRejected("{}".getBytes(UTF_16BE), Reason.NOT_STRICT, 0);
    assertRejected("[\"\u00e9\"]".getBytes(ISO_8859_1), Reason.NOT_UTF8, 2);
  }

  @Test
  void aNulByteIsRejectedWhereverItStands() {
    assertRejected("{}\0".getBytes(UTF_8), Reason.NOT_STRICT, 2);
    assertRejected("[\0]".getBytes(UTF_8), Reason.NOT_STRICT, 1);
    assertRejected("\"\0\"".getBytes(UTF_8), Reason.NOT_STRICT, 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\ud800",
        "\\udc00",
        "\\ud800\\ud800",
        "\\udc00\\ud800",
        "\\ud800x",
        "\\ud800\\n",
        "\\ud800\\u0041",
        "\\uDBFF"
      })
  void halfOfASurrogatePairIsRejected(String text) {
    assertRejected(("[\"" + text + "\"]").getBytes(UTF_8), Reason.LONE_SURROGATE, 2);
    assertRejected(("{\"" + text + "\":0}").getBytes(UTF_8), Reason.LONE_SURROGATE, 2);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "{\"a\":1;\"a\":1}, 7",
        "{\"a\":1;\"b\":2;\"\\u0061\":3}, 13",
        "[{\"\\u0061\":1;\"a\":3}], 13",
        "{\"x\":{\"\":0;\"\":0}}, 11"
      })
  void aNameGivenTwiceIsPointedOut(String json, int offset) {
    assertRejected(json.replace(';', ',').getBytes(UTF_8), Reason.DUPLICATE_NAME, offset);
  }

  @Test
  void theSameNameInDifferentObjectsIsNoDuplicate() throws Exception {
    assertThat(Json.parse("{\"a\":{\"a\":[{\"a\":1},{\"a\":1}]}}".getBytes(UTF_8)).size()).isOne();
  }

  @Test
  @Timeout(60)
  void manyMembersAreComparedInNoTimeWhateverTheirNames() throws Exception {
    var names = new ArrayList<String>();
    IntStream.range(0, 1 << 16).forEach(i -> names.add(sameHashCode(i)));
    IntStream.range(0, 1 << 16).forEach(i -> names.add("name" + i));
    Collections.shuffle(names, new Random(1));

    assertThat(Json.parse(object(names)).size()).isEqualTo(names.size());
    names.add(names.getFirst());
    assertRejected(
        object(names),
        Reason.DUPLICATE_NAME,
        object(names).length - 2 - names.getFirst().length() - 3);
  }

  @Test
  void aNameGivenTwiceIsFoundAmongManyInOrderToo() throws Exception {
    var names = IntStream.range(100, 150).boxed().map(String::valueOf).toList();
    assertThat(Json.parse(object(names)).size()).isEqualTo(50);

    var twice = new ArrayList<>(names);
    twice.add(names.getLast());
    assertRejected(object(twice), Reason.DUPLICATE_NAME, 1 + 50 * "'149':0,".length());
  }

  @Test
  void theMessageTellsNothingOfTheContents() {
    var rejected =
        catchThrowableOfType(
            JsonRejected.class, () -> Json.parse("{\"key\":sk-secret}".getBytes(UTF_8)));

    assertThat(rejected).hasMessage("NOT_STRICT at byte 7").hasNoCause();
  }

  private static String sameHashCode(int bits) {
    var name = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      name.append((bits >> i & 1) == 0 ? "Aa" : "BB");
    }
    return name.toString();
  }

  private static byte[] object(List<String> names) {
    return ("{\"" + String.join("\":0,\"", names) + "\":0}").getBytes(UTF_8);
  }

  private static void assertRejected(byte[] json, Reason reason, int offset) {
    assertThatThrownBy(() -> Json.parse(json))
        .asInstanceOf(type(JsonRejected.class))
        .returns(reason, JsonRejected::reason)
        .returns(offset, JsonRejected::offset);
  }
}
