package dev.refrain.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A member is cut out of an object, and nothing else changes by a byte. */
final class JsonWithoutTest {
  private static final int DOCUMENTS = 20_000;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{`x`:1}                     | {}",
        "{ `x` : 1 }                 | {  }",
        "{`x`:1,`a`:2}               | {`a`:2}",
        "{ `x` : 1 , `a` : 2 }       | { `a` : 2 }",
        "{`a`:2,`x`:1}               | {`a`:2}",
        "{ `a` : 2 , `x` : 1 }       | { `a` : 2 }",
        "{`a`:1,`x`:2,`b`:3}         | {`a`:1,`b`:3}",
        "{ `a`:1 , `x`:2 , `b`:3 }   | { `a`:1 , `b`:3 }",
        "{`x`:{`x`:[1,{}]},`b`:3}    | {`b`:3}",
        "{`a`:{`x`:1},`x`:{`a`:[]}}  | {`a`:{`x`:1}}",
        "{`a`:[{`x`:1}],`b`:1.0e0}   | {`a`:[{`x`:1}],`b`:1.0e0}",
        "{`\\u0078`:1,`a`:`\\u0078`} | {`a`:`\\u0078`}",
        "{`a`:`x`}                   | {`a`:`x`}",
        "[`x`,1]                     | [`x`,1]",
        "{}                          | {}",
      })
  void oneMemberGoes(String document, String rest) throws Exception {
    var json = Json.parse(bytes(document.replace('`', '"')));

    assertThat(new String(json.without("x"), UTF_8)).isEqualTo(rest.replace('`', '"'));
  }

  @Test
  void anObjectWithinADocumentIsCutToo() throws Exception {
    var inner = Json.parse(bytes("[0, {\"a\":1, \"x\":2} , 3]")).elements().iterator();
    inner.next();

    assertThat(new String(inner.next().without("x"), UTF_8)).isEqualTo("{\"a\":1}");
  }

  @Test
  void whateverTheDocumentOnePieceGoesAndItIsTheMember() throws Exception {
    for (long seed = 0; seed < DOCUMENTS; seed++) {
      var random = new RandomJson(seed);
      var members = members(random, new Random(seed));
      var document = bytes(random.spelled(members).strip());
      var cut = Json.parse(document).without("x");

      var rest = new LinkedHashMap<Object, Object>(members);
      rest.remove("x");
      assertThat(RandomJson.canonical(rest))
          .as("seed %d: %s", seed, new String(document, UTF_8))
          .isEqualTo(new String(CanonicalJson.bytes(Json.parse(cut), Set.of()), UTF_8));
      assertThat(isOnePieceLess(document, cut)).as("seed %d", seed).isTrue();
    }
  }

  @Test
  void aStringIsFoundWhereverItStands() {
    var random = new Random(7);
    for (int i = 0; i < DOCUMENTS; i++) {
      var text = new StringBuilder();
      for (int j = random.nextInt(40); j > 0; j--) {
        text.append("xy\"\\\n é".charAt(random.nextInt(7)));
      }
      if (random.nextBoolean()) {
        text.insert(random.nextInt(text.length() + 1), "\"xy\"");
      }

      assertThat(Json.mentions(bytes(text.toString()), "xy"))
          .as(text.toString())
          .isEqualTo(text.toString().contains("\"xy\""));
    }
  }

  private static Map<?, ?> members(RandomJson random, Random chance) {
    var members = new LinkedHashMap<Object, Object>();
    if (random.value(3) instanceof Map<?, ?> map) {
      members.putAll(map);
    }
    if (chance.nextInt(10) > 0) {
      members.put("x", random.value(2));
    }
    return members;
  }

  private static boolean isOnePieceLess(byte[] document, byte[] cut) {
    int same = 0;
    while (same < cut.length && document[same] == cut[same]) {
      same++;
    }
    int tail = 0;
    while (tail < cut.length
        && document[document.length - 1 - tail] == cut[cut.length - 1 - tail]) {
      tail++;
    }
    return same + tail >= cut.length;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
