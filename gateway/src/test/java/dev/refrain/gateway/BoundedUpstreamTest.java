package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Headers;
import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.flight.Capacity;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Each call under way takes one place, and gives it back once. */
final class BoundedUpstreamTest {
  private static final Request REQUEST =
      Request.of("openai", "GET", "/v1/models", Headers.none(), new byte[0]);

  @Test
  void aReplyThatIsClosedTwiceGivesBackOnePlace() throws Exception {
    var upstream = bounded(room(2, 3));
    var one = upstream.send(REQUEST);
    var other = upstream.send(REQUEST);
    one.close();
    one.close();
    var next = upstream.send(REQUEST);
    assertThatThrownBy(() -> upstream.send(REQUEST)).isInstanceOf(OverloadedException.class);
    next.close();
    other.close();
  }

  @Test
  void whoFindsNoPlaceAtOneUpstreamTakesNoneFromTheOthers() throws Exception {
    var all = new Capacity(2);
    var one = bounded(new Room(all, new Capacity(1)));
    var other = bounded(new Room(all, new Capacity(2)));
    try (var reply = one.send(REQUEST)) {
      assertThat(reply.status()).isEqualTo(200);
      assertThatThrownBy(() -> one.send(REQUEST)).isInstanceOf(OverloadedException.class);
      try (var second = other.send(REQUEST)) {
        assertThat(second.status()).isEqualTo(200);
        assertThatThrownBy(() -> other.send(REQUEST)).isInstanceOf(OverloadedException.class);
      }
    }
    assertThat(all.taken()).isZero();
  }

  private static BoundedUpstream bounded(Room room) {
    return new BoundedUpstream(request -> Reply.of(200, Headers.none()), room);
  }

  private static Room room(int here, int inAll) {
    return new Room(new Capacity(inAll), new Capacity(here));
  }

  @Test
  void aCallThatFailsTakesNoPlace() throws Exception {
    var upstream =
        new BoundedUpstream(
            request -> {
              throw new IOException("down");
            },
            room(1, 1));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> upstream.send(REQUEST)).hasMessage("down");
    }
  }
}
