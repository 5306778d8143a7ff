package dev.refrain.gateway.http2;

import static dev.refrain.gateway.testing.RawHttp2.DATA;
import static dev.refrain.gateway.testing.RawHttp2.END_HEADERS;
import static dev.refrain.gateway.testing.RawHttp2.END_STREAM;
import static dev.refrain.gateway.testing.RawHttp2.HEADERS;
import static dev.refrain.gateway.testing.RawHttp2.PING;
import static dev.refrain.gateway.testing.RawHttp2.RST_STREAM;
import static dev.refrain.gateway.testing.RawHttp2.SETTINGS;
import static dev.refrain.gateway.testing.RawHttp2.WINDOW_UPDATE;
import static dev.refrain.gateway.testing.RawHttp2.frame;
import static dev.refrain.gateway.testing.RawHttp2.headers;
import static dev.refrain.gateway.testing.RawHttp2.preface;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of requests, in what order, and what is not. */
final class HeldRequestsTest {
  private static final int STREAMS_MAX = 300;
  private static final int ACKNOWLEDGED = 1;
  private static final byte LAST_PING = 2;
  private static final int UNKNOWN = 99; // a type of frames

  private final List<String> told = new ArrayList<>();
  private final Http2ConnectionHandler http2 =
      new Http2ConnectionHandlerBuilder()
          .server(true)
          .initialSettings(new Http2Settings().maxConcurrentStreams(STREAMS_MAX))
          .frameListener(new Server())
          .build();
  private final EmbeddedChannel channel = new EmbeddedChannel(http2);
  private long nanosPerRequest;
  private long nanos;

  HeldRequestsTest() {
    channel.freezeTime();
    var reader = channel.pipeline().context(http2);
    FairReading.begin(http2, reader, new Turns(() -> nanos));
    give(preface(), frame(SETTINGS, 0, 0), frame(SETTINGS, ACKNOWLEDGED, 0));
  }

