package dev.refrain.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What must hold for every value, tried with many made by chance; each is known by its seed. */
final class CanonicalJsonPropertyTest {
  private static final boolean LONG = "long".equals(System.getProperty("refrain.campaign"));
  private static final int VALUES = LONG ? 1_000_000 : 15_000;
  private static final int CLOSE_VALUES = LONG ? 10_000_000 : 200_000;

  @Test
  void howAValueIsSpelledNeverMatters() throws Exception {
    for (long seed = 0; seed < VALUES; seed++) {
      var random = new RandomJson(seed);
      var value = random.value(3);
      var expected = RandomJson.canonical(value);

      for (int i = 0; i < 2; i++) {
        var spelled = random.spelled(value);
        assertThat(canonical(spelled)).as("seed %d: %s", seed, spelled).isEqualTo(expected);
      }
      assertThat(canonical(expected)).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void anyChangeOfAValueChangesItsForm() throws Exception {
    for (long seed = 0; seed < VALUES; seed++) {
      var random = new RandomJson(seed);
      var value = random.value(3);
      var changed = random.changed(value);

      boolean sameForm =
          canonical(random.spelled(value)).equals(canonical(random.spelled(changed)));
      assertThat(sameForm)
          .as("seed %d: %s and %s", seed, value, changed)
          .isEqualTo(value.equals(changed));
    }
  }

  @Test
  void noTwoOfManyCloseValuesShareAForm() throws Exception {
    var owners = new HashMap<String, Object>();
    for (long seed = 0; seed < CLOSE_VALUES; seed++) {
      var random = new RandomJson(seed);
      var value = random.value(1);
      var owner = owners.putIfAbsent(canonical(random.spelled(value)), value);
      if (owner != null && !owner.equals(value)) {
        assertThat(value).as("seed %d", seed).isEqualTo(owner);
      }
    }
    assertThat(owners).hasSizeGreaterThan(CLOSE_VALUES / 4);
  }

  private static String canonical(String json) throws JsonRejected {
    return new String(CanonicalJson.bytes(Json.parse(json.getBytes(UTF_8)), Set.of()), UTF_8);
  }
}
