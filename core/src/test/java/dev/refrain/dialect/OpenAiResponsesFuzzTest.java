package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.STREAM;
import static dev.refrain.dialect.Chat.STREAM_USAGE;
import static dev.refrain.dialect.Chat.recording;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Recording;
import dev.refrain.Request;
import java.util.List;
import java.util.Map;

/** Whatever the bytes, nothing throws, and no conversion makes a bad reply of a good one. */
final class OpenAiResponsesFuzzTest {
  private static final List<Form> FORMS = List.of(Form.WHOLE, STREAM, STREAM_USAGE);
  private static final Map<OpenAiDialect, Facts> ASKED =
      Map.of(
          OpenAiResponses.DIALECT, Responses.asked(),
          OpenAiCompletions.DIALECT, Completions.asked(),
          OpenAiModerations.DIALECT, moderation());

  @FuzzTest
  void noBytesAreTooStrange(byte[] bytes) {
    ASKED.forEach((dialect, asked) -> {
      var path = dialect.paths().iterator().next();
      var request = Request.post("openai", path, Headers.none(), bytes);
      dialect.read(request);
      dialect.prompt(request);
      FORMS.forEach(form -> tryConversions(dialect, asked, recording(form, bytes)));
    });
  }

  private static void tryConversions(OpenAiDialect dialect, Facts asked, Recording reply) {
    boolean good = dialect.judge(asked, reply).defects().isEmpty();
    for (var form : FORMS) {
      var converted = dialect.convert(reply, form);
      if (converted != null && good) {
        assertThat(dialect.judge(asked, converted).defects()).isEmpty();
      }
    }
  }

  private static Facts moderation() {
    var dialect = OpenAiModerations.DIALECT;
    return Responses.facts(dialect, Responses.read(dialect, "{'input':'?'}"));
  }
}
