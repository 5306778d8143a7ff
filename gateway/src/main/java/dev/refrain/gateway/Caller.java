package dev.refrain.gateway;

import dev.refrain.Call;
import dev.refrain.Scope;
import dev.refrain.Upstream;
import io.vertx.core.MultiMap;

/** Who asks, once that is known: with whom he shares answers, and on whose account he asks. */
interface Caller {
  /** Returns who shares his answers. */
  Scope scope();

  /** Returns why a call of his may not be answered, or nothing if it may. */
  String objection(Call call);

  /** Returns why he may not have a request relayed that nobody has understood, or nothing. */
  String objectionToRelay(String upstream, String method, String path);

  /** Returns an upstream to which his call goes as it may, and is counted. */
  Upstream asking(Call call, Upstream upstream);

  /**
   * Makes headers of a relay such as they may go to an upstream, and counts it.
   *
   * @throws UnpaidException if it may not go on his account
   */
  void relay(String upstream, MultiMap headers) throws UnpaidException;

  /** Notes that he has got what he gets. */
  void end(boolean served);

  /** Whoever asks what is open to all. */
  Caller ANYBODY = new Holder(Scope.shared("/anybody"));

  /** One who shows the provider his own credentials, with which all is said. */
  record Holder(Scope scope) implements Caller {
    @Override
    public String objection(Call call) {
      return "";
    }

    @Override
    public String objectionToRelay(String upstream, String method, String path) {
      return "";
    }

    @Override
    public Upstream asking(Call call, Upstream upstream) {
      return upstream;
    }

    @Override
    public void relay(String upstream, MultiMap headers) {} // they say who pays

    @Override
    public void end(boolean served) {} // nobody counts
  }
}
