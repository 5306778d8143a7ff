package dev.refrain.gateway.express;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.flight.Capacity;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.MultiMap;
import io.vertx.core.net.impl.ShutdownEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is answered on the lane, what goes on, and in what order. */
final class ExpressLaneTest {
  private static final String HEAD = "POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: ";

  private final List<String> asked = new ArrayList<>();
  private final Decoder decoder = new Decoder();
  private final AnswerCount answers = new AnswerCount();
  private final Capacity room = new Capacity(1 << 20);
  private final Lessons lessons = new Lessons();
  private final ExpressLane lane = new ExpressLane(room, () -> lessons);
  private final EmbeddedChannel channel = new EmbeddedChannel(lane, decoder, answers);

  ExpressLaneTest() {
    var headers = MultiMap.caseInsensitiveMultiMap();
    headers.add("host", "x").add("content-length", "1");
    lane.learn("POST", "/a", headers, this::answer);
    lane.join(decoder, answers);
    channel.freezeTime();
  }

  @AfterEach
  void nothingIsLeft() {
    channel.finishAndReleaseAll();
    assertThat(room.taken()).isZero();
  }

  /** Knows what begins with "hit". */
  private ByteBuf answer(byte[] body, ByteBufAllocator allocator) {
    var text = new String(body, ISO_8859_1);
    asked.add(text);
    if (text.startsWith("bug")) {
      throw new IllegalStateException("a bug");
    }
    return text.startsWith("hit") ? Unpooled.copiedBuffer("<" + text + ">", ISO_8859_1) : null;
  }

  /** In the place of the server: takes down what comes to it. */
  private static final class Decoder extends ChannelInboundHandlerAdapter implements Intake {
    private final StringBuilder read = new StringBuilder();
    private final List<String> events = new ArrayList<>();
    private long requests;
    private boolean between = true;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      var bytes = (ByteBuf) message;
      read.append(bytes.toString(ISO_8859_1));
      bytes.release();
      events.add("read");
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      events.add("complete");
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      events.add("gone");
    }

    @Override
    public long requests() {
      return requests;
    }

