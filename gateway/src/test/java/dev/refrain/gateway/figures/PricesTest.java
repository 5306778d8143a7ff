package dev.refrain.gateway.figures;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Usage;
import java.io.IOException;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What models cost. */
final class PricesTest {
  private static final Prices PRICES = Prices.builtIn();

  private static String table(String models) {
    return "{\"date\":\"2026-01-01\",\"source\":\"a test\",\"models\":[" + models + "]}";
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o, 2500000, 10000000",
    "gpt-4o-2024-08-06, 2500000, 10000000",
    "gpt-4o-2024-05-13, 5000000, 15000000",
    "gpt-4o-mini-2024-07-18, 150000, 600000",
    "openai/gpt-4o-mini, 150000, 600000",
    "gpt-4-0613, 30000000, 60000000",
    "claude-3-5-haiku-latest, 800000, 4000000",
    "claude-sonnet-4-20250514, 3000000, 15000000",
    "claude-3-haiku@20240307, 250000, 1250000",
    "models/gemini-2.5-flash, 300000, 2500000",
    "gemini-2.0-flash-001, 100000, 400000",
    "omni-moderation-latest, 0, 0",
    "demo, 0, 0",
  })
  void modelsAreFoundByTheirNamesOfAnyDay(String model, long input, long output) {
    assertThat(PRICES.of(model)).isEqualTo(new Price(input, output));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-4o-audio-preview", "gpt-4o-2", "my-gpt-4o", "", "/", "claude"})
  void whatIsNotKnownHasNoPrice(String model) {
    assertThat(PRICES.of(model)).isNull();
  }

  @Test
  void theTableSaysOfWhichDayItIsAndWhereItIsFrom() {
    assertThat(LocalDate.parse(PRICES.date())).isAfter(LocalDate.of(2025, 1, 1));
    assertThat(PRICES.source()).contains("check");
  }

  @Test
  void costsAreExactToABillionthOfADollar() throws Exception {
    var json = table("{\"model\":\"m\",\"input\":0.02,\"output\":2.5e-1}");
    var price = Prices.read(json.getBytes(UTF_8)).of("m");
    assertThat(price).isNotNull();
    assertThat(price.of(new Usage(1_000_000, 0))).isEqualTo(20_000_000);
    assertThat(price.of(new Usage(1, 1))).isEqualTo(270);
    assertThat(price.of(Usage.UNKNOWN)).isZero();
  }

  @Test
  void theLongestNameCounts() throws Exception {
    var json =
        table(
            """
            {"model":"a*","input":1,"output":1},{"model":"ab*","input":2,"output":2},
            {"model":"abc","input":3,"output":3}\
            """);
    var prices = Prices.read(json.getBytes(UTF_8));
    assertThat(prices.of("ax")).isEqualTo(new Price(1_000_000, 1_000_000));
    assertThat(prices.of("abx")).isEqualTo(new Price(2_000_000, 2_000_000));
    assertThat(prices.of("abc-2026-01-01")).isEqualTo(new Price(3_000_000, 3_000_000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"date\":\"d\",\"source\":\"s\"}",
        "{\"date\":1,\"source\":\"s\",\"models\":[]}",
      })
  void whatIsNoTableIsRefused(String json) {
    assertRefused(json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "-1,\"output\":1", "1e99,\"output\":1", "\"1\",\"output\":1"})
  void whatIsNoPriceIsRefused(String input) {
    assertRefused(table("{\"model\":\"m\",\"input\":" + input + "}"));
  }

  private static void assertRefused(String json) {
    assertThatThrownBy(() -> Prices.read(json.getBytes(UTF_8)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no table of prices");
  }

  @Test
  void whoeverMakesNamesUpFillsNoMemory() {
    for (int i = 0; i < 5_000; i++) {
      assertThat(PRICES.of("made-up-" + i)).isNull();
    }
    assertThat(PRICES.remembered()).isLessThanOrEqualTo(1_000);
  }
}
