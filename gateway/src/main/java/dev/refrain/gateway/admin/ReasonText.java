package dev.refrain.gateway.admin;

import dev.refrain.Reason;

/** Says in a sentence what a reason means, and what can be done about it. */
public final class ReasonText {
  private ReasonText() {}

  /** Returns the sentence. */
  public static String of(Reason reason) {
    return switch (reason) {
      case ENDPOINT -> "Nothing that is asked by this method at this path is ever kept.";
      case UNPARSABLE ->
          "The body is not strict JSON, names a member twice, or lacks what it must have.";
      case BODY_TOO_LARGE -> "The body is larger than limits.body-max.";
      case NO_STORE -> "The caller asked for it: Cache-Control: no-store.";
      case TAGS -> "There are too many tags, or a tag or the namespace is too long.";
      case SWITCHED_OFF -> "The settings switch the cache off for such calls (cache.enabled).";
      case TOOLS ->
          "Tools are offered, or their results are in the messages; cache.forgive: [tools] keeps"
              + " such answers, too.";
      case HOSTED_TOOLS ->
          "The provider runs tools of its own, such as a web search; cache.forgive: [hosted-tools]"
              + " keeps such answers, too.";
      case SERVER_STATE ->
          "The answer depends on, or changes, what the provider remembers: a conversation, a"
              + " stored response, a background job.";
      case NO_CACHE -> "The caller wants a new answer: Cache-Control: no-cache.";
      case HIT_FOR_MISS ->
          "The last reply could not be kept, so for a few seconds each call goes its own way.";
      case UPSTREAM_FAILED -> "Upstream failed, so an old answer was given.";
      case ONLY_IF_CACHED -> "The caller wants nothing from upstream: only-if-cached.";
      case STATUS -> "Upstream's status was not 200.";
      case CUT -> "The connection to upstream broke off.";
      case NO_TERMINAL_EVENT -> "The stream ended without its terminal event.";
      case ERROR_EVENT -> "The stream told of an error.";
      case INVALID_JSON -> "The reply was not what this interface promises.";
      case INCOMPLETE -> "There were fewer choices than asked for, or one did not end.";
      case EMPTY -> "Nothing was said.";
      case INVALIDATED -> "It was invalidated while it was under way.";
      case OVERTAKEN -> "A call that departed later landed first, and its reply is newer.";
      case NO_MEMORY ->
          "The replies under way took all the memory that they may: limits.replies-max.";
      case CONTENT_FILTER -> "The provider's filter cut the answer.";
      case REFUSAL -> "The model refused; cache.forgive: [refusal] keeps refusals, too.";
      case TOOL_CALL ->
          "The model wants a tool to be called; cache.forgive: [tool-call] keeps that, too.";
      case LENGTH ->
          "The answer was cut at a limit for which the caller did not ask; cache.forgive:"
              + " [length] keeps it, too.";
      case PAUSE_TURN -> "The model paused, and wants to go on.";
      case UNKNOWN_ENDING -> "It ended for a reason that this version does not know.";
      case OTHER_MODEL ->
          "Another model than the one asked for has answered; cache.forgive: [other-model] keeps"
              + " that, too.";
      case EXPIRING -> "It names what the provider keeps for a while only, such as an address.";
      case TOO_LARGE -> "The reply was larger than limits.reply-max.";
      case CONTENT_TYPE -> "The reply was of a media type that is not known here.";
      case CONTENT_ENCODING -> "The reply was compressed although that was not asked for.";
    };
  }
}
