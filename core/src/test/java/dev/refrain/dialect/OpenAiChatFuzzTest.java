package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.STREAM;
import static dev.refrain.dialect.Chat.STREAM_USAGE;
import static dev.refrain.dialect.Chat.asked;
import static dev.refrain.dialect.Chat.recording;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Recording;
import dev.refrain.Request;
import java.util.List;

/** Whatever the bytes, nothing throws, and no conversion makes a bad reply of a good one. */
final class OpenAiChatFuzzTest {
  private static final List<Form> FORMS = List.of(Form.WHOLE, STREAM, STREAM_USAGE);

  @FuzzTest
  void noBytesAreTooStrange(byte[] bytes) {
    OpenAiChat.DIALECT.read(Request.post("openai", "/v1/chat/completions", Headers.none(), bytes));
    for (var form : FORMS) {
      OpenAiChat.answerText(form, bytes);
      tryConversions(recording(form, bytes));
    }
  }

  private static void tryConversions(Recording reply) {
    var asked = asked("m");
    var verdict = OpenAiChat.DIALECT.judge(asked, reply);
    for (var form : FORMS) {
      var converted = OpenAiChat.DIALECT.convert(reply, form);
      if (converted != null && verdict.defects().isEmpty()) {
        assertThat(OpenAiChat.DIALECT.judge(asked, converted).defects()).isEmpty();
      }
    }
  }
}
