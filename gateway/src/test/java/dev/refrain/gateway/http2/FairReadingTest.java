package dev.refrain.gateway.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who takes long is read in pieces, and stands in line with others of his kind. */
final class FairReadingTest {
  private static final int BYTES = 100_000;

  private final List<ByteBuf> given = new ArrayList<>();
  private final List<Connection> connections = new ArrayList<>();
  private long nanos;
  private final Turns turns = new Turns(() -> nanos);

  /** One connection, and who reads it at the other end of its pipeline. */
  private final class Connection extends ChannelInboundHandlerAdapter {
    private final long nanosPerByte;
    private final StringBuilder read = new StringBuilder();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private int completions;
    private int flushes;

    Connection(long nanosPerByte) {
      this.nanosPerByte = nanosPerByte;
      connections.add(this);
      channel.freezeTime();
      var http2 =
          new Http2ConnectionHandlerBuilder()
              .server(true)
              .frameListener(new Http2EventAdapter())
              .build();
      channel.pipeline().addLast(this);
      var reader = channel.pipeline().context(this);
      channel.pipeline().addFirst(new FairReading(turns, http2, reader));
      channel
          .pipeline()
          .addFirst(
              new ChannelOutboundHandlerAdapter() {
                @Override
                public void flush(ChannelHandlerContext context) {
                  flushes++;
                  context.flush();
                }
              });
    }

    void give(String text) {
      var bytes = Unpooled.copiedBuffer(text, US_ASCII);
      given.add(bytes);
      channel.writeInbound(bytes);
    }

    /** The loop has looked at all connections, and comes to what was to be done later. */
    void takeTurn() {
      channel.advanceTimeBy(1, TimeUnit.MICROSECONDS);
      channel.runScheduledPendingTasks();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var bytes = (ByteBuf) message;
      read.append(bytes.toString(US_ASCII));
      nanos += nanosPerByte * bytes.readableBytes();
      bytes.release();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      completions++;
    }
  }

  @AfterEach
  void nothingIsLeft() {
    connections.forEach(connection -> connection.channel.finishAndReleaseAll());
    assertThat(given).allSatisfy(bytes -> assertThat(bytes.refCnt()).isZero());
  }

  private static String text(int bytes) {
    var text = new StringBuilder();
    for (int i = 0; text.length() < bytes; i++) {
      text.append(i).append(' ');
    }
    return text.substring(0, bytes);
  }

  @Test
  void whatCostsLittleIsReadAtOnce() {
    var connection = new Connection(1);
    connection.give(text(BYTES));
    assertThat(connection.read).hasToString(text(BYTES));
    assertThat(connection.completions).isEqualTo(1);
    assertThat(connection.channel.config().isAutoRead()).isTrue();
  }

  @Test
  void whoTakesLongIsReadALittleInEachTurnAndWhollyInTheEnd() {
    var connection = new Connection(1000);
    connection.give(text(BYTES));
    assertThat(nanos).isLessThan(3_000_000);
    assertThat(connection.channel.config().isAutoRead()).isFalse();
    int turnsTaken = 0;
    while (!connection.channel.config().isAutoRead()) {
      long before = nanos;
      connection.takeTurn();
      assertThat(nanos - before).isPositive().isLessThan(1_000_000);
      turnsTaken++;
    }
    assertThat(turnsTaken).isGreaterThan(100);
    assertThat(connection.read).hasToString(text(BYTES));
    connection.give("more");
    assertThat(connection.read).hasToString(text(BYTES) + "more");
  }

  /** Says something of each byte that it reads. */
  private static final class Talker extends ChannelInboundHandlerAdapter {
    private final boolean hangsUp;

    Talker(boolean hangsUp) {
      this.hangsUp = hangsUp;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      int bytes = ((ByteBuf) message).readableBytes();
      for (int i = 0; i < bytes; i++) {
        var unused = context.writeAndFlush(Unpooled.copiedBuffer("x", US_ASCII));
      }
      if (hangsUp) {
        var unused = context.close();
      }
      context.fireChannelRead(message);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsSaidOfOnePieceIsSentTogether(boolean hangsUp) {
    var connection = new Connection(1);
    var pipeline = connection.channel.pipeline();
    var first = pipeline.context(FairReading.class).name();
    pipeline.addAfter(first, null, new Talker(hangsUp));
    connection.give("let me talk!");
    assertThat(connection.flushes).isEqualTo(1);
    assertThat(connection.channel.outboundMessages()).hasSize(12);
    assertThat(connection.channel.isOpen()).isEqualTo(!hangsUp);
    var unused = connection.channel.writeAndFlush(Unpooled.copiedBuffer("y", US_ASCII));
    assertThat(connection.channel.outboundMessages()).hasSize(hangsUp ? 12 : 13);
  }

  /** Netty's handler of HTTP/2 asks for more as soon as something is read. */
  @Test
  void nothingIsReadFromWhoStandsInLineWhoeverAsks() {
    var connection = new Connection(1000);
    var reads = new AtomicInteger();
    connection
        .channel
        .pipeline()
        .addFirst(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void read(ChannelHandlerContext context) {
                reads.incrementAndGet();
                context.read();
              }
            });
    connection.give(text(BYTES));
    int before = reads.get();
    connection.channel.read();
    assertThat(reads.get()).isEqualTo(before);
    while (!connection.channel.config().isAutoRead()) {
      assertThat(reads.get()).isEqualTo(before);
      connection.takeTurn();
    }
    connection.channel.read();
    assertThat(reads.get()).isGreaterThan(before);
  }

  @Test
  void whoComesWhileOthersStandInLineIsServedAfterOnePieceOfEach() {
    var slow = new Connection(1000);
    slow.give(text(BYTES));
    var late = new Connection(1);
    late.give("hello, you");
    assertThat(late.read).isEmpty();
    slow.takeTurn(); // a piece of the slow one
    slow.takeTurn();
    assertThat(late.read).hasToString("hello, you");
    assertThat(late.completions).isPositive();
    assertThat(slow.read).hasSizeLessThan(5000);
  }

  @Test
  void whoComesWhenTheLineIsGoneIsReadAtOnce() {
    var slow = new Connection(1000);
    slow.give(text(3000));
    while (!slow.channel.config().isAutoRead()) {
      slow.takeTurn();
    }
    nanos += TimeUnit.MILLISECONDS.toNanos(2);
    var late = new Connection(1);
    late.give("hello, you");
    assertThat(late.read).hasToString("hello, you");
  }

  /** As over TLS, where one read from the network may hold several. */
  @Test
  void whatComesFromOneWhoStandsInLineIsReadBehindWhatHeSentBefore() {
    var connection = new Connection(1000);
    connection.give(text(BYTES));
    connection.give("more");
    while (!connection.channel.config().isAutoRead()) {
      connection.takeTurn();
    }
    assertThat(connection.read).hasToString(text(BYTES) + "more");
  }

  @Test
  void ofWhoHangsUpInLineNothingMoreIsRead() {
    var connection = new Connection(1000);
    connection.give(text(BYTES));
    int before = connection.read.length();
    var unused = connection.channel.close();
    connection.takeTurn();
    assertThat(connection.read).hasSize(before);
  }
}
