package dev.refrain.gateway.figures;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Samples;
import org.junit.jupiter.api.Test;

/** What is counted of a text is what was said in it. */
final class EstimatorTest {
  @Test
  void aRequestIsWhatItsMessagesSay() {
    var body =
        """
        {"model":"gpt-4o","messages":[{"role":"system","content":"Be brief."},
         {"role":"user","content":[{"type":"text","text":"Who?"},
          {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}\
        """;
    assertThat(SpokenText.ofRequest(body.getBytes(UTF_8))).isEqualTo("Be brief.Who?");
    assertThat(SpokenText.ofRequest("{\"input\":[\"a\",\"b\"]}".getBytes(UTF_8))).isEqualTo("ab");
    assertThat(SpokenText.ofRequest("no JSON".getBytes(UTF_8))).isEmpty();
  }

  @Test
  void aReplyIsWhatItsEventsSayTogether() {
    var stream = String.join("", Samples.events("Wir ", "sagen ", "alle")).getBytes(UTF_8);
    assertThat(SpokenText.ofReply(stream, true)).isEqualTo("Wir sagen alle");
    var whole = Samples.COMPLETION.getBytes(UTF_8);
    assertThat(SpokenText.ofReply(whole, false)).isEqualTo("Grüße, 世界 🎶");
  }
}
