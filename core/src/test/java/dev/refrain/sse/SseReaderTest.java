package dev.refrain.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SseReaderTest {

  @Test
  void aBlankLineEndsAnEvent() throws Exception {
    assertThat(texts("data: one\n\ndata: two\n\n\n\n")).containsExactly("one", "two");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n"})
  void linesEndInThreeWays(String end) throws Exception {
    assertThat(texts("data: a\ndata: b\n\ndata: c\n\n".replace("\n", end)))
        .containsExactly("a\nb", "c");
  }

  @Test
  void waysToEndALineMayBeMixed() throws Exception {
    assertThat(texts("data: a\r\ndata: b\rdata: c\n\rdata: d\n\r\ndata: e\r\r"))
        .containsExactly("a\nb\nc", "d", "e");
  }

  @Test
  void oneSpaceAfterTheColonIsNoPartOfTheValue() throws Exception {
    assertThat(texts("data:a\n\ndata: a\n\ndata:  a \n\ndata:\ta\n\n"))
        .containsExactly("a", "a", " a ", "\ta");
  }

  @Test
  void dataMayBeEmptyButNotMissing() throws Exception {
    assertThat(texts("data\n\n")).containsExactly("");
    assertThat(texts("data:\n\n")).containsExactly("");
    assertThat(texts("data\ndata\n\n")).containsExactly("\n");
    assertThat(texts("event: x\nid: 1\n\n")).isEmpty();
  }

  @Test
  void commentsAndUnknownFieldsArePassedOver() throws Exception {
    assertThat(texts(": hello\ndata: a\n:data: b\nfoo: c\nDATA: d\n data: e\ndatas: f\n\n:\n\n"))
        .containsExactly("a");
  }

  @Test
  void anEventHasTheLastTypeThatItWasGivenAndKeepsItNoLonger() throws Exception {
    assertThat(read("event: a\nevent: b\ndata: 1\n\ndata: 2\n\nevent: c\n\ndata: 3\n\n"))
        .extracting(SseEvent::type)
        .containsExactly("b", "message", "message");
  }

  @Test
  void anIdHoldsUntilTheNext() throws Exception {
    assertThat(read("data: 0\n\nid: 1\ndata: 1\n\ndata: 2\n\nid: 3\n\ndata: 3\n\nid\ndata: 4\n\n"))
        .extracting(SseEvent::id)
        .containsExactly("", "1", "1", "3", "");
  }

  @Test
  void anIdWithANulIsNone() throws Exception {
    assertThat(read("id: 1\nid: 2\0\ndata: a\n\n")).extracting(SseEvent::id).containsExactly("1");
  }

  @Test
  void onlyDigitsMakeATimeToRetry() throws Exception {
    var reader = new SseReader();
    assertThat(reader.retryMillis()).isEqualTo(-1);
    reader.accept("retry: 3000\nretry: 1s\nretry: -1\nretry\n".getBytes(UTF_8), event -> {});
    assertThat(reader.retryMillis()).isEqualTo(3000);
  }

  @Test
  void aByteOrderMarkIsPassedOverAtTheStartAndNowhereElse() throws Exception {
    assertThat(texts("\ufeffdata: a\n\n\ufeffdata: b\n\ndata: \ufeffc\n\n"))
        .containsExactly("a", "\ufeffc");
    assertThat(texts("\ufeff\ufeffdata: a\n\n")).isEmpty();
  }

  @Test
  void whatIsNotEndedIsNoEventButPending() throws Exception {
    var reader = new SseReader();
    var events = new ArrayList<SseEvent>();
    for (var piece : new String[] {"da", "ta: a\n", "data: b", "\n"}) {
      assertThat(reader.hasPending()).isEqualTo(!piece.equals("da"));
      reader.accept(piece.getBytes(UTF_8), events::add);
    }
    assertThat(reader.hasPending()).isTrue();
    assertThat(events).isEmpty();

    reader.accept("\n".getBytes(UTF_8), events::add);
    assertThat(reader.hasPending()).isFalse();
    assertThat(events).extracting(SseEvent::text).containsExactly("a\nb");
  }

  @Test
  void aTypeWithoutDataIsPendingUntilItsBlankLine() throws Exception {
    var reader = new SseReader();
    reader.accept("event: ping\n".getBytes(UTF_8), event -> {});
    assertThat(reader.hasPending()).isTrue();
    reader.accept("\n".getBytes(UTF_8), event -> {});
    assertThat(reader.hasPending()).isFalse();
  }

  @Test
  void aLineFeedThatEndsACarriageReturnIsNotPending() throws Exception {
    var reader = new SseReader();
    var events = new ArrayList<SseEvent>();
    reader.accept("data: a\r\n\r".getBytes(UTF_8), events::add);

    assertThat(events).hasSize(1);
    assertThat(reader.hasPending()).isFalse();
    reader.accept("\n".getBytes(UTF_8), events::add);
    assertThat(reader.hasPending()).isFalse();
  }

  @Test
  void theBytesOfOneEventAreBounded() throws Exception {
    var twenty = "data: 12345\ndata: 12345678\n\n"; // 5 bytes held and a line of 14
    assertThat(texts(twenty.repeat(3), new SseReader(19))).hasSize(3);

    for (var stream :
        new String[] {
          twenty, "data: 1234567890123", ":".repeat(19), "event: 123456\ndata: 1234567\n"
        }) {
      for (int pieceSize = 1; pieceSize <= stream.length(); pieceSize++) {
        var reader = new SseReader(18);
        int size = pieceSize;
        assertThatThrownBy(() -> readInPieces(stream, size, reader))
            .as("%s in pieces of %d", stream, size)
            .isInstanceOf(SseTooLargeException.class);
      }
    }
  }

  @Test
  void commentsMayGoOnForEver() throws Exception {
    assertThat(texts(": are you there?\n".repeat(1000) + "data: a\n\n", new SseReader(20)))
        .containsExactly("a");
  }

  @Test
  void theDataOfOneLineIsAViewOfTheStream() throws Exception {
    byte[] stream = "data: abc\n\ndata: a\ndata: b\n\n".getBytes(UTF_8);
    var events = SseReader.readAll(stream);

    assertThat(events.getFirst().data().array()).isSameAs(stream);
    assertThat(events.getFirst().data().get(0)).isEqualTo((byte) 'a');
    assertThat(events.getLast().data().array()).isNotSameAs(stream);
  }

  @Test
  void aBufferMayBeUsedAgainOnceItIsRead() throws Exception {
    var reader = new SseReader();
    var events = new ArrayList<SseEvent>();
    var buffer = ByteBuffer.allocateDirect(100);
    buffer.put("data: a\n\ndata: b".getBytes(UTF_8)).flip();
    reader.accept(buffer, events::add);
    assertThat(buffer.hasRemaining()).isFalse();
    buffer.clear().put("xxxxxxxxxxxxxxxx".getBytes(UTF_8));
    buffer.clear().put("\n\n".getBytes(UTF_8)).flip();
    reader.accept(buffer, events::add);

    assertThat(events).extracting(SseEvent::text).containsExactly("a", "b");
  }

  @Test
  void theDataCanBeReadManyTimes() throws Exception {
    var event = SseReader.readAll("data: caf\u00e9\n\n".getBytes(UTF_8)).getFirst();

    assertThat(event.data().get()).isEqualTo((byte) 'c');
    assertThat(event.text()).isEqualTo("caf\u00e9").isEqualTo(event.text());
    assertThat(event.bytes()).isEqualTo("caf\u00e9".getBytes(UTF_8));
  }

  private static List<SseEvent> read(String stream) throws Exception {
    return SseReader.readAll(stream.getBytes(UTF_8));
  }

  private static List<String> texts(String stream) throws Exception {
    return read(stream).stream().map(SseEvent::text).toList();
  }

  private static List<String> texts(String stream, SseReader reader) throws Exception {
    var texts = new ArrayList<String>();
    reader.accept(stream.getBytes(UTF_8), event -> texts.add(event.text()));
    return texts;
  }

  private static void readInPieces(String stream, int size, SseReader reader) throws Exception {
    for (int at = 0; at < stream.length(); at += size) {
      var piece = stream.substring(at, Math.min(at + size, stream.length()));
      reader.accept(piece.getBytes(UTF_8), event -> {});
    }
  }
}
