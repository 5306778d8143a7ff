package dev.refrain.dialect;

import static dev.refrain.Reason.EMPTY;
import static dev.refrain.Reason.ERROR_EVENT;
import static dev.refrain.Reason.INCOMPLETE;
import static dev.refrain.Reason.INVALID_JSON;
import static dev.refrain.Reason.NO_TERMINAL_EVENT;
import static dev.refrain.Reason.TOO_LARGE;
import static dev.refrain.dialect.Messages.BLOCK_STOP;
import static dev.refrain.dialect.Messages.END;
import static dev.refrain.dialect.Messages.HI;
import static dev.refrain.dialect.Messages.REPLIES;
import static dev.refrain.dialect.Messages.START;
import static dev.refrain.dialect.Messages.STOP;
import static dev.refrain.dialect.Messages.TEXT;
import static dev.refrain.dialect.Messages.asked;
import static dev.refrain.dialect.Messages.judge;
import static dev.refrain.dialect.Messages.resource;
import static dev.refrain.dialect.Messages.stream;
import static dev.refrain.dialect.Messages.whole;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Facts;
import dev.refrain.Reason;
import dev.refrain.sse.SseReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can go wrong on the way. */
final class MessagesStreamJudgeTest {
  private static final List<String> GOOD = List.of(START, TEXT, HI, BLOCK_STOP, END, STOP);

  @SuppressWarnings("unused") // a FieldSource wants it here
  static final List<String> NAMES = REPLIES;

  private final Facts asked = asked("m");

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void anErrorInTheStreamIsNeverOverheard(int at) {
    var events = new ArrayList<>(GOOD);
    events.add(at, "{'type':'error','error':{'type':'overloaded_error','message':'Overloaded'}}");

    assertThat(judge(asked, stream(events.toArray(String[]::new))).defects()).contains(ERROR_EVENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event: error\ndata: overloaded\n\n",
        "event: error\ndata: {\"type\":\"ping\"}\n\n",
        "data: {\"type\":\"error\"}\n\n",
        "event: oops\ndata: {\"type\":\"oops\",\"error\":{\"type\":\"api_error\"}}\n\n"
      })
  void anErrorIsOneHoweverItIsCalled(String error) {
    assertThat(judge(asked, stream((error + good()).getBytes(UTF_8))).defects())
        .contains(ERROR_EVENT);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void aPingMayComeAtAnyTime(int at) {
    var events = new ArrayList<>(GOOD);
    events.add(at, "{'type':'ping'}");
    events.add(at, "{'type':'ping'}");

    assertThat(judge(asked, stream(events.toArray(String[]::new))).defects()).isEmpty();
  }

  @Test
  void whatAPingSaysNobodyReads() {
    var stream = stream(("event: ping\ndata: now\n\n" + good()).getBytes(UTF_8));

    assertThat(judge(asked, stream).defects()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'an_event_of_tomorrow','error':null}",
        "{'type':'content_block_delta','index':0,'delta':{'type':'a_delta_of_tomorrow'}}"
      })
  void whatIsNotKnownYetIsPassedOver(String event) {
    assertThat(judge(asked, stream(START, TEXT, event, HI, BLOCK_STOP, END, STOP)).defects())
        .isEmpty();
  }

  /** Whichever event is lost, the rest is not taken for a message. */
  @ParameterizedTest
  @CsvSource({
    "0, INVALID_JSON",
    "1, INVALID_JSON",
    "2, EMPTY",
    "3, INCOMPLETE",
    "4, INCOMPLETE",
    "5, NO_TERMINAL_EVENT"
  })
  void noEventMayBeLost(int lost, Reason defect) {
    var events = new ArrayList<>(GOOD);
    events.remove(lost);

    assertThat(judge(asked, stream(events.toArray(String[]::new))).defects()).contains(defect);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void noEventMayComeTwice(int twice) {
    var events = new ArrayList<>(GOOD);
    events.add(twice, events.get(twice));

    assertThat(judge(asked, stream(events.toArray(String[]::new))).defects())
        .contains(INVALID_JSON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'content_block_delta','index':1,'delta':{'type':'text_delta','text':'Hi'}}",
        "{'type':'content_block_delta','delta':{'type':'text_delta','text':'Hi'}}",
        "{'type':'content_block_stop','index':1}",
        "{'type':'content_block_stop','index':'0'}",
        "{'type':'content_block_start','index':0,'content_block':{'type':'text'}}",
        "{'type':'content_block_start','index':1,'content_block':{}}",
        "{'type':'message_start','message':{'content':[]}}",
        "{'type':7}",
        "{'index':0}",
        "[]",
        "null",
        "{",
        "[DONE]"
      })
  void whatFitsNowhereIsInvalid(String event) {
    assertThat(judge(asked, stream(START, TEXT, event, HI, BLOCK_STOP, END, STOP)).defects())
        .contains(INVALID_JSON);
  }

