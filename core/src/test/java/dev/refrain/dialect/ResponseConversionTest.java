package dev.refrain.dialect;

import static dev.refrain.dialect.Chat.canonical;
import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.recording;
import static dev.refrain.dialect.Responses.STREAM;
import static dev.refrain.dialect.Responses.convert;
import static dev.refrain.dialect.Responses.message;
import static dev.refrain.dialect.Responses.response;
import static dev.refrain.dialect.Responses.stream;
import static dev.refrain.dialect.Responses.streamed;
import static dev.refrain.dialect.Responses.text;
import static dev.refrain.dialect.Responses.tryConvert;
import static dev.refrain.dialect.Responses.whole;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Form;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponseConversionTest {
  private static final String HI = message(text("Hi"));
  private static final String GOOD = response(HI);

  @Test
  void aResponseIsStreamedAsOpenAiWould() {
    var whole =
        """
        {'id':'resp_1','object':'response','created_at':17,'status':'completed','completed_at':18,\
        'error':null,'model':'m','output':[{'id':'rs_1','type':'reasoning','summary':[\
        {'type':'summary_text','text':'Hm'}]},{'id':'msg_1','type':'message','status':'completed',\
        'role':'assistant','content':[{'type':'output_text','text':'Hi','annotations':[\
        {'type':'url_citation'}],'logprobs':[{'token':'Hi'}]}]}],'store':true,\
        'usage':{'input_tokens':3,'output_tokens':4}}\
        """;
    var begun =
        """
        {'id':'resp_1','object':'response','created_at':17,'status':'in_progress',\
        'completed_at':null,'error':null,'model':'m','output':[],'store':true,'usage':null}\
        """;
    var part =
        """
        {'type':'output_text','text':'Hi','annotations':[{'type':'url_citation'}],\
        'logprobs':[{'token':'Hi'}]}\
        """;
    var expected =
        """
        created,'response':BEGUN}
        in_progress,'response':BEGUN}
        output_item.added,'output_index':0,'item':{'id':'rs_1','type':'reasoning','summary':[]}}
        reasoning_summary_part.added,THOUGHT,'part':{'type':'summary_text','text':''}}
        reasoning_summary_text.delta,THOUGHT,'delta':'Hm'}
        reasoning_summary_text.done,THOUGHT,'text':'Hm'}
        reasoning_summary_part.done,THOUGHT,'part':{'type':'summary_text','text':'Hm'}}
        output_item.done,'output_index':0,'item':{'id':'rs_1','type':'reasoning','summary':[\
        {'type':'summary_text','text':'Hm'}]}}
        output_item.added,'output_index':1,'item':{'id':'msg_1','type':'message',\
        'status':'in_progress','role':'assistant','content':[]}}
        content_part.added,SPEECH,'part':{'type':'output_text','text':'','annotations':[],\
        'logprobs':[]}}
        output_text.delta,SPEECH,'delta':'Hi','logprobs':[{'token':'Hi'}]}
        output_text.annotation.added,SPEECH,'annotation_index':0,'annotation':\
        {'type':'url_citation'}}
        output_text.done,SPEECH,'text':'Hi','logprobs':[{'token':'Hi'}]}
        content_part.done,SPEECH,'part':PART}
        output_item.done,'output_index':1,'item':{'id':'msg_1','type':'message',\
        'status':'completed','role':'assistant','content':[PART]}}
        completed,'response':WHOLE}\
        """
            .replace("THOUGHT", "'item_id':'rs_1','output_index':0,'summary_index':0")
            .replace("SPEECH", "'item_id':'msg_1','output_index':1,'content_index':0")
            .replace("BEGUN", begun)
            .replace("WHOLE", whole)
            .replace("PART", part);

    var streamed = convert(whole(whole), STREAM);
    assertThat(Chat.text(streamed))
        .isEqualTo(
            Chat.text(
                stream(
                    expected
                        .lines()
                        .map(line -> "{'type':'response." + line.replaceFirst(",", "',"))
                        .toArray(String[]::new))));
    assertThat(streamed.chunks().count()).isEqualTo(16);
    assertThat(streamed.chunks().millis(15)).isEqualTo(70);
    assertThat(streamed.headers().get("content-type")).startsWith("text/event-stream");
  }

  @Test
  void aStreamAsOpenAiDocumentsItBecomesItsResponse() {
    var streamed =
        stream(
            "{'type':'response.created','response':{'id':'resp_1','output':[],'usage':null}}",
            "{'type':'response.in_progress','response':{'id':'resp_1','output':[],'usage':null}}",
            "{'type':'response.output_item.added','output_index':0,'item':{'id':'msg_1'}}",
            "{'type':'response.content_part.added','item_id':'msg_1','content_index':0}",
            "{'type':'response.output_text.delta','item_id':'msg_1','delta':'H'}",
            "{'type':'keepalive'}",
            "{'type':'response.output_text.delta','delta':'i','obfuscation':'x7'}",
            "{'type':'response.output_text.done','item_id':'msg_1','text':'Hi'}",
            "{'type':'response.content_part.done','item_id':'msg_1','content_index':0}",
            "{'type':'response.output_item.done','output_index':0,'item':" + HI + "}",
            "{'type':'response.completed','response':" + GOOD + "}");

    var whole = convert(streamed, Form.WHOLE);
    assertThat(whole.chunks().bytes()).isEqualTo(json(GOOD));
    assertThat(whole.headers().get("content-type")).isEqualTo("application/json");
    assertThat(whole.slot().form()).isEqualTo(Form.WHOLE);
  }

  @Test
  void whoWantsNoObfuscationMayBeGivenIt() {
    var streamed = streamed("response.completed", GOOD, List.of(HI));
    var plain = new Form("stream:00");

    assertThat(convert(streamed, plain).chunks()).isEqualTo(streamed.chunks());
    assertThat(Chat.text(convert(whole(GOOD), plain)))
        .isEqualTo(Chat.text(convert(whole(GOOD), STREAM)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':'msg_1','type':'message','content':[]}",
        "{'id':'msg_1','type':'message','content':[{'type':'output_text','text':''}]}",
        "{'id':'msg_1','type':'message','content':[{'type':'refusal','refusal':'No.'}]}",
        "{'id':'msg_1','type':'message','phase':'final_answer','content':[]}",
        "{'id':'rs_1','type':'reasoning','encrypted_content':'gAAA','summary':[]}",
        "{'id':'rs_1','type':'reasoning','summary':[],'content':null}",
        "{'id':'rs_1','type':'reasoning','summary':[],"
            + "'content':[{'type':'reasoning_text','text':'Hm'}]}",
        "{'id':'fc_1','type':'function_call','call_id':'c','name':'f','arguments':'{}'}",
        "{'id':'ct_1','type':'custom_tool_call','call_id':'c','name':'f','input':''}"
      })
  void everyKnownItemComesBackFromAStream(String item) {
    var streamed = convert(whole(response(item, HI)), STREAM);

    assertThat(canonical(convert(streamed, Form.WHOLE).chunks().bytes()))
        .isEqualTo(canonical(json(response(item, HI))));
    assertThat(streamed.chunks().count())
        .isGreaterThan(convert(whole(GOOD), STREAM).chunks().count());
  }

  @Test
  void whatATextLacksInTheWholeItLacksInTheEnd() {
    var streamed = Chat.text(convert(whole(GOOD.replace(",'annotations':[]", "")), STREAM));

    assertThat(streamed).doesNotContain("annotations").contains("\"delta\":\"Hi\",\"logprobs\":[]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'message','content':[]}",
        "{'id':7,'type':'message','content':[]}",
        "{'id':'x','type':'message'}",
        "{'id':'x','type':'message','content':null}",
        "{'id':'x','type':'message','content':'Hi'}",
        "{'id':'x','type':'message','content':['Hi']}",
        "{'id':'x','type':'message','content':[{'type':'output_text'}]}",
        "{'id':'x','type':'message','content':[{'type':'output_text','text':7}]}",
        "{'id':'x','type':'message','content':[{'type':'summary_text','text':'Hi'}]}",
        "{'id':'x','type':'message','content':[{'type':'reasoning_text','text':'Hi'}]}",
        "{'id':'x','type':'message','content':[{'type':'a_part_of_tomorrow','text':'Hi'}]}",
        "{'id':'x','type':'reasoning'}",
        "{'id':'x','type':'reasoning','summary':[{'type':'output_text','text':'Hi'}]}",
        "{'id':'x','type':'reasoning','summary':[],'content':[{'type':'output_text','text':''}]}",
        "{'id':'x','type':'function_call','arguments':'{}'}",
        "{'id':'x','type':'function_call','name':'f','arguments':{}}",
        "{'id':'x','type':'custom_tool_call','name':'f'}",
        "{'id':'x','type':'web_search_call','status':'completed'}",
        "{'id':'x','type':'an_item_of_tomorrow'}",
        "{'id':'x'}",
        "'Hi'"
      })
  void anItemThatIsNotKnownIsNotStreamed(String item) {
    assertThat(tryConvert(whole(response(HI, item)), STREAM)).isNull();
    assertThat(tryConvert(whole(response(HI, HI)), STREAM)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Hi",
        "[]",
        "{}",
        "{'status':'completed'}",
        "{'status':'completed','output':{}}",
        "{'status':'in_progress','output':[]}",
        "{'status':'queued','output':[]}",
        "{'status':'cancelled','output':[]}",
        "{'status':7,'output':[]}",
        "{'output':[]}",
        "{'error':{'message':'overloaded'}}"
      })
  void whatIsNoResponseThatEndedIsNotStreamed(String reply) {
    assertThat(tryConvert(whole(reply), STREAM)).isNull();
  }

  @Test
  void whatIsIncompleteEndsSo() {
    for (var status : List.of("incomplete", "failed")) {
      var streamed = convert(whole(GOOD.replaceFirst("completed", status)), STREAM);
      assertThat(Chat.text(streamed)).contains("event: response." + status + "\n");
    }
  }

  /** Each stands for the second event of a stream that is otherwise a good one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'response.an_event_of_tomorrow'}",
        "{'type':'response.audio.delta','delta':'AA=='}",
        "{'type':'response.output_text.an_event_of_tomorrow'}",
        "{'type':'error','message':'overloaded'}",
        "{'type':'response.output_item.done','output_index':1,'item':{'type':'message'}}",
        "{'type':'response.output_item.done','output_index':0,'item':{'type':'message'}}",
        "{'type':'response.output_item.done','item':{'type':'message'}}",
        "{'type':'response.completed','response':{'output':[]}}",
        "{'type':7}",
        "{}",
        "[]",
        "7",
        "Hi"
      })
  void whatTheWholeDoesNotTellIsNotConverted(String event) {
    var created = "{'type':'response.created','response':{}}";
    var done = "{'type':'response.output_item.done','output_index':0,'item':" + HI + "}";
    var completed = "{'type':'response.completed','response':" + GOOD + "}";

    assertThat(tryConvert(stream(created, done, completed), Form.WHOLE)).isNotNull();
    assertThat(tryConvert(stream(created, event, done, completed), Form.WHOLE)).isNull();
  }

  /** Some who imitate OpenAI leave it to the events before to tell what was said. */
  @Test
  void aStreamWhoseEndTellsLessThanItsEventsIsNotConverted() {
    var other = message(text("Ho"));
    var respelt = HI.replace("'Hi'", "'\\u0048i'");
    for (var told : List.of(List.of(other), List.of(HI, other), List.<String>of())) {
      assertThat(tryConvert(streamed("response.completed", GOOD, told), Form.WHOLE)).isNull();
    }
    assertThat(tryConvert(streamed("response.completed", response(), List.of(HI)), Form.WHOLE))
        .isNull();
    assertThat(tryConvert(streamed("response.completed", GOOD, List.of(respelt)), Form.WHOLE))
        .isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "data: [DONE]\n\n",
        "event: response.completed\ndata: {'type':'response.completed','response':null}\n\n",
        "event: response.completed\ndata: {'type':'response.completed','response':WHOLE}\n",
        "event: response.completed\ndata: {'type':'response.completed','response':WHOLE}\n\nx",
        "event: response.failed\ndata: {'type':'response.completed','response':WHOLE}\n\n",
        "id: 7\nevent: response.completed\ndata: {'type':'response.completed','response':WHOLE}\n\n"
      })
  void aStreamThatIsMoreOrLessThanItsEventsIsNotConverted(String stream) {
    assertThat(tryConvert(recording(STREAM, json(stream.replace("WHOLE", response()))), Form.WHOLE))
        .isNull();
  }

  @Test
  void aStreamMayNameItsEventsInTheirDataOnlyAndEndInDone() {
    var end = "data: {'type':'response.completed','response':" + response() + "}\n\n";

    assertThat(tryConvert(recording(STREAM, json(end + "data: [DONE]\n\n")), Form.WHOLE))
        .isNotNull();
  }

  @Test
  void formsThatNobodyUnderstandsAreLeftAlone() {
    var unasked = recording(new Form("whole?00"), json(GOOD));
    var special = recording(new Form("stream:00"), json("data: {}\n\n"));

    assertThat(tryConvert(whole(GOOD), new Form("whole?00"))).isNull();
    assertThat(tryConvert(unasked, STREAM)).isNull();
    assertThat(tryConvert(special, Form.WHOLE)).isNull();
  }

  /** All that are documented; those of sound are not told by the whole, and an error is none. */
  @Test
  void everyDocumentedEventIsKnown() {
    var documented =
        Stream.of(
            """
            code_interpreter_call_code.delta code_interpreter_call_code.done
            code_interpreter_call.completed code_interpreter_call.in_progress
            code_interpreter_call.interpreting compaction.compacting completed
            content_part.added content_part.done created custom_tool_call_input.delta
            custom_tool_call_input.done failed
            file_search_call.completed file_search_call.in_progress file_search_call.searching
            function_call_arguments.delta function_call_arguments.done
            image_generation_call.completed image_generation_call.generating
            image_generation_call.in_progress image_generation_call.partial_image in_progress
            incomplete mcp_call_arguments.delta mcp_call_arguments.done mcp_call.completed
            mcp_call.failed mcp_call.in_progress mcp_list_tools.completed mcp_list_tools.failed
            mcp_list_tools.in_progress output_item.added output_item.done
            output_text.annotation.added output_text.delta output_text.done queued
            reasoning_summary_part.added reasoning_summary_part.done
            reasoning_summary_text.delta reasoning_summary_text.done reasoning_text.delta
            reasoning_text.done refusal.delta refusal.done shell_call_command.added
            shell_call_command.delta shell_call_command.done shell_call_output_content.delta
            shell_call_output_content.done web_search_call.completed
            web_search_call.in_progress web_search_call.searching\
            """
                .split("\\s+", -1));

    assertThat(ResponseEvents.TOLD_BY_THE_WHOLE)
        .containsAll(documented.map("response."::concat).toList())
        .hasSize(54 + 3); // vLLM's two, and the one to keep the connection
  }
}
