package dev.refrain.gateway.admin;

import dev.refrain.Call;
import dev.refrain.Explanation;
import dev.refrain.Explanation.Item;
import dev.refrain.Explanation.Served;
import dev.refrain.Explanation.TagState;
import dev.refrain.Freshness.Expired;
import dev.refrain.Freshness.Fresh;
import dev.refrain.Freshness.Stale;
import dev.refrain.Lifetime;
import dev.refrain.Reason;
import java.util.ArrayList;
import java.util.List;

/** Says in sentences what becomes of a call, and why. */
final class ExplanationText {
  private ExplanationText() {}

  /** Returns the sentences, what matters most first. */
  static List<String> of(Explanation explanation) {
    var reason = explanation.reason();
    if (reason != null) {
      return List.of(
          "It would go upstream, and its answer would not be kept.", ReasonText.of(reason));
    }
    var sentences = new ArrayList<String>();
    var items = explanation.items();
    if (items.size() > 1) {
      long known = items.stream().filter(ExplanationText::isServed).count();
      sentences.add(
          "It asks for several things: of the first %d, %d would come from the cache."
              .formatted(items.size(), known));
    }
    var item = items.getFirst();
    var served = item.served();
    if (served == null) {
      sentences.add("It would be fetched: nothing lies in the cache for its key.");
    } else {
      tell(explanation, served, sentences);
    }
    if (!isServed(item)) {
      tellOfFlights(item, sentences);
    }
    if (explanation.call().directives().onlyIfCached() && !isServed(item)) {
      sentences.add(ReasonText.of(Reason.ONLY_IF_CACHED) + " So it would get status 504.");
    }
    return sentences;
  }

  private static boolean isServed(Item item) {
    var served = item.served();
    return served != null
        && switch (served.freshness()) {
          case Fresh fresh -> true;
          case Stale stale -> stale.whileRevalidate();
          case Expired expired -> false;
        };
  }

  private static void tell(Explanation explanation, Served served, List<String> sentences) {
    var age = Spans.of(served.timing().nowMillis() - served.timing().bornMillis());
    switch (served.freshness()) {
      case Fresh fresh ->
          sentences.add(
              "It would be answered from %s: the answer is %s old, and fresh for another %s."
                  .formatted(served.tier(), age, Spans.of(fresh.leftMillis())));
      case Stale stale when stale.whileRevalidate() ->
          sentences.add(
              "It would be answered from %s with an answer that is %s too old, while a new one is"
                      .formatted(served.tier(), Spans.of(stale.leftMillis()))
                  + " fetched behind it.");
      case Stale stale ->
          sentences.add(
              "It would be fetched: the answer in %s is %s too old. Should upstream fail, it would"
                      .formatted(served.tier(), Spans.of(stale.leftMillis()))
                  + " be given nevertheless.");
      case Expired expired -> {
        sentences.add(
            "It would be fetched: the answer in %s, %s old, must not be given any more."
                .formatted(served.tier(), age));
        sentences.addAll(objections(explanation, served));
      }
    }
  }

  private static List<String> objections(Explanation explanation, Served served) {
    var objections = new ArrayList<String>();
    var call = explanation.call();
    var timing = served.timing();
    var retired = served.tags().stream().filter(tag -> !tag.holds()).map(TagState::tag).toList();
    if (!retired.isEmpty()) {
      objections.add("It was invalidated since: " + String.join(", ", retired) + ".");
    }
    if (!served.missing().isEmpty()) {
      objections.add(
          "The call has tags that the answer has not, and so it would outlive their invalidation: "
              + String.join(", ", served.missing())
              + ".");
    }
    if (call.directives().noCache()) {
      objections.add(ReasonText.of(Reason.NO_CACHE));
    }
    if (timing.nowMillis() > timing.endMillis()) {
      objections.add("It is older than anything may get (max-age).");
    }
    if (objections.isEmpty()) {
      objections.add(tooOld(explanation, call, timing.freshUntilMillis() - timing.nowMillis()));
    }
    return objections;
  }

  private static String tooOld(Explanation explanation, Call call, long leftMillis) {
    boolean limited =
        call.directives().maxAge() != null
            || call.directives().minFresh() != null
            || call.directives().ttl() != null;
    if (limited && leftMillis > 0) {
      return "The caller wants a younger one (max-age, min-fresh or ttl).";
    }
    var rule = explanation.rule();
    var lifetime = (rule == null) ? Lifetime.DEFAULT : rule.lifetime();
    return "It was fresh until %s ago; stale answers are given for %s, or %s if upstream fails."
        .formatted(
            Spans.of(leftMillis),
            Spans.of(lifetime.staleWhileRevalidate().toMillis()),
            Spans.of(lifetime.staleIfError().toMillis()));
  }

  private static void tellOfFlights(Item item, List<String> sentences) {
    if (item.aboard() > 0) {
      sentences.add(
          "A call for it is under way, for which %d wait; it would join them."
              .formatted(item.aboard()));
    }
    if (item.turnedDown()) {
      sentences.add(ReasonText.of(Reason.HIT_FOR_MISS));
    }
  }
}
