package dev.refrain.gateway.admin;

import dev.refrain.Call;
import dev.refrain.Key;
import dev.refrain.Meaning;
import dev.refrain.Reason;
import dev.refrain.gateway.figures.Visit;
import org.jspecify.annotations.Nullable;

/**
 * What became of one call.
 *
 * @param id as its answer carried it
 * @param micros how long it took, from its head to the end of its answer
 * @param outcome as {@code Cache-Status} tells it; null if it failed
 * @param key null if it has none
 */
public record RecentCall(
    String id,
    long timeMillis,
    String method,
    String path,
    int status,
    long micros,
    @Nullable String outcome,
    @Nullable Reason reason,
    @Nullable Key key,
    @Nullable String model,
    @Nullable String namespace,
    @Nullable String scope,
    @Nullable String upstream) {
  private static final int NANOS = 1000;

  /** Returns what was noted of a call that is over. */
  public static RecentCall of(Visit visit, int status, long nowMillis, long nowNanos) {
    var call = visit.call();
    var answer = visit.answer();
    var known = (call == null) ? null : known(call);
    return new RecentCall(
        visit.id(),
        nowMillis,
        visit.method(),
        visit.path(),
        status,
        visit.nanosUntil(nowNanos) / NANOS,
        visit.result().toString(),
        (answer == null) ? null : answer.reason(),
        (call == null) ? null : key(call),
        (known == null) ? null : known.facts().model(),
        (call == null) ? null : call.namespace(),
        (call == null) ? null : call.scope().id(),
        (call == null) ? null : call.meaning().upstream());
  }

  private static Meaning.@Nullable Known known(Call call) {
    return (call.meaning() instanceof Meaning.Known known) ? known : null;
  }

  private static @Nullable Key key(Call call) {
    return switch (call.meaning()) {
      case Meaning.Unkeyed unkeyed -> null;
      case Meaning.Keyed keyed -> keyed.key();
      case Meaning.Batch batch -> batch.items().getFirst().key();
    };
  }
}
