package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.STREAM;
import static dev.refrain.dialect.Chat.STREAM_USAGE;
import static dev.refrain.dialect.Chat.USAGE_CHUNK;
import static dev.refrain.dialect.Chat.canonical;
import static dev.refrain.dialect.Chat.chunk;
import static dev.refrain.dialect.Chat.convert;
import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.recording;
import static dev.refrain.dialect.Chat.resource;
import static dev.refrain.dialect.Chat.stream;
import static dev.refrain.dialect.Chat.text;
import static dev.refrain.dialect.Chat.whole;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Form;
import dev.refrain.Recording;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ChatConversionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "openai",
        "openai-two-choices",
        "openai-tools",
        "openai-refusal",
        "openai-audio",
        "deepseek",
        "vllm",
        "openrouter",
        "azure"
      })
  void realRepliesBecomeEachOther(String name) {
    var whole = resource(name + ".json");
    var streamed = recording(STREAM_USAGE, resource(name + ".sse"));

    var folded = convert(streamed, Form.WHOLE);
    assertThat(canonical(folded.chunks().bytes())).isEqualTo(canonical(whole));

    var unfolded = convert(recording(Form.WHOLE, whole), STREAM_USAGE);
    assertThat(canonical(convert(unfolded, Form.WHOLE).chunks().bytes()))
        .isEqualTo(canonical(whole));

    for (var source : List.of(streamed, recording(Form.WHOLE, whole))) {
      var plain = convert(source, STREAM);
      assertThat(text(plain)).doesNotContain("\"usage\"").endsWith("data: [DONE]\n\n");
      assertThat(canonical(foldWithUsage(plain), "usage")).isEqualTo(canonical(whole, "usage"));
    }
  }

  @Test
  void aWholeReplyIsStreamedAsOpenAiWould() {
    var reply =
        whole(
            """
            {'id':'c1','object':'chat.completion','created':17,'model':'gpt-4o',
            'choices':[{'index':0,
            'message':{'role':'assistant','content':'Hi!','refusal':null,'annotations':[]},
            'logprobs':null,'finish_reason':'stop'}],
            'usage':{'prompt_tokens': 1,'completion_tokens':2},'service_tier':'default'}\
            """);

    assertThat(text(convert(reply, STREAM_USAGE)))
        .isEqualTo(
            events(
                """
                {'id':'c1','object':'chat.completion.chunk','created':17,'model':'gpt-4o',\
                'choices':[{'index':0,'delta':{'role':'assistant','content':'','refusal':null},\
                'logprobs':null,'finish_reason':null}],'service_tier':'default','usage':null}
                {'id':'c1','object':'chat.completion.chunk','created':17,'model':'gpt-4o',\
                'choices':[{'index':0,'delta':{'content':'Hi!','annotations':[]},\
                'logprobs':null,'finish_reason':null}],'service_tier':'default','usage':null}
                {'id':'c1','object':'chat.completion.chunk','created':17,'model':'gpt-4o',\
                'choices':[{'index':0,'delta':{},\
                'logprobs':null,'finish_reason':'stop'}],'service_tier':'default','usage':null}
                {'id':'c1','object':'chat.completion.chunk','created':17,'model':'gpt-4o',\
                'choices':[],'service_tier':'default',\
                'usage':{'prompt_tokens': 1,'completion_tokens':2}}\
                """));
    assertThat(text(convert(reply, STREAM)))
        .isEqualTo(
            events(
                """
                {'id':'c1','object':'chat.completion.chunk','created':17,'model':'gpt-4o',\
                'choices':[{'index':0,'delta':{'role':'assistant','content':'','refusal':null},\
                'logprobs':null,'finish_reason':null}],'service_tier':'default'}
                {'id':'c1','object':'chat.completion.chunk','created':17,'model':'gpt-4o',\
                'choices':[{'index':0,'delta':{'content':'Hi!','annotations':[]},\
                'logprobs':null,'finish_reason':null}],'service_tier':'default'}
                {'id':'c1','object':'chat.completion.chunk','created':17,'model':'gpt-4o',\
                'choices':[{'index':0,'delta':{},\
                'logprobs':null,'finish_reason':'stop'}],'service_tier':'default'}\
                """));
  }

  @Test
  void thoughtsComeBeforeWords() {
    var stream = text(convert(recording(Form.WHOLE, resource("deepseek.json")), STREAM));

    assertThat(stream.indexOf("so larger.")).isBetween(0, stream.indexOf("larger than"));
  }

  /** OpenAI's client takes a reply for ended when all choices are that it has seen. */
  @Test
  void noChoiceEndsBeforeAllHaveBegun() {
    var stream = text(convert(recording(Form.WHOLE, resource("openai-two-choices.json")), STREAM));

    assertThat(stream.lastIndexOf("\"role\"")).isLessThan(stream.indexOf("\"stop\""));
  }

  @Test
  void aStreamWithoutUsageIsTheOldOneEventByEvent() {
    var events = resource("openai.sse");
    var plain = convert(recording(STREAM_USAGE, events), STREAM);
    var lines = new String(events, UTF_8).replace(",\"usage\":null", "").split("\n\n", -1);

    assertThat(text(plain).strip().split("\n\n", -1))
        .containsExactly(
            IntStream.of(0, 1, 2, 3, 4, 6).mapToObj(i -> lines[i]).toArray(String[]::new));
  }

  @Test
  void theUsageGoesFromAChunkThatTellsMore() {
    var plain = convert(recording(STREAM_USAGE, resource("deepseek.sse")), STREAM);

    assertThat(text(plain)).contains("\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{'choices':[],'usage':{},'x':1} | {'choices':[],'x':1}",
        "{'choices':[],'usage':null}     | {'choices':[]}",
        "{'choices':{},'usage':{}}       | {'choices':{}}"
      })
  void aChunkThatIsMoreThanItsUsageStays(String chunk, String stripped) {
    var stream = stream(STREAM_USAGE, List.of(chunk("Hi", "'stop'"), chunk));

    assertThat(text(convert(stream, STREAM)))
        .contains("data: " + stripped.replace('\'', '"') + "\n\n");
  }

  @Test
  void eventsKeepTheirTimesAndBecomeChunks() {
    var stream =
        stream(STREAM_USAGE, List.of(chunk("H", "null"), chunk("i", "'stop'"), USAGE_CHUNK));
    var plain = convert(stream, STREAM).chunks();

    assertThat(IntStream.range(0, plain.count()).map(plain::millis)).containsExactly(0, 10, 20);
    assertThat(UTF_8.decode(plain.chunk(1)).toString()).startsWith("data: {").endsWith("}\n\n");
    assertThat(UTF_8.decode(plain.chunk(2)).toString()).isEqualTo("data: [DONE]\n\n");
  }

  @Test
  void whatComesAtOnceHasTheTimeOfItsEnd() {
    var folded = convert(recording(STREAM_USAGE, resource("openai.sse")), Form.WHOLE).chunks();
    var unfolded = convert(recording(Form.WHOLE, resource("openai.json")), STREAM).chunks();

    assertThat(folded.count()).isOne();
    assertThat(folded.millis(0)).isEqualTo(70);
    assertThat(IntStream.range(0, unfolded.count()).map(unfolded::millis))
        .containsExactly(70, 70, 70, 70);
  }

  @Test
  void allButFormTypeAndBytesStays() {
    var stream = recording(STREAM_USAGE, resource("openai.sse"));
    var folded = convert(stream, Form.WHOLE);
    var unfolded = convert(folded, new Form("stream:0123456789abcdef"));

    assertThat(folded.slot().key()).isEqualTo(stream.slot().key());
    assertThat(folded.slot().form()).isEqualTo(Form.WHOLE);
    assertThat(folded.headers().all("content-type")).containsExactly("application/json");
    assertThat(folded.headers().get("x-request-id")).isEqualTo("req_1");
    assertThat(folded.bornMillis()).isEqualTo(stream.bornMillis());
    assertThat(folded.usage()).isEqualTo(stream.usage());
    assertThat(folded.stamp()).isEqualTo(stream.stamp());
    assertThat(folded.etag()).isNotEqualTo(stream.etag());
    assertThat(unfolded.slot().form()).isEqualTo(new Form("stream:0123456789abcdef"));
    assertThat(unfolded.headers().all("content-type"))
        .containsExactly("text/event-stream; charset=utf-8");
  }

  @Test
  void howNumbersAndStringsAreSpelledStays() {
    var stream =
        stream(
            STREAM_USAGE,
            List.of(
                chunk("\\u0041\\/", "null").replace("{'ch", "{'created':1.70e3,'ch"),
                chunk("\\ud83d\\ude00\u00e9", "'stop'").replace("{'ch", "{'created':1700,'ch"),
                USAGE_CHUNK));

    assertThat(text(convert(stream, Form.WHOLE)))
        .contains("\"created\":1.70e3")
        .contains("\"content\":\"\\u0041\\/\\ud83d\\ude00\u00e9\"");
  }

  @Test
  void whatIsUnknownGoesAlongWhereverItStands() {
    var stream =
        stream(
            STREAM_USAGE,
            List.of(
                "{'a':1,'choices':[{'index':0,'b':null,'delta':{'content':'Hi','c':{'x':[1]}}}]}",
                "{'a':1.0,'choices':[{'index':0,'b':[2],'delta':{'c':null,'d':null}}]}",
                "{'choices':[],'usage':{'prompt_tokens':1},'':'last'}"));

    assertThat(canonical(convert(stream, Form.WHOLE).chunks().bytes()))
        .isEqualTo(
            canonical(
                json(
                    """
                    {'a':1,'choices':[{'index':0,'b':[2],'message':{'content':'Hi','c':{'x':[1]},
                    'd':null}}],'usage':{'prompt_tokens':1},'':'last'}\
                    """)));
  }

  private static String events(String lines) {
    var events = new StringBuilder();
    lines
        .replace('\'', '"')
        .lines()
        .forEach(line -> events.append("data: ").append(line).append("\n\n"));
    return events.append("data: [DONE]\n\n").toString();
  }

  /** Folds a stream that has no usage with one that is made up. */
  private static byte[] foldWithUsage(Recording plain) {
    var end = "data: [DONE]";
    var usage = "data: " + USAGE_CHUNK.replace('\'', '"') + "\n\n";
    var stream = text(plain).replace(end, usage + end).getBytes(UTF_8);
    return convert(recording(STREAM_USAGE, stream), Form.WHOLE).chunks().bytes();
  }
}
