package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.STREAM;
import static dev.refrain.dialect.Chat.STREAM_USAGE;
import static dev.refrain.dialect.Chat.chunk;
import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.recording;
import static dev.refrain.dialect.Chat.resource;
import static dev.refrain.dialect.Chat.stream;
import static dev.refrain.dialect.Chat.tryConvert;
import static dev.refrain.dialect.Chat.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Form;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What would lose something is not converted at all. */
final class ChatConversionLossTest {

  /** Each stands for the second chunk of a stream whose first says "Hi". */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':'c2','choices':[]}",
        "{'created':18,'choices':[]}",
        "{'unknown':2,'choices':[]}",
        "{'unknown':[],'choices':[]}",
        "{'object':'chat.completion','choices':[]}",
        "{'choices':[{'index':0,'unknown':2}]}",
        "{'choices':[{'index':0,'delta':{'unknown':'b'}}]}",
        "{'choices':[{'index':0,'delta':{'unknown':'a'}}]}",
        "{'choices':[{'index':0,'delta':{'content':['Hi']}}]}",
        "{'choices':[{'index':0,'delta':{'content':7}}]}",
        "{'choices':[{'index':0,'delta':{'role':'user'}}]}",
        "{'choices':[{'index':0,'delta':[]}]}",
        "{'choices':[{'index':0,'delta':{},'message':{}}]}",
        "{'choices':[{'index':0,'finish_reason':'length'}]}",
        "{'choices':[{'index':0,'logprobs':{'content':{}}}]}",
        "{'choices':[{'index':0,'logprobs':[]}]}",
        "{'choices':[{'delta':{}}]}",
        "{'choices':[{'index':-1,'delta':{}}]}",
        "{'choices':['Hi']}",
        "{'choices':{}}",
        "{'choices':[{'index':0,'delta':{'tool_calls':[{'index':1,'id':'c'}]}}]}",
        "{'choices':[{'index':0,'delta':{'tool_calls':[{'id':'c'}]}}]}",
        "{'choices':[{'index':0,'delta':{'audio':{'data':'AAEC'}}}]}",
        "{'choices':[],'usage':{'prompt_tokens':2}}",
        "{'choices':[],'obfuscation':{}}",
        "{'choices':[],'choices':[]}",
        "[]",
        "7",
        "Hi"
      })
  void whatAWholeReplyCannotTellIsNotConverted(String chunk) {
    var first =
        """
        {'id':'c1','object':'chat.completion.chunk','created':17,'unknown':1,'choices':[{'index':0,
        'unknown':1,'finish_reason':'stop',
        'delta':{'role':'assistant','content':'Hi','unknown':'a','audio':{'data':'AA=='}}}],
        'usage':{'prompt_tokens':1}}\
        """;

    assertThat(tryConvert(stream(STREAM_USAGE, List.of(first)), Form.WHOLE)).isNotNull();
    assertThat(tryConvert(stream(STREAM_USAGE, List.of(first, chunk)), Form.WHOLE)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "AAEC, AwQF, true",
    "AAEC, Aw==, true",
    "'', Aw==, true",
    "Aw==, '', true",
    "Aw==, Aw==, false",
    "AA, EC, false",
    "A, AEC, false"
  })
  void soundThatWasEncodedInPiecesIsJoinedWhereTheyFit(String one, String other, boolean fit) {
    var pieces =
        Stream.of(one, other)
            .map("{'choices':[{'index':0,'delta':{'audio':{'data':'%s'}}}],'usage':{}}"::formatted)
            .toList();

    assertThat(tryConvert(stream(STREAM_USAGE, pieces), Form.WHOLE) != null).isEqualTo(fit);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Hi",
        "[]",
        "{}",
        "{'choices':[]}",
        "{'object':'chat.completion.chunk','choices':[{'index':0,'message':{'content':'Hi'}}]}",
        "{'choices':[{'message':{'content':'Hi'}}]}",
        "{'choices':[{'index':0,'message':null}]}",
        "{'choices':[{'index':0,'message':'Hi'}]}",
        "{'choices':[{'index':0,'message':{'content':[{'type':'text'}]}}]}",
        "{'choices':[{'index':0,'message':{'content':'Hi'},'delta':{}}]}",
        "{'choices':[{'index':1,'message':{}},{'index':0,'message':{}}]}",
        "{'choices':[{'index':0,'message':{}},{'index':0,'message':{}}]}",
        "{'choices':[{'index':0,'message':{'content':'Hi'},'logprobs':{'content':7}}]}",
        "{'choices':[{'index':0,'message':{'tool_calls':[{'index':0,'id':'c'}]}}]}",
        "{'choices':[{'index':0,'message':{'tool_calls':['c']}}]}",
        "{'choices':[{'index':0,'message':{'tool_calls':{}}}]}",
        "{'choices':[{'index':0,'message':{'content':'Hi'}}],'obfuscation':'x'}",
        "{'choices':{}}"
      })
  void whatAStreamCannotTellIsNotConverted(String reply) {
    assertThat(tryConvert(whole(reply), STREAM)).isNull();
    assertThat(tryConvert(whole(reply.replace("}]}", "}],'usage':{}}")), STREAM_USAGE)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data: {'choices':[],'usage':{}}\n\n",
        "data: {'choices':[],'usage':{}}\n\ndata: [DONE]\n\ndata: {}\n\n",
        "data: {'choices':[],'usage':{}}\n\ndata: [DONE]\n\nx",
        "event: error\ndata: {'choices':[],'usage':{}}\n\ndata: [DONE]\n\n",
        "id: 7\ndata: {'choices':[],'usage':{}}\n\ndata: [DONE]\n\n",
        "data: {'choices':[],'usage':{}\n\ndata: [DONE]\n\n",
        ""
      })
  void aStreamThatIsMoreOrLessThanItsChunksIsNotConverted(String stream) {
    assertThat(tryConvert(recording(STREAM_USAGE, json(stream)), Form.WHOLE)).isNull();
    assertThat(tryConvert(recording(STREAM_USAGE, json(stream)), STREAM)).isNull();
  }

  @Test
  void withoutUsageThereIsNoneToTell() {
    var stream = List.of(chunk("Hi", "'stop'"));
    var nullUsage = List.of(chunk("Hi", "'stop'").replace("{'ch", "{'usage':null,'ch"));
    var reply = "{'choices':[{'index':0,'message':{'content':'Hi'},'finish_reason':'stop'}]}";

    assertThat(tryConvert(stream(STREAM_USAGE, stream), Form.WHOLE)).isNull();
    assertThat(tryConvert(stream(STREAM_USAGE, nullUsage), Form.WHOLE)).isNull();
    assertThat(tryConvert(whole(reply), STREAM_USAGE)).isNull();
    assertThat(tryConvert(whole(reply.replace("{'ch", "{'usage':null,'ch")), STREAM_USAGE))
        .isNull();
    assertThat(tryConvert(whole(reply), STREAM)).isNotNull();
  }

  @Test
  void formsThatNobodyUnderstandsAreLeftAlone() {
    var whole = recording(Form.WHOLE, resource("openai.json"));
    var stream = recording(STREAM_USAGE, resource("openai.sse"));
    var unasked = recording(new Form("whole?00"), resource("openai.json"));

    assertThat(tryConvert(whole, new Form("whole?00"))).isNull();
    assertThat(tryConvert(unasked, STREAM)).isNull();
    assertThat(tryConvert(stream, new Form("stream:00"))).isNull();
    assertThat(tryConvert(stream, STREAM_USAGE)).isNull();
  }
}
