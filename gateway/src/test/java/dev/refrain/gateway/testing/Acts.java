package dev.refrain.gateway.testing;

import dev.refrain.gateway.testing.FakeProvider.Act;
import dev.refrain.testing.Gate;
import java.util.Arrays;

/** What providers do. */
public final class Acts {
  private Acts() {}

  /** Replies when the request is there. */
  public static Act reply(byte[] reply) {
    return exchange -> {
      exchange.readBody();
      exchange.send(reply);
    };
  }

  /** Sends the first bytes of a reply, and hangs up in order. */
  public static Act cut(byte[] reply, int length) {
    return exchange -> {
      exchange.readBody();
      exchange.send(Arrays.copyOf(reply, length));
      exchange.close();
    };
  }

  /** Sends the first bytes of a reply, and resets the connection. */
  public static Act reset(byte[] reply, int length) {
    return exchange -> {
      exchange.readBody();
      exchange.send(Arrays.copyOf(reply, length));
      exchange.reset();
    };
  }

  /** Replies when the gate is open. */
  public static Act held(Gate gate, byte[] reply) {
    return halted(gate, reply, 0);
  }

  /** Sends the first bytes of a reply, and the others when the gate is open. */
  public static Act halted(Gate gate, byte[] reply, int length) {
    return exchange -> {
      exchange.readBody();
      exchange.send(Arrays.copyOf(reply, length));
      gate.pass();
      exchange.send(Arrays.copyOfRange(reply, length, reply.length));
    };
  }

  /** Sends the first bytes of a reply, and no more until the caller has hung up. */
  public static Act stalled(byte[] reply, int length) {
    return exchange -> {
      exchange.readBody();
      exchange.send(Arrays.copyOf(reply, length));
      exchange.awaitHangUp();
      exchange.close();
    };
  }
}
