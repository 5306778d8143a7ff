package dev.refrain.gateway.http2;

import static dev.refrain.gateway.testing.RawHttp2.DATA;
import static dev.refrain.gateway.testing.RawHttp2.END_HEADERS;
import static dev.refrain.gateway.testing.RawHttp2.END_STREAM;
import static dev.refrain.gateway.testing.RawHttp2.GOAWAY;
import static dev.refrain.gateway.testing.RawHttp2.HEADERS;
import static dev.refrain.gateway.testing.RawHttp2.RST_STREAM;
import static dev.refrain.gateway.testing.RawHttp2.SETTINGS;
import static dev.refrain.gateway.testing.RawHttp2.WINDOW_UPDATE;
import static dev.refrain.gateway.testing.RawHttp2.frame;
import static dev.refrain.gateway.testing.RawHttp2.headers;
import static dev.refrain.gateway.testing.RawHttp2.preface;
import static dev.refrain.gateway.testing.RawHttp2.trailers;
import static io.netty.handler.codec.http2.Http2Error.NO_ERROR;
import static io.netty.handler.codec.http2.Http2Error.PROTOCOL_ERROR;
import static io.netty.handler.codec.http2.Http2Error.STREAM_CLOSED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is refused of headers for streams that are not new, however what comes is cut. */
final class FrameHeadsTest {
  private static final byte[] BEGIN =
      Wire.join(preface(), frame(SETTINGS, 0, 0), frame(SETTINGS, 1, 0));
  private static final int FLAGS_AND_STREAM_LENGTH = 5;
  private static final int GOAWAY_CODE_AT = 4;
  private static final int REMEMBERED = 64;
  private static final int STREAMS_MAX = 2;
  private static final int HEADERS_BYTES_MAX = 1000;
  static final byte[] TEN = new byte[10];

  /** What a client sends, of which the last comes in two parts, and how that ends. */
  private enum Talk {
    TRAILERS(NO_ERROR, post(1, "/waits"), frame(DATA, 0, 1, TEN), end(1)),
    TRAILERS_OF_AN_EARLIER_ONE(NO_ERROR, post(1, "/waits"), get(3, "/waits"), end(1)),
    TRAILERS_OF_ONE_THAT_THE_SERVER_RESET(NO_ERROR, post(1, "/reset"), end(1)),
    TRAILERS_OF_ONE_THAT_WAS_NO_REQUEST(
        NO_ERROR, frame(HEADERS, END_HEADERS, 1, trailers("X", "y")), get(3, "/waits"), end(1)),
    TRAILERS_OF_ONE_THAT_WAS_TOO_LARGE(NO_ERROR, frame(HEADERS, END_HEADERS, 1, large()), end(1)),
    DATA_OF_ONE_TOO_MANY(
        NO_ERROR, post(1, "/waits"), post(3, "/waits"), post(5, "/"), frame(DATA, 0, 5, TEN)),
    END_OF_ONE_TOO_MANY(
        NO_ERROR,
        post(1, "/waits"),
        post(3, "/waits"),
        post(5, "/"),
        frame(WINDOW_UPDATE, 0, 5, new byte[] {0, 0, 0, 1}),
        frame(RST_STREAM, 0, 5, new byte[4])),
    DATA_OF_A_NEW_ONE(PROTOCOL_ERROR, post(1, "/waits"), frame(DATA, 0, 3, TEN)),
    DATA_AMONG_HEADERS(
        PROTOCOL_ERROR, frame(HEADERS, 0, 1, headers("POST", "/")), frame(DATA, 0, 1)),
    SECOND_TRAILERS(STREAM_CLOSED, post(1, "/waits"), end(1), end(1)),
    AFTER_THE_END(STREAM_CLOSED, get(1, "/waits"), end(1)),
    AFTER_THE_END_OF_AN_EARLIER_ONE(STREAM_CLOSED, get(1, "/waits"), get(3, "/waits"), get(1, "/")),
    AFTER_THE_ANSWER(STREAM_CLOSED, get(1, "/"), get(1, "/")),
    AFTER_IT_WAS_TAKEN_BACK(
        STREAM_CLOSED, post(1, "/waits"), frame(RST_STREAM, 0, 1, new byte[4]), end(1)),
    PASSED_OVER(PROTOCOL_ERROR, get(5, "/waits"), get(3, "/")),
    PASSED_OVER_AT_THE_BEGINNING(PROTOCOL_ERROR, get(7, "/waits"), get(1, "/")),
    OF_THE_SERVER(PROTOCOL_ERROR, get(5, "/"), get(4, "/"));

    private final Http2Error error;
    private final byte[][] frames;