    @Override
    public boolean isBetweenRequests() {
      return between;
    }
  }

  private static String request(String body) {
    return HEAD + body.length() + "\r\n\r\n" + body;
  }

  private void send(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
  }

  private String answered() {
    var text = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      text.append(out.toString(ISO_8859_1));
      out.release();
    }
    return text.toString();
  }

  private String passedOn() {
    return decoder.read.toString();
  }

  @Test
  void whatLiesReadyIsAnsweredHere() {
    send(request("hit 1"));
    assertThat(answered()).isEqualTo("<hit 1>");
    send(request("hit of another length"));
    assertThat(answered()).isEqualTo("<hit of another length>");
    assertThat(passedOn()).isEmpty();
    assertThat(lane.wasUsed()).isTrue();
    assertThat(lane.wasUsed()).isFalse();
  }

  @Test
  void allElseGoesOnUntouched() {
    for (var text :
        List.of(
            request("miss"),
            request("bug"),
            "GET / HTTP/1.1\r\n\r\n",
            HEAD,
            HEAD + "05\r\n\r\nhit 1",
            HEAD + "70000\r\n\r\nhit" + " ".repeat(69_997))) {
      decoder.read.setLength(0);
      send(text);
      assertThat(passedOn()).isEqualTo(text);
    }
    assertThat(answered()).isEmpty();
    assertThat(lane.wasUsed()).isFalse();
  }

  @Test
  void manyAtOnceAreAnsweredUntilOneIsNot() {
    send(request("hit 1") + request("hit 2") + request("miss") + request("hit 3"));
    assertThat(answered()).isEqualTo("<hit 1><hit 2>");
    assertThat(passedOn()).isEqualTo(request("miss") + request("hit 3"));
  }

  @Test
  void nothingOvertakesWhatTheServerHasToAnswer() {
    send(request("miss"));
    decoder.requests = 1;
    send(request("hit 1"));
    assertThat(passedOn()).isEqualTo(request("miss") + request("hit 1"));
    decoder.requests = 2;
    serverAnswers();
    send(request("hit 2"));
    assertThat(passedOn()).endsWith(request("hit 2"));
    decoder.requests = 3;
    serverAnswers();
    serverAnswers();
    send(request("hit 3"));
    assertThat(answered()).isEqualTo("<hit 3>");
  }

  private void serverAnswers() {
    var version = HttpVersion.HTTP_1_1;
    channel.writeOutbound(new DefaultHttpResponse(version, HttpResponseStatus.EARLY_HINTS));
    channel.writeOutbound(new DefaultFullHttpResponse(version, HttpResponseStatus.CONTINUE));
    channel.writeOutbound(new DefaultHttpResponse(version, HttpResponseStatus.OK));
    channel.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);
    channel.releaseOutbound();
  }

  @Test
  void nothingIsTakenWhileTheServerReads() {
    decoder.between = false;
    send(request("hit 1"));
    assertThat(passedOn()).isEqualTo(request("hit 1"));
  }

  @Test
  void nothingIsTakenAfterAnAnswerThatSaidItIsTheLast() {
    var last = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    last.headers().set("Connection", "Close");
    decoder.requests = 1;
    channel.writeOutbound(last);
    channel.releaseOutbound();
    send(request("hit 1"));
    assertThat(passedOn()).isEqualTo(request("hit 1"));
  }

  @Test
  void nothingIsTakenOnceThisIsATunnel() {
    var version = HttpVersion.HTTP_1_1;
    channel.writeOutbound(
        new DefaultFullHttpResponse(version, HttpResponseStatus.SWITCHING_PROTOCOLS));
    channel.releaseOutbound();
    send(request("hit 1"));
    assertThat(passedOn()).isEqualTo(request("hit 1"));
  }

  @Test
  void aBodyThatComesInPiecesIsWaitedFor() {
    var request = request("hit 1");
    int head = request.indexOf("\r\n\r\n") + 4;
    for (int first = head; first < request.length(); first++) {
      for (int second = first + 1; second <= request.length(); second++) {
        send(request.substring(0, first));
        send(request.substring(first, second));
        send(request.substring(second));
        assertThat(answered()).isEqualTo("<hit 1>");
      }
    }
    assertThat(passedOn()).isEmpty();
  }

  @Test
  void aBodyThatComesInPiecesAndIsNoHitGoesOnWhole() {
    var request = request("miss");
    int head = request.indexOf("\r\n\r\n") + 4;
    send(request.substring(0, head));
    assertThat(passedOn()).isEmpty();
    send(request.substring(head));
    assertThat(passedOn()).isEqualTo(request);
  }

  @Test
  void whatFollowsABodyTooSoonGoesOnBehindIt() {
    var request = request("hit 1");
    int cut = request.length() - 2;
    send(request.substring(0, cut));
    send(request.substring(cut) + request("hit 2"));
    assertThat(passedOn()).isEqualTo(request + request("hit 2"));
  }

  @Test
  void aBodyThatDoesNotComeIsLeftToTheServer() {
    var request = request("hit 1");
    int cut = request.length() - 2;
    send(request.substring(0, cut));
    assertThat(passedOn()).isEmpty();
    assertThat(room.taken()).isEqualTo(request.length());
    channel.advanceTimeBy(100, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(passedOn()).isEqualTo(request.substring(0, cut));
    assertThat(decoder.events).endsWith("read", "complete"); // else it would write nothing out
    assertThat(room.taken()).isZero();
    decoder.between = false;
    send(request.substring(cut));
    assertThat(passedOn()).isEqualTo(request);
    assertThat(asked).isEmpty();
  }

  @Test
  void aClientWhoLeavesBeforeTheEndIsLeftToTheServer() {
    send(HEAD + "5\r\n\r\nhit");
    var unused = channel.close();
    channel.runPendingTasks();
    assertThat(passedOn()).isEqualTo(HEAD + "5\r\n\r\nhit");
    assertThat(decoder.events).endsWith("read", "gone");
  }

  @Test
  void aServerThatIsAboutToCloseGetsAllThatComes() {
    send(HEAD + "5\r\n\r\nhit");
    lane.stop();
    assertThat(passedOn()).isEqualTo(HEAD + "5\r\n\r\nhit");
    send(request("hit 2"));
    assertThat(passedOn()).endsWith(request("hit 2"));
    assertThat(answered()).isEmpty();
  }

  @Test
  void whereThereIsNoRoomNothingIsWaitedFor() {
    room.take(room.max()); // by others
    send(HEAD + "5\r\n\r\nhit");
    assertThat(passedOn()).isEqualTo(HEAD + "5\r\n\r\nhit");
    room.giveBack(room.max());
  }

  @Test
  void largeBodiesAreNotWaitedFor() {
    send(HEAD + "20000\r\n\r\nhit");
    assertThat(passedOn()).isEqualTo(HEAD + "20000\r\n\r\nhit");
    assertThat(room.taken()).isZero();
  }

  @Test
  void itSaysWhetherThereIsSomethingToLearn() {
    send(request("miss"));
    assertThat(lane.knew()).isTrue();
    send("GET / HTTP/1.1\r\n\r\n");
    assertThat(lane.knew()).isFalse();
  }

  /** A connection of which the server knows nothing yet. */
  private EmbeddedChannel early(ExpressLane early, Decoder server) {
    return new EmbeddedChannel(early, server);
  }

  private static void send(EmbeddedChannel to, String text) {
    to.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
  }

  @Test
  void aNewConnectionKnowsWhatWasLearnedLast() {
    var server = new Decoder();
    var other = early(new ExpressLane(room, () -> lessons), server);
    send(other, request("hit 1"));
    send(other, request("hit 2"));
    assertThat(asked).containsExactly("hit 1", "hit 2");
    assertThat(server.read).isEmpty();
    other.finishAndReleaseAll();
  }

  @Test
  void onceTheServerHasReadNothingIsTakenUntilItCanTellWhatItHasToDo() {
    var server = new Decoder();
    var joined = new ExpressLane(room, () -> lessons);
    var other = early(joined, server);
    send(other, request("hit 1"));
    send(other, "GET /");
    send(other, request("hit 2"));
    assertThat(asked).containsExactly("hit 1");
    var written = new AnswerCount();
    server.requests = 1;
    joined.join(server, written);
    send(other, request("hit 3"));
    assertThat(asked).containsExactly("hit 1");
    other.pipeline().addLast(written);
    other.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
    send(other, request("hit 4"));
    assertThat(asked).containsExactly("hit 1", "hit 4");
    other.finishAndReleaseAll();
  }

  @Test
  void whenTheServerStopsWhatItKnowsNothingOfIsClosedOnceAllIsWritten() {
    var other = early(new ExpressLane(room, () -> lessons), new Decoder());
    var begun = early(new ExpressLane(room, () -> lessons), new Decoder());
    send(begun, "GET /");
    send(other, request("hit 1"));
    for (var stopping : List.of(other, begun, channel)) {
      stopping.pipeline().fireUserEventTriggered(new ShutdownEvent(Duration.ZERO));
    }
    assertThat(other.isOpen()).isFalse();
    assertThat(((ByteBuf) other.readOutbound()).toString(ISO_8859_1)).isEqualTo("<hit 1>");
    assertThat(begun.isOpen()).isTrue(); // which is the server's
    assertThat(channel.isOpen()).isTrue();
    begun.finishAndReleaseAll();
    other.finishAndReleaseAll();
  }

  @Test
  void whenTheServerStopsItGetsWhatHasBegunToCome() {
    var server = new Decoder();
    var other = early(new ExpressLane(room, () -> lessons), server);
    send(other, HEAD + "5\r\n\r\nhit");
    other.pipeline().fireUserEventTriggered(new ShutdownEvent(Duration.ZERO));
    assertThat(other.isOpen()).isTrue();
    send(other, " 1");
    assertThat(server.read).hasToString(request("hit 1"));
    assertThat(asked).isEmpty();
    other.finishAndReleaseAll();
  }
}
