package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.STREAM;
import static dev.refrain.dialect.Chat.STREAM_USAGE;
import static dev.refrain.dialect.Chat.recording;
import static dev.refrain.dialect.Completions.asked;
import static dev.refrain.dialect.Completions.convert;
import static dev.refrain.dialect.Completions.defects;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Form;
import dev.refrain.Recording;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What must hold for all completions, tried with many made by chance, known by their seed. */
final class CompletionPropertyTest {
  private static final boolean LONG = "long".equals(System.getProperty("refrain.campaign"));
  private static final int REPLIES = LONG ? 500_000 : 200;

  @Test
  void aReplyComesBackFromAStream() {
    for (long seed = 0; seed < REPLIES; seed++) {
      var whole = whole(new Random(seed));
      var streamed = convert(whole, STREAM_USAGE);
      var asked = asked("'prompt':['a','b']");

      assertThat(canonical(convert(streamed, Form.WHOLE)))
          .as("seed %d", seed)
          .isEqualTo(canonical(whole));
      assertThat(defects(asked, streamed)).as("seed %d", seed).isEqualTo(defects(asked, whole));
      assertThat(Chat.text(convert(whole, STREAM)))
          .as("seed %d", seed)
          .isEqualTo(Chat.text(convert(streamed, STREAM)));
    }
  }

  private static String canonical(Recording whole) {
    return Chat.canonical(whole.chunks().bytes());
  }

  private static Recording whole(Random random) {
    var replies = new RandomReply(random);
    var choices = new ArrayList<Integer>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      choices.addFirst(i);
    }
    var reply = new LinkedHashMap<String, Object>();
    reply.put("object", "text_completion");
    reply.put("id", "cmpl-1");
    reply.put("choices", choices.stream().map(i -> choice(i, random, replies)).toList());
    reply.put("usage", Map.of("prompt_tokens", 3));
    replies.maybe(reply, "system_fingerprint", "fp");
    replies.maybe(reply, "new", random.nextInt(5));
    return recording(Form.WHOLE, replies.spelled(replies.shuffled(reply)).getBytes(UTF_8));
  }

  private static Map<String, Object> choice(int index, Random random, RandomReply replies) {
    var choice = new LinkedHashMap<String, Object>();
    choice.put("index", index);
    choice.put("text", replies.text(20));
    choice.put("finish_reason", random.nextBoolean() ? "stop" : "length");
    replies.maybe(choice, "logprobs", random.nextBoolean() ? null : logprobs(random, replies));
    replies.maybe(choice, "stop_reason", replies.value(1));
    return replies.shuffled(choice);
  }

  private static Map<String, Object> logprobs(Random random, RandomReply replies) {
    var logprobs = new LinkedHashMap<String, Object>();
    for (var name : List.of("tokens", "token_logprobs", "top_logprobs", "text_offset")) {
      replies.maybe(logprobs, name, random.nextBoolean() ? null : replies.list());
    }
    return logprobs;
  }
}