    Talk(Http2Error error, byte[]... frames) {
      this.error = error;
      this.frames = frames;
    }

    private static byte[] get(int stream, String path) {
      return frame(HEADERS, END_HEADERS | END_STREAM, stream, headers("GET", path));
    }

    private static byte[] post(int stream, String path) {
      return frame(HEADERS, END_HEADERS, stream, headers("POST", path));
    }

    private static byte[] large() {
      var fields = new ArrayList<String>();
      for (int i = 0; i < 8; i++) {
        fields.add("x-" + i);
        fields.add("x".repeat(80));
      }
      return headers("POST", "/", fields.toArray(new String[0]));
    }

    private static byte[] end(int stream) {
      return frame(HEADERS, END_HEADERS | END_STREAM, stream, trailers("x", "y"));
    }
  }

  /** In the place of Vert.x: answers, resets or waits, as the path says. */
  private static final class Server extends Http2EventAdapter {
    private final Http2ConnectionHandler http2 =
        new Http2ConnectionHandlerBuilder()
            .server(true)
            .initialSettings(
                new Http2Settings()
                    .maxConcurrentStreams(STREAMS_MAX)
                    .maxHeaderListSize(HEADERS_BYTES_MAX))
            .frameListener(this)
            .build();

    @Override
    public void onHeadersRead(
        ChannelHandlerContext context,
        int stream,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean last) {
      var path = String.valueOf(headers.path()); // which trailers have none of
      if (path.equals("/")) {
        var reply = new DefaultHttp2Headers().status("200");
        var unused =
            http2.encoder().writeHeaders(context, stream, reply, 0, true, context.newPromise());
      } else if (path.equals("/reset")) {
        var unused =
            http2.resetStream(context, stream, Http2Error.CANCEL.code(), context.newPromise());
      }
    }
  }

  private static EmbeddedChannel connect() {
    var http2 = new Server().http2;
    var channel = new EmbeddedChannel(http2);
    FairReading.begin(http2, channel.pipeline().context(http2), new Turns(() -> 0));
    give(channel, BEGIN);
    return channel;
  }

  private static void give(EmbeddedChannel channel, byte[] bytes) {
    if (channel.isActive()) {
      channel.writeInbound(Unpooled.wrappedBuffer(bytes));
    }
  }

  /** Hangs up, and returns the error for which that was done already, if it was. */
  private static Http2Error end(EmbeddedChannel channel) {
    boolean wasOpen = channel.isActive();
    var said = Unpooled.buffer();
    for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
      said.writeBytes(part);
      part.release();
    }
    channel.finishAndReleaseAll();
    var error = error(said);
    assertThat(wasOpen).isEqualTo(error == NO_ERROR);
    return error;
  }

  private static Http2Error error(ByteBuf frames) {
    var error = NO_ERROR;
    while (frames.isReadable()) {
      int length = frames.readMedium();
      int type = frames.readByte();
      frames.skipBytes(FLAGS_AND_STREAM_LENGTH);
      var payload = frames.readBytes(length);
      if (type == GOAWAY) {
        error = Http2Error.valueOf(payload.getInt(GOAWAY_CODE_AT));
      }
    }
    return error;
  }

  @ParameterizedTest
  @EnumSource
  void howeverItIsCutItEndsAsItMust(Talk talk) {
    var last = talk.frames[talk.frames.length - 1];
    for (int cut = 0; cut <= last.length; cut++) {
      var channel = connect();
      for (int i = 0; i < talk.frames.length - 1; i++) {
        give(channel, talk.frames[i]);
      }
      give(channel, Arrays.copyOf(last, cut));
      give(channel, Arrays.copyOfRange(last, cut, last.length));
      assertThat(end(channel)).isEqualTo(talk.error);
    }
  }

  /** What comes before it in the same breath counts: nothing is looked at too early. */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"AFTER_THE_ANSWER", "AFTER_IT_WAS_TAKEN_BACK"}) // which come in the next
  void itMayComeInOneGo(Talk talk) {
    var channel = connect();
    give(channel, Wire.join(talk.frames));
    assertThat(end(channel)).isEqualTo(talk.error);
  }

  /** It is refused, but who sent it is not thrown out. */
  @Test
  void whatWasLongAgoIsForgotten() {
    var channel = connect();
    for (int i = 0; i < REMEMBERED; i++) {
      give(channel, Talk.get(2 * i + 1, "/"));
    }
    give(channel, Talk.get(2 * REMEMBERED + 1, "/"));
    give(channel, Talk.get(1, "/"));
    assertThat(channel.isActive()).isTrue();
    give(channel, Talk.get(3, "/"));
    assertThat(end(channel)).isEqualTo(STREAM_CLOSED);
  }
}
