package dev.refrain.bench;

import dev.refrain.Headers;
import dev.refrain.LlmCache;
import dev.refrain.Reply;
import dev.refrain.Scope;
import dev.refrain.Upstream;
import dev.refrain.dialect.OpenAiChat;
import dev.refrain.tier.MemoryTier;

/** The cache that is measured, and what is around it. */
final class Caches {
  static final int QUESTION_BYTES = 1 << 10;
  static final int ANSWER_BYTES = 2 << 10;
  static final Scope SCOPE = Scope.tenant("bench");

  private static final long MEMORY_BYTES = 256L << 20;

  private Caches() {}

  static LlmCache open() {
    return LlmCache.builder()
        .dialect(OpenAiChat.DIALECT)
        .tier(MemoryTier.ofBytes(MEMORY_BYTES))
        .build();
  }

  /** An upstream that takes no time at all. */
  static Upstream instant() {
    var headers = Headers.of("content-type", "application/json");
    var answer = Chat.answer(ANSWER_BYTES);
    return request -> Reply.of(200, headers, answer);
  }
}
