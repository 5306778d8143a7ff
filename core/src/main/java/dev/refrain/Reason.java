package dev.refrain;

import java.util.Locale;

/**
 * Why a call was not answered from the cache, or a reply not kept. The list is closed; logs,
 * headers and metrics print these names.
 */
public enum Reason {
  // Why a call is not looked up.
  /** No dialect knows this method and path. */
  ENDPOINT(Kind.CALL),
  /** The body is not strict JSON, or ambiguous: two readers could take it for two calls. */
  UNPARSABLE(Kind.CALL),
  /** The body is larger than the operator wants to key. */
  BODY_TOO_LARGE(Kind.CALL),
  /** The caller asked for it. */
  NO_STORE(Kind.CALL),
  /** There are more tags than allowed, or longer ones, so they could not all be kept. */
  TAGS(Kind.CALL),
  /** The operator switched the cache off for such calls. */
  SWITCHED_OFF(Kind.CALL),
  /** Tools are offered, or their results are in the messages. */
  TOOLS(Kind.CALL, Forgivable.YES),
  /** The provider runs tools of its own: it searches the web, runs code, … */
  HOSTED_TOOLS(Kind.CALL, Forgivable.YES),
  /** The answer depends on, or changes, what the provider remembers. */
  SERVER_STATE(Kind.CALL),

  // Why what lies in the cache was not used.
  /** The caller wants a new answer. */
  NO_CACHE(Kind.LOOKUP),
  /** The last reply to this call could not be kept, so nobody waits for the next. */
  HIT_FOR_MISS(Kind.LOOKUP),
  /** Upstream failed, so an old answer was given. */
  UPSTREAM_FAILED(Kind.LOOKUP),
  /** The caller wants nothing from upstream, and the cache has nothing. */
  ONLY_IF_CACHED(Kind.LOOKUP),

  // Why a reply is not kept: something went wrong, and the next may be right.
  /** The status is not 200. */
  STATUS(Kind.FAILURE),
  /** The connection broke off. */
  CUT(Kind.FAILURE),
  /** The stream ended without its terminal event. */
  NO_TERMINAL_EVENT(Kind.FAILURE),
  /** The stream told of an error. */
  ERROR_EVENT(Kind.FAILURE),
  /** The body is not what the dialect promises. */
  INVALID_JSON(Kind.FAILURE),
  /** There are fewer choices than asked for, or one did not end. */
  INCOMPLETE(Kind.FAILURE),
  /** Nothing was said. */
  EMPTY(Kind.FAILURE),
  /** What it was asked for was invalidated while it was under way. */
  INVALIDATED(Kind.FAILURE),
  /** A call that departed later was the first to land, and its reply is the newer one. */
  OVERTAKEN(Kind.FAILURE),
  /** The replies under way took all the memory that they may. */
  NO_MEMORY(Kind.FAILURE),

  // Why a reply is not kept: it is whole, but no answer to give again.
  /** The provider's filter cut it. */
  CONTENT_FILTER(Kind.REPLY),
  /** The model refused. */
  REFUSAL(Kind.REPLY, Forgivable.YES),
  /** The model wants a tool to be called. */
  TOOL_CALL(Kind.REPLY, Forgivable.YES),
  /** It was cut at a limit for which the caller did not ask. */
  LENGTH(Kind.REPLY, Forgivable.YES),
  /** The model paused and wants to go on. */
  PAUSE_TURN(Kind.REPLY),
  /** It ended for a reason that this version does not know. */
  UNKNOWN_ENDING(Kind.REPLY),
  /** Another model than the one asked for has answered. */
  OTHER_MODEL(Kind.REPLY, Forgivable.YES),
  /** It names what the provider keeps for a while only, such as the address of an image. */
  EXPIRING(Kind.REPLY),
  /** It is larger than the operator wants to keep. */
  TOO_LARGE(Kind.REPLY),
  /** It is of a media type that the dialect does not know. */
  CONTENT_TYPE(Kind.REPLY),
  /** It is compressed although that was not asked for. */
  CONTENT_ENCODING(Kind.REPLY);

  /** What a reason speaks of. */
  public enum Kind {
    /** The call itself. */
    CALL,
    /** The search in the cache. */
    LOOKUP,
    /** A reply that went wrong. */
    FAILURE,
    /** A reply that is whole, but not to be given again. */
    REPLY
  }

  private enum Forgivable {
    YES,
    NO
  }

  private final Kind kind;
  private final boolean forgivable;
  private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');

  Reason(Kind kind) {
    this(kind, Forgivable.NO);
  }

  Reason(Kind kind, Forgivable forgivable) {
    this.kind = kind;
    this.forgivable = (forgivable == Forgivable.YES);
  }

  /** Returns what this reason speaks of. */
  public Kind kind() {
    return kind;
  }

  /** Returns whether an operator may decide that this is no reason for him. */
  public boolean forgivable() {
    return forgivable;
  }

  /** The name as logs, headers and metrics print it. */
  @Override
  public String toString() {
    return label;
  }
}
