package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Reply;
import dev.refrain.gateway.testing.SaidResponse;
import dev.refrain.testing.Gate;
import dev.refrain.testing.Poll;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes is passed on in its order, whichever thread brings it. */
@Timeout(30)
final class HttpReplyTest {
  private final SaidResponse response = new SaidResponse();
  private final HttpReply reply = new HttpReply(response, Duration.ofSeconds(20));

  /** Takes what is offered as a test says, and what is put when its gate is open. */
  private static final class Sink implements Reply.Sink {
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final Queue<Gate> gates = new ArrayDeque<>();
    private volatile boolean hasRoom = true;

    @Override
    public boolean offer(byte[] chunk) {
      if (hasRoom) {
        taken.add(new String(chunk, UTF_8));
      }
      return hasRoom;
    }

    @Override
    public boolean put(byte[] chunk) throws InterruptedException {
      gates.remove().pass();
      taken.add(new String(chunk, UTF_8));
      return true;
    }
  }

  @Test
  void nothingOvertakesWhatHadNoRoom() throws Exception {
    var sink = new Sink();
    var first = new Gate();
    var second = new Gate();
    sink.gates.addAll(List.of(first, second, new Gate()));
    sink.gates.stream().skip(2).forEach(Gate::open);
    var forwarding =
        Thread.ofVirtual()
            .start(() -> {
              try {
                reply.forward(sink);
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    Poll.until("it waits", () -> forwarding.getState() == Thread.State.TIMED_WAITING);
    response.say("a");
    sink.hasRoom = false;
    response.say("b");
    first.awaitReached();
    sink.hasRoom = true;
    response.say("c"); // while "b" is still to be put
    first.open();
    second.awaitReached();
    response.say("d"); // while "c" is
    second.open();
    response.sayNoMore();
    forwarding.join();

    assertThat(sink.taken).containsExactly("a", "b", "c", "d");
  }
}
