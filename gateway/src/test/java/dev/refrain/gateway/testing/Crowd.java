package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.LineNumberReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Many who ask the same, all on one thread in a process of their own: they cost a machine little,
 * and see what comes when it comes. See {@link CrowdProcess}.
 */
final class Crowd {
  /*
   * in     = "go" newline
   * out    = "aboard" newline       when each has got something
   *          (caller newline)*      in the end
   * caller = port space whole space body space nanos
   * whole  = "true" | "false"       whether the reply came to the end that HTTP wants
   * body   = hexadecimal
   * nanos  = when each event was there, with commas between them
   */

  private static final int BUFFER_BYTES = 64 << 10;
  private static final long SILENCE_MILLIS_MAX = 60_000;
  private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(US_ASCII);

  private final Selector selector = Selector.open();
  private final List<Caller> callers = new ArrayList<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
  private int aboard;
  private int ended;

  private Crowd() throws IOException {}

  /** Takes a question, a number of callers, and the ports at each of which so many call. */
  public static void main(String[] arguments) throws IOException {
    var question = arguments[0];
    int each = Integer.parseInt(arguments[1]);
    var started = new LineNumberReader(new InputStreamReader(System.in, UTF_8)).readLine();
    if (Objects.equals(started, "go")) {
      var crowd = new Crowd();
      for (int i = 0; i < each; i++) {
        for (int port = 2; port < arguments.length; port++) {
          crowd.call(Integer.parseInt(arguments[port]), question);
        }
      }
      crowd.listen();
      crowd.callers.forEach(caller -> System.out.println(caller.told()));
    }
  }

  /** One who asks. */
  private static final class Caller {
    private final int port;
    private final SocketChannel channel;
    private final ByteBuffer request;
    private final ByteArrayOutputStream reply = new ByteArrayOutputStream();
    private final List<Long> eventNanos = new ArrayList<>();
    private byte last;

    Caller(int port, SocketChannel channel, ByteBuffer request) {
      this.port = port;
      this.channel = channel;
      this.request = request;
    }

    void take(byte[] bytes, int length) {
      for (int i = 0; i < length; i++) {
        if (bytes[i] == '\n' && last == '\n') {
          eventNanos.add(System.nanoTime());
        }
        last = bytes[i];
      }
      reply.write(bytes, 0, length);
    }

    String told() {
      var body = new ByteArrayOutputStream();
      boolean whole = unpack(reply.toByteArray(), body);
      var nanos = eventNanos.stream().map(String::valueOf).collect(Collectors.joining(","));
      var hex = HexFormat.of().formatHex(body.toByteArray());
      return port + " " + whole + " " + hex + " " + nanos;
    }
  }

  private void call(int port, String question) throws IOException {
    var channel = SocketChannel.open();
    channel.configureBlocking(false);
    var caller = new Caller(port, channel, ByteBuffer.wrap(request(port, question)));
    callers.add(caller);
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.register(selector, SelectionKey.OP_CONNECT, caller);
  }

  private static byte[] request(int port, String question) {
    var body = StreamedAnswer.body(question).getBytes(UTF_8);
    var head =
        """
        POST /v1/chat/completions HTTP/1.1
        Host: 127.0.0.1:%d
        Connection: close
        Authorization: Bearer sk-fleet
        Content-Type: application/json
        Content-Length: %d

        """
            .formatted(port, body.length)
            .replace("\n", "\r\n");
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.getBytes(US_ASCII));
    bytes.writeBytes(body);
    return bytes.toByteArray();
  }

  private void listen() throws IOException {
    while (ended < callers.size()) {
      if (selector.select(SILENCE_MILLIS_MAX) == 0) {
        throw new IOException("nobody hears anything any more");
      }
      for (var key : selector.selectedKeys()) {
        go(key, (Caller) key.attachment());
      }
      selector.selectedKeys().clear();
    }
  }

  private void go(SelectionKey key, Caller caller) {
    try {
      if (key.isConnectable() && caller.channel.finishConnect()) {
        key.interestOps(SelectionKey.OP_WRITE);
      } else if (key.isWritable()) {
        caller.channel.write(caller.request);
        if (!caller.request.hasRemaining()) {
          key.interestOps(SelectionKey.OP_READ);
        }
      } else if (key.isReadable()) {
        read(key, caller);
      }
    } catch (IOException e) {
      end(key); // it broke off, as is to be seen
    }
  }

  private void read(SelectionKey key, Caller caller) throws IOException {
    buffer.clear();
    int length = caller.channel.read(buffer);
    if (length < 0) {
      caller.channel.close();
      end(key);
      return;
    }
    boolean isFirst = caller.eventNanos.isEmpty();
    caller.take(buffer.array(), length);
    if (isFirst && !caller.eventNanos.isEmpty()) {
      aboard++;
      if (aboard == callers.size()) {
        System.out.println("aboard");
      }
    }
  }

  private void end(SelectionKey key) {
    key.cancel();
    ended++;
  }

  /**
   * Gives the body of a reply, and returns whether it came to its end. Who comes when all is there
   * is told its length; all others get chunks.
   */
  private static boolean unpack(byte[] reply, ByteArrayOutputStream body) {
    int end = indexOf(reply, END_OF_HEAD, 0) + END_OF_HEAD.length;
    if (end < END_OF_HEAD.length) {
      return false; // not even a head
    }
    var head = new String(reply, 0, end, US_ASCII).toLowerCase(Locale.ROOT);
    if (head.contains("\r\ntransfer-encoding: chunked\r\n")) {
      return unchunk(reply, end, body);
    }
    body.write(reply, end, reply.length - end);
    return head.contains("\r\ncontent-length: " + body.size() + "\r\n");
  }

  private static boolean unchunk(byte[] reply, int from, ByteArrayOutputStream body) {
    int at = from;
    while (at < reply.length) {
      int end = indexOf(reply, "\r\n".getBytes(US_ASCII), at);
      if (end < 0) {
        return false;
      }
      int size = Integer.parseInt(new String(reply, at, end - at, US_ASCII), 16);
      if (size == 0) {
        return true;
      }
      int begin = end + 2;
      body.write(reply, begin, Math.min(size, reply.length - begin));
      at = begin + size + 2;
    }
    return false;
  }

  private static int indexOf(byte[] bytes, byte[] wanted, int from) {
    for (int at = from; at <= bytes.length - wanted.length; at++) {
      int same = 0;
      while (same < wanted.length && bytes[at + same] == wanted[same]) {
        same++;
      }
      if (same == wanted.length) {
        return at;
      }
    }
    return -1;
  }
}
