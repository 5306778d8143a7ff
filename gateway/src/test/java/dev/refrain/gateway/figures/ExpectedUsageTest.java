package dev.refrain.gateway.figures;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a call may cost, before anybody knows. */
final class ExpectedUsageTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "70   | {\"max_tokens\":70}",
        "80   | {\"max_tokens\":70,\"max_completion_tokens\":80}",
        "90   | {\"max_output_tokens\":90}",
        "60   | {\"generationConfig\":{\"maxOutputTokens\":60}}",
        "50   | {\"options\":{\"num_predict\":50}}",
        "1000 | {\"options\":{\"num_predict\":-1}}",
        "1000 | {\"max_tokens\":null}",
        "1000 | {\"metadata\":{\"max_tokens\":70}}",
        "1000 | []",
        "1000 | --part",
        "100000000 | {\"max_tokens\":9223372036854775807}",
      })
  void aReplyIsAsLongAsItMayBe(long tokens, String request) {
    assertThat(ExpectedUsage.of(request.getBytes(UTF_8), 1)).isEqualTo(new Usage(0, tokens));
  }

  @Test
  void severalRepliesCostAsMuchAsSeveral() {
    assertThat(ExpectedUsage.of("{\"max_tokens\":70}".getBytes(UTF_8), 3).outputTokens())
        .isEqualTo(210);
    assertThat(ExpectedUsage.of("{}".getBytes(UTF_8), Integer.MAX_VALUE).outputTokens())
        .isEqualTo(100_000_000);
  }

  /** A picture is no text, however many characters it has. */
  @Test
  void whatIsSaidCounts() {
    var request =
        """
        {"messages":[{"role":"user","content":[{"type":"text","text":"%s"},
          {"type":"image_url","image_url":{"url":"data:image/png;base64,%s"}}]}]}
        """
            .formatted("Why? ".repeat(80), "A".repeat(1 << 20));
    assertThat(ExpectedUsage.of(request.getBytes(UTF_8), 1).inputTokens()).isEqualTo(100);
  }
}
