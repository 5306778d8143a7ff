package dev.refrain.gateway.figures;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Headers;
import dev.refrain.Reply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a reply cost is told before its reader can know that it is over. */
final class WatchedReplyTest {
  private final List<String> told = new ArrayList<>();

  private final class Watched extends WatchedReply {
    private final StringBuilder taken = new StringBuilder();

    Watched(Reply reply) {
      super(reply);
    }

    @Override
    protected void take(byte[] chunk) {
      taken.append(new String(chunk, UTF_8));
    }

    @Override
    protected void tell() {
      told.add(taken.toString());
    }
  }

  private Watched watched(int status, String... headers) {
    return new Watched(Reply.of(status, Headers.of(headers), bytes("one "), bytes("two")));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void itIsToldWithTheLastChunkIfItsLengthIsKnown() throws Exception {
    try (var reply = watched(200, "Content-Length", "7")) {
      reply.next();
      assertThat(told).isEmpty();
      reply.next();
      assertThat(told).containsExactly("one two");
    }
    assertThat(told).hasSize(1);
  }

  @Test
  void itIsToldAtTheEndIfItsLengthIsNotKnown() throws Exception {
    for (var length : List.of("", "many", "-7", "8")) {
      told.clear();
      try (var reply = watched(200, "content-length", length)) {
        reply.next();
        reply.next();
        assertThat(told).isEmpty();
        assertThat(reply.next()).isNull();
        assertThat(told).containsExactly("one two");
      }
    }
  }

  @Test
  void itIsToldBeforeWhoeverForwardsItGoesOn() throws Exception {
    try (var reply = watched(200)) {
      assertThat(reply.forward(new Picky())).isTrue();
      assertThat(told).containsExactly("one two");
    }
    assertThat(told).hasSize(1);
  }

  @Test
  void whatIsClosedEarlyIsToldAsFarAsItCame() throws Exception {
    var reply = watched(200);
    reply.next();
    reply.close();
    reply.close();
    assertThat(told).containsExactly("one ");
  }

  @Test
  void anErrorCostsNothing() throws Exception {
    try (var reply = watched(500)) {
      reply.forward(new Picky());
    }
    assertThat(told).isEmpty();
  }

  @Test
  void whatIsOfferedInVainIsTakenDownOnce() throws Exception {
    var offering =
        new Reply() {
          @Override
          public int status() {
            return 200;
          }

          @Override
          public Headers headers() {
            return Headers.none();
          }

          @Override
          public byte[] next() {
            throw new AssertionError("it is forwarded");
          }

          @Override
          public boolean forward(Sink sink) throws InterruptedException {
            return sink.offer(bytes("one ")) || sink.put(bytes("one "));
          }

          @Override
          public void close() {}
        };
    try (var reply = new Watched(offering)) {
      reply.forward(new Picky());
    }
    assertThat(told).containsExactly("one ");
  }

  /** Takes nothing that it is only offered. */
  private static final class Picky implements Reply.Sink {
    @Override
    public boolean offer(byte[] chunk) {
      return false;
    }

    @Override
    public boolean put(byte[] chunk) {
      return true;
    }
  }
}
