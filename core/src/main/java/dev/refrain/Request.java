package dev.refrain;

import java.util.Set;

/**
 * What a caller asks of an upstream, as it came. Nothing of it is kept but a digest, unless the
 * operator wants it ({@link KeptRequest}).
 *
 * <p>The body is taken over, not copied, since it may be an image of many megabytes: whoever makes
 * a request must not write to the array afterwards.
 */
public final class Request {
  private static final Set<String> OF_THE_BODY =
      Set.of("content-length", "content-md5", "content-digest", "digest");

  private final String upstream;
  private final String method;
  private final String target;
  private final Headers headers;
  private final byte[] body;

  private Request(String upstream, String method, String target, Headers headers, byte[] body) {
    this.upstream = upstream;
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.body = body;
  }

  /**
   * Returns a request by POST.
   *
   * @param upstream the name of an upstream; {@link Routes} may lead to another
   * @param target path and query
   */
  public static Request post(String upstream, String target, Headers headers, byte[] body) {
    return new Request(upstream, "POST", target, headers, body);
  }

  /** Returns a request by any method. */
  public static Request of(
      String upstream, String method, String target, Headers headers, byte[] body) {
    return new Request(upstream, method, target, headers, body);
  }

  /** Returns the name of the upstream at which this is aimed. */
  public String upstream() {
    return upstream;
  }

  /** Returns the HTTP method. */
  public String method() {
    return method;
  }

  /** Returns path and query. */
  public String target() {
    return target;
  }

  /** Returns the path without the query. */
  public String path() {
    int query = target.indexOf('?');
    return (query < 0) ? target : target.substring(0, query);
  }

  /** Returns the headers, credentials included. */
  public Headers headers() {
    return headers;
  }

  /** Returns the body itself, for reading only. */
  public byte[] body() {
    return body;
  }

  /** Returns this request with one header set to this value alone. */
  public Request with(String name, String value) {
    return new Request(upstream, method, target, headers.with(name, value), body);
  }

  /** Returns this request with another body, and without the headers that tell of the old one. */
  public Request with(byte[] other) {
    return new Request(upstream, method, target, headers.without(OF_THE_BODY), other);
  }

  /** Returns this request with other headers and another body, which is taken over. */
  public Request with(Headers otherHeaders, byte[] otherBody) {
    return new Request(upstream, method, target, otherHeaders, otherBody);
  }

  @Override
  public String toString() {
    return method + " " + path() + " to " + upstream + ", " + body.length + " bytes";
  }
}
