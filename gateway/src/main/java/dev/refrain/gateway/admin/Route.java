package dev.refrain.gateway.admin;

import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;

/**
 * One thing that can be asked for.
 *
 * @param method GET serves HEAD, too
 * @param pattern a path, with names in braces for what varies
 * @param open whether everybody may ask for it; only for what is read, and no secret
 * @param bodyBytesMax how large the body may be
 */
public record Route(String method, String pattern, boolean open, int bodyBytesMax, Action action) {
  private static final int USUAL_BODY_BYTES_MAX = 1 << 20;

  /** What is done about it. */
  public sealed interface Action {}

  /** Works out the answer, on a virtual thread, which may wait. */
  @FunctionalInterface
  public non-sealed interface Answering extends Action {
    /** Returns the answer. */
    AdminReply answer(AdminRequest request) throws AdminRefusal, IOException, InterruptedException;
  }

  /** Writes the response itself, bit by bit, from the event loop, on which it is called. */
  @FunctionalInterface
  public non-sealed interface Streaming extends Action {
    /** Begins to answer. */
    void stream(HttpServerRequest http, AdminRequest request);
  }

  /** Something to read. */
  public static Route get(String pattern, Answering action) {
    return new Route("GET", pattern, false, USUAL_BODY_BYTES_MAX, action);
  }

  /** Something to read as it comes. */
  public static Route stream(String pattern, Streaming action) {
    return new Route("GET", pattern, false, USUAL_BODY_BYTES_MAX, action);
  }

  /** Something to do. */
  public static Route post(String pattern, Answering action) {
    return new Route("POST", pattern, false, USUAL_BODY_BYTES_MAX, action);
  }

  /** Returns this, with larger bodies. */
  public Route bodiesUpTo(int bytesMax) {
    return new Route(method, pattern, open, bytesMax, action);
  }

  /** Returns this for everybody. */
  public Route forEverybody() {
    if (!method.equals("GET")) {
      throw new IllegalStateException("only what is read is for everybody");
    }
    return new Route(method, pattern, true, bodyBytesMax, action);
  }
}
