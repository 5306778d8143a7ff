package dev.refrain.dialect;

import static dev.refrain.Reason.CONTENT_FILTER;
import static dev.refrain.Reason.EMPTY;
import static dev.refrain.Reason.ERROR_EVENT;
import static dev.refrain.Reason.INCOMPLETE;
import static dev.refrain.Reason.INVALID_JSON;
import static dev.refrain.Reason.LENGTH;
import static dev.refrain.Reason.NO_TERMINAL_EVENT;
import static dev.refrain.Reason.OTHER_MODEL;
import static dev.refrain.Reason.UNKNOWN_ENDING;
import static dev.refrain.dialect.Chat.STREAM;
import static dev.refrain.dialect.Chat.STREAM_USAGE;
import static dev.refrain.dialect.Chat.canonical;
import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.recording;
import static dev.refrain.dialect.Chat.stream;
import static dev.refrain.dialect.Chat.whole;
import static dev.refrain.dialect.Completions.asked;
import static dev.refrain.dialect.Completions.choice;
import static dev.refrain.dialect.Completions.convert;
import static dev.refrain.dialect.Completions.defects;
import static dev.refrain.dialect.Completions.reply;
import static dev.refrain.dialect.Completions.tryConvert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.refrain.Form;
import dev.refrain.Reason;
import dev.refrain.Usage;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CompletionReplyTest {
  private static final String USAGE = "'usage':{'prompt_tokens':3,'completion_tokens':4}";
  private static final String HI = reply(choice(0, "Hi", "null"));
  private static final String STOP = reply(choice(0, "", "'stop'"));
  private static final String LAST = reply().replace("]}", "]," + USAGE + "}");

  @ParameterizedTest
  @MethodSource
  void everyEndingIsKnownOrNamed(String ending, boolean limited, Set<Reason> defects) {
    var asked = limited ? asked("'max_tokens':1") : asked();

    assertThat(defects(asked, whole(reply(choice(0, "Hi", ending))))).isEqualTo(defects);
    assertThat(defects(asked, stream(STREAM, List.of(HI, reply(choice(0, "", ending))))))
        .isEqualTo(defects);
  }

  static Stream<Arguments> everyEndingIsKnownOrNamed() {
    return Stream.of(
        arguments("'stop'", false, Set.of()),
        arguments("'length'", false, Set.of(LENGTH)),
        arguments("'length'", true, Set.of()),
        arguments("'content_filter'", false, Set.of(CONTENT_FILTER)),
        arguments("'abort'", false, Set.of(UNKNOWN_ENDING)),
        arguments("null", false, Set.of(INCOMPLETE)));
  }

  @Test
  void everyPromptMustBeAnswered() {
    var two = asked("'prompt':['a','b']");
    var both = reply(choice(0, "Hi", "'stop'"), choice(1, "Ho", "'stop'"));

    assertThat(defects(two, whole(both))).isEmpty();
    assertThat(defects(two, whole(reply(choice(0, "Hi", "'stop'"))))).containsExactly(INCOMPLETE);
    assertThat(defects(two, whole(both.replace("Ho", "")))).containsExactly(EMPTY);
    assertThat(defects(two, stream(STREAM, List.of(HI, STOP)))).containsExactly(INCOMPLETE);
    assertThat(defects(two, stream(STREAM, List.of(both, LAST)))).isEmpty();
  }

  @Test
  void whatGoesWrongIsNamed() {
    assertThat(defects(asked(), whole("{'error':{}}"))).contains(ERROR_EVENT);
    assertThat(defects(asked(), whole("{}"))).contains(INVALID_JSON);
    assertThat(defects(asked(), whole("{'choices':[{'text':'Hi'}]}"))).contains(INVALID_JSON);
    assertThat(defects(asked(), whole(STOP.replace("'m'", "'n'")))).contains(OTHER_MODEL);
    assertThat(defects(asked(), stream(STREAM, List.of(HI, "{'error':'overloaded'}", STOP))))
        .contains(ERROR_EVENT);
    assertThat(defects(asked(), recording(STREAM, json("data: " + HI + "\n\n"))))
        .contains(NO_TERMINAL_EVENT);
  }

  @Test
  void theUsageIsTold() {
    var verdict =
        OpenAiCompletions.DIALECT.judge(asked(), stream(STREAM_USAGE, List.of(HI, STOP, LAST)));

    assertThat(verdict.usage()).isEqualTo(new Usage(3, 4));
  }

  @Test
  void aStreamBecomesItsReply() {
    var first = HI.replace("'logprobs':null", "'logprobs':{'tokens':['H'],'text_offset':[0]}");
    var second =
        reply(choice(0, "!", "null"))
            .replace("'logprobs':null", "'logprobs':{'tokens':['!'],'text_offset':[2]}");
    var streamed = stream(STREAM_USAGE, List.of(first, second, STOP, LAST));
    var expected =
        reply(choice(0, "Hi!", "'stop'"))
            .replace("'logprobs':null", "'logprobs':{'tokens':['H','!'],'text_offset':[0,2]}");

    assertThat(canonical(convert(streamed, Form.WHOLE).chunks().bytes(), "usage"))
        .isEqualTo(canonical(json(expected)));
    assertThat(tryConvert(stream(STREAM, List.of(HI, STOP)), Form.WHOLE)).isNull();
    assertThat(Chat.text(convert(streamed, STREAM))).doesNotContain("usage");
  }

  @Test
  void aReplyIsStreamedChoiceByChoiceAndEndsInTheEnd() {
    var both = reply(choice(0, "Hi", "'stop'"), choice(1, "Ho", "'length'"));
    var whole = whole(both.replace("]}", "]," + USAGE + "}"));
    var texts =
        Stream.of(
                reply(choice(0, "Hi", "null")),
                reply(choice(1, "Ho", "null")),
                reply(choice(0, "", "'stop'")),
                reply(choice(1, "", "'length'")))
            .map(chunk -> chunk.replace("]}", "],'usage':null}"));
    var expected = stream(STREAM_USAGE, Stream.concat(texts, Stream.of(LAST)).toList());

    assertThat(Chat.text(convert(whole, STREAM_USAGE))).isEqualTo(Chat.text(expected));
    assertThat(canonical(convert(convert(whole, STREAM_USAGE), Form.WHOLE).chunks().bytes()))
        .isEqualTo(canonical(whole.chunks().bytes()));
  }

  /** Each stands for the second chunk of a stream whose first says "Hi". */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':'cmpl-2','choices':[]}",
        "{'object':'chat.completion.chunk','choices':[]}",
        "{'choices':[{'index':0,'text':7}]}",
        "{'choices':[{'index':0,'token_ids':[5]},{'index':0,'token_ids':[5]}]}",
        "{'choices':[{'index':0,'logprobs':{'unknown':1}},{'index':0,'logprobs':{'unknown':1}}]}",
        "{'choices':[{'index':0,'finish_reason':'length'}]}",
        "{'choices':[{'text':'Ho'}]}",
        "{'choices':{}}",
        "[]"
      })
  void whatAWholeReplyCannotTellIsNotConverted(String chunk) {
    var ended = reply(choice(0, "Hi", "'stop'"));

    assertThat(tryConvert(stream(STREAM_USAGE, List.of(ended, LAST)), Form.WHOLE)).isNotNull();
    assertThat(tryConvert(stream(STREAM_USAGE, List.of(ended, chunk, LAST)), Form.WHOLE)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Hi",
        "[]",
        "{}",
        "{'choices':[{'text':'Hi'}]}",
        "{'choices':[{'index':0,'text':null}]}",
        "{'choices':[{'index':0,'text':'Hi','logprobs':7}]}",
        "{'choices':[{'index':1,'text':'Hi'},{'index':0,'text':'Hi'}]}",
        "{'object':7,'choices':[{'index':0,'text':'Hi'}]}",
        "{'choices':[{'index':0,'text':'Hi'}],'obfuscation':'x'}"
      })
  void whatAStreamCannotTellIsNotConverted(String reply) {
    assertThat(tryConvert(whole(reply), STREAM)).isNull();
  }
}
