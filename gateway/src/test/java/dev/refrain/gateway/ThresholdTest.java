package dev.refrain.gateway;

import static dev.refrain.gateway.testing.RawHttp2.SETTINGS;
import static dev.refrain.gateway.testing.RawHttp2.frame;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Settings;
import io.vertx.core.http.Http1ServerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is let in of a connection of HTTP/2 before anybody knows of it. */
final class ThresholdTest {
  private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
  private static final byte[] REST = new byte[50_000];

  private final List<Integer> pieces = new ArrayList<>(); // as they are let in

  /** In the place of Vert.x, who tells of a connection when he has read its settings. */
  private final class Server extends Http2EventAdapter {
    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) {
      Threshold.pass(context.pipeline());
      pieces.add(0); // from here on all is read in turns
    }
  }

  private final class Scales extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      pieces.add(((ByteBuf) message).readableBytes());
      context.fireChannelRead(message);
    }
  }

  @Test
  void ofWhatComesWithTheSettingsLittleIsReadOutOfTurn() {
    Http2ConnectionHandler http2 =
        new Http2ConnectionHandlerBuilder().server(true).frameListener(new Server()).build();
    var threshold = new Threshold(Duration.ofSeconds(10), new Http1ServerConfig(), null);
    var channel = new EmbeddedChannel(threshold, new Scales(), http2);
    var all = Wire.join(PREFACE, frame(SETTINGS, 0, 0, new byte[60]), REST);
    channel.writeInbound(Unpooled.wrappedBuffer(all));
    var unjust = pieces.subList(0, pieces.indexOf(0));
    int bytes = unjust.stream().mapToInt(Integer::intValue).sum();
    assertThat(bytes).isLessThan(PREFACE.length + 9 + 60 + 64);
    assertThat(pieces.getLast()).isEqualTo(all.length - bytes);
    channel.finishAndReleaseAll();
  }
}
