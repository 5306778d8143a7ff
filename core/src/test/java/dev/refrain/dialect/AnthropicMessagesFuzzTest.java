package dev.refrain.dialect;

import static dev.refrain.dialect.Messages.STREAM;
import static dev.refrain.dialect.Messages.asked;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Recording;
import dev.refrain.Request;
import java.util.List;

/** Whatever the bytes, nothing throws, and no conversion makes a bad message of a good one. */
final class AnthropicMessagesFuzzTest {
  private static final AnthropicMessages DIALECT = AnthropicMessages.DIALECT;
  private static final List<Form> FORMS = List.of(Form.WHOLE, STREAM);

  @FuzzTest
  void noBytesAreTooStrange(byte[] bytes) {
    var request = Request.post("anthropic", "/v1/messages", Headers.none(), bytes);
    DIALECT.read(request);
    DIALECT.prompt(request);
    AnthropicTokenCount.DIALECT.read(request);
    for (var form : FORMS) {
      tryConversions(Chat.recording(form, bytes));
    }
  }

  private static void tryConversions(Recording reply) {
    var asked = asked("m");
    AnthropicTokenCount.DIALECT.judge(asked, reply);
    var verdict = DIALECT.judge(asked, reply);
    for (var form : FORMS) {
      var converted = DIALECT.convert(reply, form);
      if (converted != null && verdict.defects().isEmpty()) {
        assertThat(DIALECT.judge(asked, converted).defects()).isEmpty();
      }
    }
  }
}
