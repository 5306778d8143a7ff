package dev.refrain.gateway.figures;

import dev.refrain.Call;
import dev.refrain.Upstream;
import java.util.List;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/** Follows one request, for those who want to look at each of them. */
public interface Trace {
  /** Follows nothing, and costs nothing. */
  Trace NONE =
      new Trace() {
        @Override
        public Upstream follow(Call call, Upstream upstream) {
          return upstream;
        }

        @Override
        public List<Entry<String, String>> relay(
            String method, String upstream, List<Entry<String, String>> headers) {
          return headers;
        }

        @Override
        public void relayed(int status, @Nullable Throwable failure) {} // nobody asks

        @Override
        public void end(Visit visit, int status) {} // nobody asks
      };

  /** Returns an upstream whose calls are followed, too. */
  Upstream follow(Call call, Upstream upstream);

  /** Begins a call upstream of which nothing is understood; returns the headers that it needs. */
  List<Entry<String, String>> relay(
      String method, String upstream, List<Entry<String, String>> headers);

  /** Ends it, with the status of the reply or why there is none. */
  void relayed(int status, @Nullable Throwable failure);

  /** Ends the request. */
  void end(Visit visit, int status);
}
