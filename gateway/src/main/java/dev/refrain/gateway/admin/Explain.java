package dev.refrain.gateway.admin;

import dev.refrain.LlmCache;

/** Says why a request would be answered from the cache, or why not; {@link AskedJson} tells it. */
public final class Explain {
  private final LlmCache cache;
  private final CallReader reader;

  public Explain(LlmCache cache, CallReader reader) {
    this.cache = cache;
    this.reader = reader;
  }

  /** Returns what there is to ask for. */
  public Route route(int bodyBytesMax) {
    return Route.post(
            "/-/api/explain",
            request -> {
              var asked = AskedJson.read(request.json(AskedJson.MEMBERS));
              var explanation = cache.explain(reader.read(asked));
              return AdminReply.json(ExplanationJson.of(explanation));
            })
        .bodiesUpTo(bodyBytesMax);
  }
}
