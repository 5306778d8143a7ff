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
    var status =
        switch (answer.outcome()) {
          case REPLAYED -> "refrain; hit";
          case STALE -> (reason == Reason.UPSTREAM_FAILED) ? "refrain; fwd=stale" : "refrain; hit";
          case JOINED -> "refrain; fwd=miss; collapsed";
          case FETCHED ->
              (reason == Reason.NO_CACHE) ? "refrain; fwd=request" : "refrain; fwd=miss";
          case BYPASSED -> "refrain; fwd=bypass";
          case REFUSED -> "refrain";
        };
    if (age != null) {
      status += "; ttl=" + Math.floorDiv(age.leftMillis(), 1000);
    }
    return (reason == null) ? status : status + "; detail=" + reason;
  }
}
