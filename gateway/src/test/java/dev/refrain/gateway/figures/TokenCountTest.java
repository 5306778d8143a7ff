package dev.refrain.gateway.figures;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Usage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a call cost, as far as its reply tells. */
final class TokenCountTest {
  private static long count(String reply) {
    var count = new TokenCount();
    count.add(reply.getBytes(UTF_8));
    return sum(count.usage(400));
  }

  private static long sum(Usage usage) {
    return usage.inputTokens() + usage.outputTokens();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "9   | {\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":4,\"total_tokens\":9}}",
        "9   | {\"usage\": {\"prompt_tokens\" : 5,  \"completion_tokens\": 4}}",
        "12  | {\"usage\":{\"input_tokens\":5,\"output_tokens\":7}}",
        "17  | {\"input_tokens\":5,\"cache_read_input_tokens\":10,\"output_tokens\":2}",
        "15  | {\"usageMetadata\":{\"promptTokenCount\":5,\"totalTokenCount\":15}}",
        "30  | {\"prompt_eval_count\":10,\"eval_count\":20}",
        "8   | {\"usage\":{\"prompt_tokens\":8,\"total_tokens\":8}}",
        "26  | {\"input_tokens\":25,\"output_tokens\":1}",
        "40  | data: {\"input_tokens\":25,\"output_tokens\":1} data: {\"output_tokens\":15}",
        "12  | {\"total_tokens\":12",
      })
  void theProvidersOwnAccountIsBelieved(long tokens, String reply) {
    assertThat(count(reply)).isEqualTo(tokens);
  }

  @Test
  void whereverItIsCutItIsTheSame() {
    var reply =
        "{\"a\":\"b\\\"c\",\"usage\":{\"prompt_tokens\":51,\"completion_tokens\" : 42}}"
            .getBytes(UTF_8);
    for (int cut = 0; cut <= reply.length; cut++) {
      var count = new TokenCount();
      count.add(Arrays.copyOf(reply, cut));
      count.add(Arrays.copyOfRange(reply, cut, reply.length));
      assertThat(sum(count.usage(0))).as("cut at %d", cut).isEqualTo(93);
    }
  }

  /** Else whoever has a model say the right words would pay for nothing, or for too much. */
  @Test
  void whatAModelSaysIsNoAccount() {
    var said = "{\"content\":\"{\\\"total_tokens\\\":1000000}\",\"total_tokens\":12}";
    assertThat(count(said)).isEqualTo(12);
    assertThat(count("{\"content\":\"total_tokens\",\"x\":7,\"total_tokens\":12}")).isEqualTo(12);
    assertThat(count("{\"a\":{\"total_tokens\":1},\"total_tokens\":12}")).isEqualTo(12);
  }

  @Test
  void whatSaysNothingIsNotFree() {
    assertThat(count("x".repeat(400))).isEqualTo(200);
    assertThat(count("data: {}\n\n".repeat(7))).isEqualTo(107);
    assertThat(count("{\"usage\":{\"total_tokens\":0}}xx")).isPositive();
  }

  @Test
  void noNumberIsTooLong() {
    assertThat(count("{\"total_tokens\":" + "9".repeat(100) + "}")).isEqualTo(1_000_000_000);
  }
}