  /** In the place of Vert.x: takes down what it is told, and consumes nothing by itself. */
  private final class Server extends Http2EventAdapter {
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
      told.add(stream + " " + headers.path() + (last ? "." : ""));
      nanos += nanosPerRequest;
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long data) {
      told.add("ping " + data);
      if (data == LAST_PING) {
        var unused = context.close();
      }
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean last) {
      told.add(stream + " +" + data.readableBytes() + (last ? "." : ""));
      return padding;
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext context, int stream, long code) {
      told.add(stream + " reset");
    }
  }

  private void give(byte[]... frames) {
    channel.writeInbound(Unpooled.wrappedBuffer(Wire.join(frames)));
  }

  private int unconsumed(int stream) {
    var one = http2.connection().stream(stream);
    return http2.decoder().flowController().unconsumedBytes(one);
  }

  @AfterEach
  void nothingIsLeft() {
    channel.finishAndReleaseAll();
  }

  @Test
  void requestsAreToldInTheirOrderEachWithWhatCameOfItsBody() {
    give(
        frame(HEADERS, END_HEADERS, 1, headers("POST", "/a")),
        frame(HEADERS, END_HEADERS | END_STREAM, 3, headers("GET", "/b")),
        frame(DATA, 0, 1, new byte[10]),
        frame(DATA, END_STREAM, 1, new byte[5]));
    assertThat(told).containsExactly("1 /a", "1 +10", "1 +5.", "3 /b.");
  }

  @Test
  void whatFollowsLaterIsToldLater() {
    give(frame(HEADERS, END_HEADERS, 1, headers("POST", "/a")));
    assertThat(told).containsExactly("1 /a");
    give(frame(DATA, END_STREAM, 1, new byte[5]));
    assertThat(told).containsExactly("1 /a", "1 +5.");
  }

  @Test
  void nothingIsToldOfARequestThatIsTakenBackAtOnce() {
    give(
        frame(HEADERS, END_HEADERS, 1, headers("POST", "/a")),
        frame(DATA, END_STREAM, 1, new byte[10]),
        frame(RST_STREAM, 0, 1, new byte[4]),
        frame(HEADERS, END_HEADERS, 3, headers("POST", "/b")),
        frame(DATA, END_STREAM, 3, new byte[10]),
        frame(WINDOW_UPDATE, 0, 3, new byte[4])); // which makes the server reset it
    assertThat(told).containsExactly("1 reset");
    assertThat(http2.connection().numActiveStreams()).isZero();
  }

  @Test
  void whatIsTakenBackLaterIsToldOf() {
    give(frame(HEADERS, END_HEADERS | END_STREAM, 1, headers("GET", "/a")));
    give(frame(RST_STREAM, 0, 1, new byte[4]));
    assertThat(told).containsExactly("1 /a.", "1 reset");
  }

  /** And others have their turn in between. */
  @Test
  void whoAsksMuchAtOnceIsToldOfAFewRequestsAtATime() {
    nanosPerRequest = TimeUnit.MICROSECONDS.toNanos(100);
    var frames = new ArrayList<byte[]>();
    var requests = new ArrayList<String>();
    give(frame(UNKNOWN, 0, 0, new byte[16_000])); // which costs nothing, and lets pieces grow
    for (int i = 0; i < 240; i++) {
      frames.add(frame(HEADERS, END_HEADERS | END_STREAM, 2 * i + 1, headers("GET", "/" + i)));
      requests.add((2 * i + 1) + " /" + i + ".");
    }
    give(frames.toArray(byte[][]::new));
    assertThat(told).isEqualTo(requests.subList(0, 4));
    for (int i = 8; i <= 240; i += 4) {
      channel.advanceTimeBy(1, TimeUnit.MICROSECONDS);
      channel.runScheduledPendingTasks();
      assertThat(told).isEqualTo(requests.subList(0, i));
    }
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  private static byte[] ping(byte number) {
    return frame(PING, 0, 0, new byte[] {0, 0, 0, 0, 0, 0, 0, number});
  }

  /** All of it would be in error, as long as there is any. */
  @Test
  void nothingIsDecodedOfWhatCameBehindThatForWhichTheConnectionIsClosed() {
    channel
        .pipeline()
        .addFirst(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void close(ChannelHandlerContext context, ChannelPromise promise) {
                // comes about later
              }
            });
    var frames = new ArrayList<byte[]>();
    frames.add(frame(SETTINGS, 0, 0)); // with which the first piece ends at the end of a frame
    for (byte i = 1; i < 50; i++) {
      frames.add(ping(i));
    }
    give(frames.toArray(byte[][]::new));
    give(ping((byte) 50));
    assertThat(told).containsExactly("ping 1", "ping 2");
  }

  /** Netty decodes what is left over when the connection is gone already. */
  @Test
  void nothingIsToldOfWhatIsDecodedTooLate() throws Exception {
    var reader = channel.pipeline().context(http2);
    var listener = http2.decoder().frameListener();
    channel.pipeline().get(FairReading.class).channelInactive(reader);
    http2.connection().remote().createStream(1, /* halfClosed= */ false);
    listener.onHeadersRead(
        reader, 1, new DefaultHttp2Headers().path("/a"), 0, (short) 16, false, 0, true);
    channel.pipeline().fireChannelReadComplete();
    assertThat(told).isEmpty();
    assertThat(http2.connection().numActiveStreams()).isZero();
  }

  /** Nobody else does, once the end was read; and a client with no room left stands still. */
  @Test
  void roomIsGivenBackForABodyWhoseEndWasReadBeforeItWasTold() {
    give(
        frame(HEADERS, END_HEADERS, 1, headers("POST", "/a")),
        frame(DATA, 0, 1, new byte[10]),
        frame(DATA, END_STREAM, 1, new byte[5]),
        frame(HEADERS, END_HEADERS, 3, headers("POST", "/b")),
        frame(DATA, 0, 3, new byte[7]));
    assertThat(unconsumed(1)).isZero();
    assertThat(unconsumed(3)).isEqualTo(7); // Vert.x does, when that has been taken
  }

  @Test
  void nothingIsToldOfWhoeverIsThrownOutBeforeAllWasRead() {
    var frames = new ArrayList<byte[]>();
    for (int i = 0; i < 250; i++) {
      frames.add(frame(HEADERS, END_HEADERS, 2 * i + 1, headers("POST", "/" + i)));
    }
    for (int i = 0; i < 201; i++) { // one more than Netty puts up with
      frames.add(frame(RST_STREAM, 0, 2 * i + 1, new byte[4]));
    }
    give(frames.toArray(byte[][]::new));
    told.removeIf(event -> event.endsWith("reset"));
    assertThat(told).isEmpty();
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void onlySoManyAreHeldAtOnceAndOnlySoMuchOfTheirBodies() {
    var frames = new ArrayList<byte[]>();
    for (int i = 0; i < 251; i++) {
      frames.add(frame(HEADERS, END_HEADERS, 2 * i + 1, headers("POST", "/" + i)));
    }
    for (int i = 0; i < 3; i++) {
      frames.add(frame(DATA, 0, 33, new byte[16_000]));
    }
    for (int i = 51; i < 251; i++) {
      frames.add(frame(RST_STREAM, 0, 2 * i + 1, new byte[4]));
    }
    give(frames.toArray(byte[][]::new));
    told.removeIf(event -> event.endsWith("reset"));
    assertThat(told)
        .startsWith("1 /0", "33 /16", "33 +16000", "33 +16000", "33 +16000", "3 /1")
        .endsWith("101 /50")
        .hasSize(5 + 49);
  }
}
