package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.text;
import static dev.refrain.dialect.Messages.REPLIES;
import static dev.refrain.dialect.Messages.STREAM;
import static dev.refrain.dialect.Messages.canonical;
import static dev.refrain.dialect.Messages.convert;
import static dev.refrain.dialect.Messages.resource;
import static dev.refrain.dialect.Messages.stream;
import static dev.refrain.dialect.Messages.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Form;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class MessagesConversionTest {
  @SuppressWarnings("unused") // a FieldSource wants it here
  static final List<String> NAMES = REPLIES;

  @ParameterizedTest
  @FieldSource("NAMES")
  void repliesBecomeEachOther(String name) {
    var whole = whole(resource(name + ".json"));
    var streamed = stream(resource(name + ".sse"));

    assertThat(canonical(convert(streamed, Form.WHOLE))).isEqualTo(canonical(whole));
    assertThat(canonical(convert(convert(whole, STREAM), Form.WHOLE))).isEqualTo(canonical(whole));
  }

  @Test
  void aWholeMessageIsStreamedAsAnthropicWould() {
    var message =
        """
        {'id':'msg_1','type':'message','role':'assistant','model':'claude-sonnet-4-5',\
        'content':[{'type':'thinking','thinking':'Hm.','signature':'Eq\\u002b/=='},\
        {'type':'redacted_thinking','data':'Em8='},\
        {'type':'text','text':'Hi!','citations':[{'n': 1},{'n':2}]},\
        {'type':'text','text':'','citations':null},\
        {'type':'tool_use','id':'t','name':'f','input':{'a': [1.50,'\\u00fc']}},\
        {'type':'tool_use','id':'u','name':'g','input':{}}],\
        'stop_reason':'end_turn','stop_sequence':null,\
        'usage':{'input_tokens':3,'cache_read_input_tokens':null,'output_tokens':7,\
        'service_tier':'standard','server_tool_use':null}}\
        """;

    assertThat(text(convert(whole(message), STREAM)))
        .isEqualTo(
            Messages.events(
                """
                {'type':'message_start','message':{'id':'msg_1','type':'message',\
                'role':'assistant','model':'claude-sonnet-4-5','content':[],\
                'stop_reason':null,'stop_sequence':null,\
                'usage':{'input_tokens':3,'cache_read_input_tokens':null,'output_tokens':0,\
                'service_tier':'standard'}}}
                {'type':'content_block_start','index':0,\
                'content_block':{'type':'thinking','thinking':'','signature':''}}
                {'type':'content_block_delta','index':0,\
                'delta':{'type':'thinking_delta','thinking':'Hm.'}}
                {'type':'content_block_delta','index':0,\
                'delta':{'type':'signature_delta','signature':'Eq\\u002b/=='}}
                {'type':'content_block_stop','index':0}
                {'type':'content_block_start','index':1,\
                'content_block':{'type':'redacted_thinking','data':'Em8='}}
                {'type':'content_block_stop','index':1}
                {'type':'content_block_start','index':2,\
                'content_block':{'type':'text','text':'','citations':[]}}
                {'type':'content_block_delta','index':2,\
                'delta':{'type':'text_delta','text':'Hi!'}}
                {'type':'content_block_delta','index':2,\
                'delta':{'type':'citations_delta','citation':{'n': 1}}}
                {'type':'content_block_delta','index':2,\
                'delta':{'type':'citations_delta','citation':{'n':2}}}
                {'type':'content_block_stop','index':2}
                {'type':'content_block_start','index':3,\
                'content_block':{'type':'text','text':'','citations':null}}
                {'type':'content_block_stop','index':3}
                {'type':'content_block_start','index':4,\
                'content_block':{'type':'tool_use','id':'t','name':'f','input':{}}}
                {'type':'content_block_delta','index':4,'delta':{'type':'input_json_delta',\
                'partial_json':'{\\'a\\': [1.50,\\'\\\\u00fc\\']}'}}
                {'type':'content_block_stop','index':4}
                {'type':'content_block_start','index':5,\
                'content_block':{'type':'tool_use','id':'u','name':'g','input':{}}}
                {'type':'content_block_delta','index':5,\
                'delta':{'type':'input_json_delta','partial_json':'{}'}}
                {'type':'content_block_stop','index':5}
                {'type':'message_delta','delta':{'stop_reason':'end_turn','stop_sequence':null},\
                'usage':{'input_tokens':3,'cache_read_input_tokens':null,'output_tokens':7,\
                'server_tool_use':null}}
                {'type':'message_stop'}\
                """));
  }

  /** Whoever gives thoughts back must give them back as they were signed. */
  @Test
  void signaturesAndWhatIsEncryptedStayToTheByte() {
    var signature = "Eq\\u0051/+==\\/";
    var start = Messages.START;
    var stream =
        stream(
            start,
            "{'type':'content_block_start','index':0,'content_block':"
                + "{'type':'thinking','thinking':'','signature':''}}",
            Messages.delta("'type':'signature_delta','signature':'" + signature + "'"),
            Messages.BLOCK_STOP,
            "{'type':'content_block_start','index':1,'content_block':"
                + "{'type':'redacted_thinking','data':'"
                + signature
                + "'}}",
            "{'type':'content_block_stop','index':1}",
            Messages.END,
            Messages.STOP);
    var folded = convert(stream, Form.WHOLE);

    assertThat(text(folded))
        .contains("\"signature\":\"" + signature + "\"", "\"data\":\"" + signature + "\"");
    assertThat(text(convert(folded, STREAM)))
        .contains("\"signature\":\"" + signature + "\"", "\"data\":\"" + signature + "\"");
  }

  @Test
  void whatComesAtOnceHasTheTimeOfItsEnd() {
    var folded = convert(stream(resource("text.sse")), Form.WHOLE).chunks();
    var unfolded = convert(whole(resource("text.json")), STREAM).chunks();

    assertThat(folded.count()).isOne();
    assertThat(folded.millis(0)).isEqualTo(70);
    assertThat(IntStream.range(0, unfolded.count()).map(unfolded::millis))
        .containsExactly(70, 70, 70, 70, 70, 70);
  }

  @Test
  void allButFormTypeAndBytesStays() {
    var stream = stream(resource("text.sse"));
    var folded = convert(stream, Form.WHOLE);
    var unfolded = convert(folded, STREAM);

    assertThat(folded.slot().key()).isEqualTo(stream.slot().key());
    assertThat(folded.slot().form()).isEqualTo(Form.WHOLE);
    assertThat(folded.headers().all("content-type")).containsExactly("application/json");
    assertThat(folded.headers().get("x-request-id")).isEqualTo("req_1");
    assertThat(folded.bornMillis()).isEqualTo(stream.bornMillis());
    assertThat(folded.usage()).isEqualTo(stream.usage());
    assertThat(folded.etag()).isNotEqualTo(stream.etag());
    assertThat(unfolded.headers().all("content-type"))
        .containsExactly("text/event-stream; charset=utf-8");
  }

  @Test
  void whatIsUnknownGoesAlongWhereverItStands() {
    var stream =
        stream(
            Messages.start("'usage':{'input_tokens':1,'x':1},'new':{'a':1.50},'later':null"),
            "{'type':'content_block_start','index':0,"
                + "'content_block':{'type':'text','text':'H','new':[1]}}",
            Messages.delta("'type':'text_delta','text':'i'"),
            Messages.BLOCK_STOP,
            "{'type':'content_block_start','index':1,'content_block':{'type':'new','x':{}}}",
            "{'type':'content_block_stop','index':1}",
            "{'type':'message_delta','delta':{'stop_reason':null,'later':2},"
                + "'usage':{'output_tokens':4,'y':null},'beside':[3]}",
            "{'type':'message_delta','delta':{'stop_reason':'end_turn','later':2},"
                + "'usage':{'output_tokens':5,'x':2}}",
            Messages.STOP);

    assertThat(canonical(convert(stream, Form.WHOLE)))
        .isEqualTo(
            canonical(
                whole(
                    """
                    {'content':[{'type':'text','text':'Hi','new':[1]},{'type':'new','x':{}}],
                    'usage':{'input_tokens':1,'x':2,'output_tokens':5,'y':null},
                    'new':{'a':1.50},'later':2,'stop_reason':'end_turn','beside':[3]}\
                    """)));
  }
}