  @ParameterizedTest
  @CsvSource({
    "'', NO_TERMINAL_EVENT",
    "'event: message_stop', NO_TERMINAL_EVENT",
    "'data: {\"type\":\"message_stop\"}', NO_TERMINAL_EVENT",
    "'data: {\"type\":\"message_stop\"}~', NO_TERMINAL_EVENT",
    "'event: message_stop~~', NO_TERMINAL_EVENT",
    "'data: {\"type\":\"message_stop\"}~~data', NO_TERMINAL_EVENT",
    "'data: {\"type\":\"message_stop\"}~~event: ping~', NO_TERMINAL_EVENT",
    "'data: {\"type\":\"message_stop\"}~~data: {\"type\":\"ping\"}~~', NO_TERMINAL_EVENT",
    "'data: {\"type\":\"message_stop\"}~~data: {\"type\":\"message_stop\"}~~', NO_TERMINAL_EVENT",
    "'data: {\"type\":\"message_stop\"}~~data: [DONE]~', NO_TERMINAL_EVENT",
    "'data: {\"type\":\"Message_stop\"}~~', NO_TERMINAL_EVENT",
    "'data: [DONE]~~', NO_TERMINAL_EVENT",
    "'data: {\"type\":\"message_stop\"}~~', ",
    "'event: message_stop~data:{\"type\":\"message_stop\"}~~: bye~~', ",
    "'data: {\"type\":\"message_stop\"}~~data: [DONE]~~', "
  })
  void theTerminalEventMustBeThereAndTheLast(String ending, Reason defect) {
    var good = good();
    var begun = good.substring(0, good.indexOf("event: message_stop"));
    var stream = stream((begun + ending.replace('~', '\n')).getBytes(UTF_8));

    if (defect == null) {
      assertThat(judge(asked, stream).defects()).isEmpty();
    } else {
      assertThat(judge(asked, stream).defects()).contains(defect);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void linesMayEndAsTheyLikeAndKeepAlivesAreNoEvents(String end) {
    var stream = (": hello\n\n" + good()).replace("\n", end);

    assertThat(judge(asked, stream(stream.getBytes(UTF_8))).defects()).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void aStreamThatIsCutAnywhereHasADefect(String name) {
    var text = new String(resource(name + ".sse"), UTF_8).replace("data: [DONE]\n\n", "");
    var stream = text.getBytes(UTF_8);
    var asked = asked(Messages.model(name));
    for (int length = 0; length < stream.length; length++) {
      assertThat(judge(asked, stream(Arrays.copyOf(stream, length))).defects())
          .as("the first %d bytes", length)
          .isNotEmpty();
    }
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void aWholeReplyThatIsCutAnywhereIsInvalid(String name) {
    var reply = new String(resource(name + ".json"), UTF_8).strip().getBytes(UTF_8);
    for (int length = 0; length < reply.length; length++) {
      assertThat(judge(asked, whole(Arrays.copyOf(reply, length))).defects())
          .as("the first %d", length)
          .contains(INVALID_JSON);
    }
  }

  @Test
  void anEmptyStreamIsNothing() {
    assertThat(judge(asked, stream(new byte[0])).defects())
        .containsExactlyInAnyOrder(NO_TERMINAL_EVENT, EMPTY, INCOMPLETE);
  }

  @Test
  void anEventThatNobodyWouldHoldIsTooLarge() {
    var stream = new byte[SseReader.EVENT_BYTES_MAX + 1];
    Arrays.fill(stream, (byte) 'a');

    assertThat(judge(asked, stream(stream)).defects())
        .containsExactlyInAnyOrder(TOO_LARGE, EMPTY, INCOMPLETE);
  }

  private static String good() {
    return Messages.events(String.join("\n", GOOD));
  }
}
