package dev.refrain.gateway;

import dev.refrain.Scope;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Says who asks, before anything else is done with a request. Runs on the event loops. */
interface Gatekeeper {
  /** Returns the names of the request headers by which he knows who asks. */
  List<String> names();

  /** Lets a request in, or not. */
  Admission admit(HttpServerRequest request);

  /**
   * Returns who asks with these headers, now and whenever that is asked again; null if each request
   * is to be let in by itself.
   */
  default @Nullable Supplier<Caller> standing(MultiMap headers, @Nullable String query) {
    return null;
  }

  /**
   * Says who would be asking, and counts nothing; takes out of the headers what {@link #admit}
   * does.
   */
  Identity identify(MultiMap headers, @Nullable String query);

  /**
   * Who would be asking.
   *
   * @param scope null if it is nobody who would be let in
   * @param query of the request, as it may be passed on; null if it has none
   */
  record Identity(@Nullable Scope scope, @Nullable String query) {}

  /** What becomes of a request. */
  sealed interface Admission {}

  /**
   * It may come in.
   *
   * @param query of the request, as it may be passed on; null if it has none
   */
  record Admitted(Caller caller, @Nullable String query) implements Admission {}

  /**
   * It may not.
   *
   * @param headers of the answer
   */
  record Refused(Failure failure, String message, Map<String, String> headers)
      implements Admission {}
}
