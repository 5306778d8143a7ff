package dev.refrain.dialect;

import static dev.refrain.dialect.Messages.BLOCK_STOP;
import static dev.refrain.dialect.Messages.END;
import static dev.refrain.dialect.Messages.HI;
import static dev.refrain.dialect.Messages.START;
import static dev.refrain.dialect.Messages.STOP;
import static dev.refrain.dialect.Messages.STREAM;
import static dev.refrain.dialect.Messages.TEXT;
import static dev.refrain.dialect.Messages.resource;
import static dev.refrain.dialect.Messages.stream;
import static dev.refrain.dialect.Messages.tryConvert;
import static dev.refrain.dialect.Messages.whole;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Form;
import dev.refrain.Recording;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What would lose something is not converted at all. */
final class MessagesConversionLossTest {
  private static final List<String> GOOD = List.of(START, TEXT, HI, BLOCK_STOP, END, STOP);

  /** Each comes after the text, in a block that is still open. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'an_event_of_tomorrow'}",
        "{'type':'error','error':{}}",
        "{'type':'ping','ping':1}",
        "{'type':'message_start','message':{'content':[],'usage':{}}}",
        "{'type':'message_delta','delta':{'stop_reason':'refusal'},'usage':{}}",
        "{'type':'message_delta','delta':{'content':[{}]}}",
        "{'type':'message_delta','delta':7}",
        "{'type':'message_delta','usage':7}",
        "{'type':'message_stop','amazon-bedrock-invocationMetrics':{}}",
        "{'type':'message_stop'}",
        "{'type':'content_block_start','index':0,'content_block':{'type':'text'}}",
        "{'type':'content_block_start','index':2,'content_block':{'type':'text'}}",
        "{'type':'content_block_start','index':1,'content_block':{'type':'text'}}",
        "{'type':'content_block_start','index':1,'content_block':7}",
        "{'type':'content_block_start','content_block':{'type':'text'}}",
        "{'type':'content_block_stop','index':1}",
        "{'type':'content_block_stop','index':0}",
        "{'type':'content_block_delta','index':1,'delta':{'type':'text_delta','text':'x'}}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':7}}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','x':1}}",
        "{'type':'content_block_delta','index':0,'delta':{'text':'x'}}",
        "{'type':'content_block_delta','index':0,'delta':7}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'x'},'x':1}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'a_delta_of_tomorrow'}}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'thinking_delta','thinking':'x'}}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'signature_delta'}}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'input_json_delta'}}",
        "[]",
        "7",
        "Hi"
      })
  void whatAWholeMessageCannotTellIsNotConverted(String event) {
    assertThat(tryConvert(stream(GOOD.toArray(String[]::new)), Form.WHOLE)).isNotNull();
    assertThat(tryConvert(stream(START, TEXT, HI, event, BLOCK_STOP, END, STOP), Form.WHOLE))
        .isNull();
  }

  @Test
  void noEventMayBeLost() {
    for (int lost = 0; lost < GOOD.size(); lost++) {
      if (lost == 2 || lost == 4) {
        continue; // a message may be empty, and its ending not be told, as far as this goes
      }
      var events = new ArrayList<>(GOOD);
      events.remove(lost);
      assertThat(tryConvert(stream(events.toArray(String[]::new)), Form.WHOLE))
          .as("without %s", GOOD.get(lost))
          .isNull();
    }
  }

  @Test
  void theOrderOfTheBlocksTellsTheirIndex() {
    var early = TEXT.replace("'index':0", "'index':1");

    assertThat(tryConvert(stream(START, early, HI, BLOCK_STOP, END, STOP), Form.WHOLE)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "'' | | true",
        "'' | 'a' | true",
        "null | 'a' | true",
        "'a' | 'a' | true",
        "'a' | | true",
        "'a' | 'b' | false",
        "'' | 'a','b' | false",
        "7 | 'a' | false"
      })
  void aSignatureIsToldOnce(String atStart, String deltas, boolean fit) {
    var events = new ArrayList<>(List.of(START));
    events.add(start("{'type':'thinking','thinking':'','signature':" + atStart + "}"));
    for (var signature : (deltas == null) ? new String[0] : deltas.split(",", -1)) {
      events.add(Messages.delta("'type':'signature_delta','signature':" + signature));
    }
    events.addAll(List.of(BLOCK_STOP, END, STOP));

    assertThat(tryConvert(stream(events.toArray(String[]::new)), Form.WHOLE) != null)
        .isEqualTo(fit);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{} | '' | {}",
        "{} | '{\\\"a\\\":','1}' | {'a':1}",
        "{} | '{}' | {}",
        "{} | '','[1]' | [1]",
        "null | '{}' | {}",
        "null | '' | null",
        "{'a':1} | '' | ",
        "{'a':1} | '{}' | ",
        "{} | '{\\\"a\\\":' | ",
        "{} | '{\\\"a\\\":1,\\\"a\\\":1}' | ",
        "{} | '{}{}' | ",
        "{} | ' ' | ",
        "{} | 7 | "
      })
  void theInputOfAToolIsReadWhenItIsWhole(String atStart, String pieces, String input) {
    var events = new ArrayList<>(List.of(START));
    events.add(start("{'type':'tool_use','id':'t','input':" + atStart + "}"));
    for (var piece : pieces.split("(?<='),(?=')", -1)) {
      events.add(Messages.delta("'type':'input_json_delta','partial_json':" + piece));
    }
    events.addAll(List.of(BLOCK_STOP, END, STOP));
    var converted = tryConvert(stream(events.toArray(String[]::new)), Form.WHOLE);

    assertThat(converted != null).isEqualTo(input != null);
    if (converted != null) {
      assertThat(Messages.canonical(converted)).contains("\"input\":" + input.replace('\'', '"'));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Hi",
        "[]",
        "{}",
        "{'content':[]}",
        "{'content':[],'usage':null}",
        "{'content':[],'usage':7}",
        "{'content':null,'usage':{}}",
        "{'content':'Hi','usage':{}}",
        "{'content':['Hi'],'usage':{}}",
        "{'content':[{'type':'text','text':7}],'usage':{}}",
        "{'content':[{'type':'thinking','thinking':['x']}],'usage':{}}",
        "{'content':[{'type':'text','text':'x','citations':{}}],'usage':{}}",
        "{'content':[{'type':'tool_use','input':[1]}],'usage':{}}",
        "{'content':[{'type':'tool_use','input':'x'}],'usage':{}}",
        "{'content':[{'type':'tool_use','id':'x'}],'usage':{}}",
        "{'content':[],'usage':{},'delta':1,'content':[]}"
      })
  void whatAStreamCannotTellIsNotConverted(String reply) {
    assertThat(tryConvert(whole(reply), STREAM)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "event: message_stop, event: Message_stop",
    "event: message_stop, data: {}",
    "event: message_start, id: 7",
    "event: message_delta, data: x"
  })
  void eventsAreCalledWhatTheySayTheyAre(String line, String otherLine) {
    var good = Messages.events(String.join("\n", GOOD));

    assertThat(tryConvert(text(good), Form.WHOLE)).isNotNull();
    assertThat(tryConvert(text(good.replace(line, otherLine)), Form.WHOLE)).isNull();
    assertThat(tryConvert(text(good.replace(line, otherLine + "\n" + line)), Form.WHOLE) == null)
        .isEqualTo(!otherLine.startsWith("event"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"data: {}\n\n", "x", "event: ping\n", "data: [DONE]"})
  void whatComesBehindTheEndIsNotLost(String more) {
    var good = Messages.events(String.join("\n", GOOD));

    assertThat(tryConvert(text(good + more), Form.WHOLE)).isNull();
  }

  @Test
  void formsThatNobodyUnderstandsAreLeftAlone() {
    var whole = whole(resource("text.json"));
    var stream = stream(resource("text.sse"));

    assertThat(tryConvert(whole, new Form("stream:00"))).isNull();
    assertThat(tryConvert(whole, Form.WHOLE)).isNull();
    assertThat(tryConvert(stream, STREAM)).isNull();
    assertThat(tryConvert(stream(new byte[0]), Form.WHOLE)).isNull();
  }

  private static String start(String block) {
    return "{'type':'content_block_start','index':0,'content_block':" + block + "}";
  }

  private static Recording text(String stream) {
    return stream(stream.getBytes(UTF_8));
  }
}
