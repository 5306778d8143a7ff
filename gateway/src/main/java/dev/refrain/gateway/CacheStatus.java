package dev.refrain.gateway;

import dev.refrain.Answer;
import dev.refrain.Reason;

/** Tells by RFC 9211 how an answer was come by. */
final class CacheStatus {
  static final String NAME = "cache-status";

  private CacheStatus() {}

  static String of(Answer answer) {
    var reason = answer.reason();
    var age = answer.age();
    var share = answer.share();
    boolean isPartial = (share != null) && share.known() > 0;
    var forwarded = isPartial ? "refrain; fwd=partial" : "refrain; fwd=miss";
    var status =
        switch (answer.outcome()) {
          case REPLAYED -> "refrain; hit";
          case STALE -> (reason == Reason.UPSTREAM_FAILED) ? "refrain; fwd=stale" : "refrain; hit";
          case JOINED -> forwarded + "; collapsed";
          case FETCHED -> (reason == Reason.NO_CACHE) ? "refrain; fwd=request" : forwarded;
          case BYPASSED -> "refrain; fwd=bypass";
          case REFUSED -> "refrain";
        };
    if (age != null) {
      status += "; ttl=" + Math.floorDiv(age.leftMillis(), 1000);
    }
    if (reason != null) {
      return status + "; detail=" + reason;
    }
    return (share == null) ? status : status + "; detail=\"" + share + '"';
  }
}
