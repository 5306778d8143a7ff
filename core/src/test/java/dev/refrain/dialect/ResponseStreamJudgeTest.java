package dev.refrain.dialect;

import static dev.refrain.Reason.CONTENT_FILTER;
import static dev.refrain.Reason.EMPTY;
import static dev.refrain.Reason.ERROR_EVENT;
import static dev.refrain.Reason.INVALID_JSON;
import static dev.refrain.Reason.LENGTH;
import static dev.refrain.Reason.NO_TERMINAL_EVENT;
import static dev.refrain.Reason.TOO_LARGE;
import static dev.refrain.dialect.Chat.json;
import static dev.refrain.dialect.Chat.recording;
import static dev.refrain.dialect.Responses.STREAM;
import static dev.refrain.dialect.Responses.defects;
import static dev.refrain.dialect.Responses.message;
import static dev.refrain.dialect.Responses.named;
import static dev.refrain.dialect.Responses.response;
import static dev.refrain.dialect.Responses.stream;
import static dev.refrain.dialect.Responses.streamed;
import static dev.refrain.dialect.Responses.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Recording;
import dev.refrain.sse.SseReader;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can go wrong on the way. */
final class ResponseStreamJudgeTest {
  private static final String GOOD = response(message(text("Hi")));
  private static final String CREATED = "{'type':'response.created','response':{}}";
  private static final String DELTA = "{'type':'response.output_text.delta','delta':'Hi'}";
  private static final String DONE = "{'type':'response.completed','response':" + GOOD + "}";

  @Test
  void theLastEventJudgesTheStream() {
    assertThat(defects(stream(CREATED, DELTA, DONE))).isEmpty();
    assertThat(defects(stream(DONE))).isEmpty();
  }

  @Test
  void aStreamWithoutItsLastEventIsNone() {
    assertThat(defects(stream(CREATED, DELTA))).contains(NO_TERMINAL_EVENT);
    assertThat(defects(stream(CREATED, DONE, DELTA))).containsExactly(NO_TERMINAL_EVENT);
    assertThat(defects(recording(STREAM, new byte[0]))).contains(NO_TERMINAL_EVENT);
    assertThat(defects(recording(STREAM, json("data: [DONE]\n\n")))).contains(NO_TERMINAL_EVENT);
  }

  @Test
  void whereverAStreamIsCutItIsNotWhole() {
    byte[] whole = stream(CREATED, DELTA, DONE).chunks().bytes();
    for (int length = 0; length < whole.length; length++) {
      assertThat(defects(recording(STREAM, Arrays.copyOf(whole, length))))
          .as("%d of %d bytes", length, whole.length)
          .contains(NO_TERMINAL_EVENT);
    }
    assertThat(defects(recording(STREAM, whole))).isEmpty();
  }

  @Test
  void whatIsBegunBehindTheLastEventMakesItNotTheLast() {
    assertThat(defects(raw(named(DONE) + "data: x"))).containsExactly(NO_TERMINAL_EVENT);
    assertThat(defects(raw(named(DONE) + ": a comment\n\n"))).isEmpty();
  }

  /** OpenAI does not say so, but some who imitate it do. */
  @Test
  void doneMayStandBehindTheLastEvent() {
    assertThat(defects(raw(named(DONE) + "data: [DONE]\n\n"))).isEmpty();
    assertThat(defects(raw("data: [DONE]\n\n" + named(DONE)))).containsExactly(INVALID_JSON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'error','code':'server_error','message':'x','sequence_number':1}",
        "{'error':{'message':'overloaded'}}",
        "{'type':'response.output_text.delta','error':{'code':502}}"
      })
  void anErrorInTheStreamIsNeverOverheard(String error) {
    assertThat(defects(stream(CREATED, error, DONE))).contains(ERROR_EVENT);
    assertThat(defects(stream(CREATED, DELTA, error))).contains(ERROR_EVENT, NO_TERMINAL_EVENT);
  }

  @Test
  void anEventOfErrorIsOneWhateverItsData() {
    assertThat(defects(raw("event: error\ndata: overloaded\n\n" + named(DONE))))
        .containsExactly(ERROR_EVENT);
  }

  @Test
  void everyEndingIsJudgedByWhatItSays() {
    var failed = GOOD.replaceFirst("completed", "failed");
    var cut = GOOD.replaceFirst("'completed'", "'incomplete','incomplete_details':{'reason':'%s'}");

    assertThat(defects(streamed("response.failed", failed, List.of())))
        .containsExactly(ERROR_EVENT);
    assertThat(defects(streamed("response.failed", GOOD, List.of()))).containsExactly(ERROR_EVENT);
    assertThat(
            defects(streamed("response.incomplete", cut.formatted("max_output_tokens"), List.of())))
        .containsExactly(LENGTH);
    assertThat(defects(streamed("response.incomplete", cut.formatted("content_filter"), List.of())))
        .containsExactly(CONTENT_FILTER);
    assertThat(defects(streamed("response.incomplete", GOOD, List.of())))
        .containsExactly(INVALID_JSON);
    assertThat(
            defects(streamed("response.completed", cut.formatted("max_output_tokens"), List.of())))
        .contains(INVALID_JSON, LENGTH);
    assertThat(defects(streamed("response.completed", "null", List.of())))
        .contains(INVALID_JSON, EMPTY);
  }

  @Test
  void numbersMustGrow() {
    assertThat(defects(numbered(0, 1, 2))).isEmpty();
    assertThat(defects(numbered(1, 2, 3))).isEmpty();
    assertThat(defects(numbered(0, 2, 1))).containsExactly(INVALID_JSON);
    assertThat(defects(numbered(0, 1, 1))).containsExactly(INVALID_JSON);
    assertThat(defects(numbered(2, 1, 3))).containsExactly(INVALID_JSON);
  }

  @Test
  void notAllNumberTheirEvents() {
    assertThat(defects(raw(named(CREATED) + named(DELTA) + named(DONE)))).isEmpty();
  }

  @Test
  void whatIsNotKnownSpeaksNeitherForNorAgainst() {
    var tomorrow = "{'type':'response.an_event_of_tomorrow','x':7}";
    var keepalive = "{'type':'keepalive'}";
    var numbered = named("{'type':'keepalive','sequence_number':0}");

    assertThat(defects(stream(CREATED, tomorrow, DONE))).isEmpty();
    assertThat(defects(raw(numbered + numbered + named(DONE)))).isEmpty();
    assertThat(defects(stream(CREATED, DONE, keepalive))).containsExactly(NO_TERMINAL_EVENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "7", "'response.created'", "{}", "{'type':7}", "{'type':''}"})
  void whatIsNoEventIsInvalid(String data) {
    assertThat(defects(raw("data: " + data + "\n\n" + named(DONE)))).containsExactly(INVALID_JSON);
  }

  @Test
  void anEventThatNobodyCanHoldIsTooLarge() {
    var event = new byte[SseReader.EVENT_BYTES_MAX + 20];
    Arrays.fill(event, (byte) 'x');
    System.arraycopy(json("data: "), 0, event, 0, 6);

    assertThat(defects(recording(STREAM, event))).contains(TOO_LARGE);
  }

  private static Recording numbered(int... numbers) {
    var events = new StringBuilder();
    var types = new String[] {CREATED, DELTA, DONE};
    for (int i = 0; i < types.length; i++) {
      events.append(named("{'sequence_number':" + numbers[i] + "," + types[i].substring(1)));
    }
    return recording(STREAM, json(events.toString()));
  }

  private static Recording raw(String stream) {
    return recording(STREAM, json(stream));
  }
}
