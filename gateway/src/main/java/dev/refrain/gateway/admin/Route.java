package dev.refrain.gateway.admin;

import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * One thing that can be asked for.
 *
 * @param method GET serves HEAD, too
 * @param pattern a path, with names in braces for what varies
 * @param open whether everybody may ask for it; only for what is read, and no secret
 * @param bodyBytesMax how large the body may be
 */
public record Route(String method, String pattern, boolean open, int bodyBytesMax, Action action) {
  /** The media type of JSON, one value a line. */
  public static final String LINES = "application/x-ndjson";

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

  /** Writes the answer as it comes, on a virtual thread that waits for whoever reads. */
  @FunctionalInterface
  public non-sealed interface Giving extends Action {
    /** Writes it; what is refused must be so before anything is written. */
    void give(AdminRequest request, OutputStream out)
        throws AdminRefusal, IOException, InterruptedException;
  }

  /** Reads a body of any length as it comes, on a virtual thread. */
  @FunctionalInterface
  public non-sealed interface Taking extends Action {
    /** Reads it, to its end or not, and returns what came of it. */
    AdminReply take(AdminRequest request, InputStream body)
        throws AdminRefusal, IOException, InterruptedException;
  }

  /** Something to read. */
  public static Route get(String pattern, Answering action) {
    return new Route("GET", pattern, false, USUAL_BODY_BYTES_MAX, action);
  }

  /** Something to read as it comes. */
  public static Route stream(String pattern, Streaming action) {
    return new Route("GET", pattern, false, USUAL_BODY_BYTES_MAX, action);
  }

  /** Something to read that may be long. */
  public static Route give(String pattern, Giving action) {
    return new Route("GET", pattern, false, USUAL_BODY_BYTES_MAX, action);
  }

  /** Something long to be read here. */
  public static Route take(String pattern, Taking action) {
    return new Route("POST", pattern, false, USUAL_BODY_BYTES_MAX, action);
  }

  /** Returns the media type of the bodies that are wanted. */
  public String bodyType() {
    return (action instanceof Taking) ? LINES : "application/json";
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
