package dev.refrain;

/** Which upstream answers which requests. A pure function. */
@FunctionalInterface
public interface Routes {
  /** By the request alone. */
  Routes BY_REQUEST = (request, model) -> request.upstream();

  /**
   * Returns the name of the upstream.
   *
   * @param model the model asked for; empty where it cannot be told
   */
  String upstreamFor(Request request, String model);
}
