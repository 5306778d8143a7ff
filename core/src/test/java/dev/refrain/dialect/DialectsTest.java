package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.recording;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Dialect;
import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Headers;
import dev.refrain.Reading.Clear;
import dev.refrain.Request;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What holds of every dialect. */
final class DialectsTest {
  private static final int TRIES = 300;
  private static final List<String> PATHS =
      List.of(
          "/v1/chat/completions",
          "/v1/images/edits",
          "/v1/audio/speech",
          "/v1/audio/transcriptions",
          "/v1beta/models/g:generateContent",
          "/v1beta/models/g:streamGenerateContent?alt=sse",
          "/v1beta/models/g:streamGenerateContent",
          "/api/chat",
          "/api/generate",
          "/api/embed",
          "/v1/rerank",
          "/v2/rerank",
          "/openai/v1/chat/completions",
          "/openai/deployments/d/chat/completions",
          "/openai/deployments/d/audio/speech",
          "/openai/deployments/d/completions",
          "/openai/v1/responses");

  private static final List<String> BODIES =
      List.of(
          "{'model':'m','messages':[{'role':'user','content':'Hi','tool_calls':[{}]}],'n':1}",
          "{'contents':[{'role':'user','parts':[{'text':'Hi'}]}],'generationConfig':{}}",
          "{'model':'m','prompt':'Hi','input':['a'],'options':{'num_predict':1},'stream':false}",
          "{'query':'q','documents':['a','b'],'top_n':1,'model':'m'}",
          "--X\r\nContent-Disposition: form-data; name='model'\r\n\r\nm\r\n--X--\r\n");

  private static final List<String> REPLIES =
      List.of(
          "{'candidates':[{'content':{'parts':[{'text':'a','thought':true}]},'index':0}]}",
          "data: {'candidates':[{'finishReason':'STOP','content':{'parts':[]}}]}\n\n",
          "[{'candidates':[{'index':0}],'usageMetadata':{'promptTokenCount':1}}]",
          """
          {'model':'m','message':{'role':'assistant','content':'a'},'done':false}
          {'model':'m','response':'b','done':true,'done_reason':'stop'}
          """,
          "{'embeddings':[[1,2]],'results':[{'index':0,'relevance_score':1}],'data':[{'url':1}]}",
          "data: {'type':'speech.audio.done','usage':{}}\n\ndata: [DONE]\n\n");

  @Test
  void everyPathIsSpokenByOneAlone() {
    for (var path : PATHS) {
      assertThat(Dialects.ALL.stream().filter(dialect -> speaks(dialect, path)))
          .as(path)
          .hasSize(1);
    }
    assertThat(Dialects.ALL.stream().map(Dialect::name).collect(toSet()))
        .hasSameSizeAs(Dialects.ALL);
  }

  @Test
  void noRequestMakesOneThrow() {
    for (long seed = 0; seed < TRIES; seed++) {
      var random = new Random(seed);
      var path = PATHS.get(random.nextInt(PATHS.size()));
      var body = spoiled(BODIES.get(random.nextInt(BODIES.size())), random);
      var type = random.nextBoolean() ? "application/json" : "multipart/form-data; boundary=X";
      var request = Request.post("u", path, Headers.of("content-type", type), body);
      for (var dialect : Dialects.ALL) {
        assertThat(dialect.read(request)).as("seed %d", seed).isNotNull();
        dialect.prompt(request);
        dialect.decidingTarget(request);
      }
    }
  }

  @Test
  void noReplyMakesOneThrow() {
    for (long seed = 0; seed < TRIES; seed++) {
      var random = new Random(seed);
      var reply = spoiled(REPLIES.get(random.nextInt(REPLIES.size())), random);
      for (var dialect : Dialects.ALL) {
        for (var form : List.of("whole", "stream", "stream+usage", "array", "sse")) {
          var asked = new Facts(new Form(form), List.of(), List.of(), "m", 1, false, Set.of());
          var recording = recording(new Form(form), reply);
          assertThat(dialect.judge(asked, recording)).as("seed %d", seed).isNotNull();
          for (var other : List.of("whole", "stream", "array", "sse")) {
            dialect.convert(recording, new Form(other));
          }
        }
      }
    }
  }

  @Test
  void nothingIsEverKeptOfAnErrorOrOfNothing() {
    for (var path : PATHS) {
      var dialect = Dialects.ALL.stream().filter(d -> speaks(d, path)).findFirst().orElseThrow();
      for (var body : BODIES) {
        var request = Request.post("u", path, Headers.none(), json(body));
        if (dialect.read(request) instanceof Clear clear) {
          for (var reply : List.of("", "{\"error\":{\"message\":\"no\"}}", "{\"error\":\"no\"}")) {
            var verdict =
                dialect.judge(clear.facts(), recording(clear.facts().form(), json(reply)));
            assertThat(verdict.defects()).as("%s %s", path, reply).isNotEmpty();
          }
        }
      }
    }
  }

  private static boolean speaks(Dialect dialect, String target) {
    return dialect.speaks("POST", target.replaceFirst("\\?.*", ""));
  }

  /** Returns a body with some bytes changed, left out or doubled. */
  private static byte[] spoiled(String text, Random random) {
    var body = new StringBuilder(text.replace('\'', '"'));
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(body.length());
      switch (random.nextInt(3)) {
        case 0 -> body.setCharAt(at, "{}[]\",:0-\n\u0000x".charAt(random.nextInt(12)));
        case 1 -> body.deleteCharAt(at);
        default -> body.insert(at, body.substring(at, Math.min(body.length(), at + 20)));
      }
    }
    return json(body.toString());
  }
}
