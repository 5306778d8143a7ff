package dev.refrain.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Reason;
import dev.refrain.Recording;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Requests and replies of completions: JSON with single quotes instead of double ones. */
final class Completions {
  private Completions() {}

  /** Returns what is understood of a request for model "m" with these members besides. */
  static Facts asked(String... members) {
    var more = String.join("", Stream.of(members).map(member -> "," + member).toList());
    var dialect = OpenAiCompletions.DIALECT;
    return Responses.facts(dialect, Responses.read(dialect, "{'model':'m'" + more + "}"));
  }

  static Set<Reason> defects(Facts asked, Recording reply) {
    return OpenAiCompletions.DIALECT.judge(asked, reply).defects();
  }

  /** Returns a choice, which is the same whole and in pieces. */
  static String choice(int index, String text, String ending) {
    return "{'text':'%s','index':%d,'logprobs':null,'finish_reason':%s}"
        .formatted(text, index, ending);
  }

  /** Returns a reply of these choices, or a chunk. */
  static String reply(String... choices) {
    return "{'id':'cmpl-1','object':'text_completion','created':17,'model':'m','choices':["
        + String.join(",", choices)
        + "]}";
  }

  static @Nullable Recording tryConvert(Recording recording, Form form) {
    return OpenAiCompletions.DIALECT.convert(recording, form);
  }

  static Recording convert(Recording recording, Form form) {
    var converted = tryConvert(recording, form);
    assertThat(converted).as("%s as %s", Chat.text(recording), form).isNotNull();
    return converted;
  }
}
