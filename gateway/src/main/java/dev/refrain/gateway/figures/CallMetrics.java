package dev.refrain.gateway.figures;

import java.util.List;
import java.util.function.ToLongFunction;

/** What was counted of answers, as metrics. */
final class CallMetrics {
  private static final double NANOS = 1e9;
  private static final double MILLIS = 1e3;

  private CallMetrics() {}

  static List<Family> answers(Answers answers) {
    var all = Family.counter("refrain_answers", "Calls that were let in, by what became of them");
    answers.forEach((series, count) ->
        all.with(
            count,
            "outcome",
            series.result().toString(),
            "dialect",
            series.dialect(),
            "model",
            series.model(),
            "namespace",
            series.namespace(),
            "reason",
            series.reason()));
    return List.of(all);
  }

  static List<Family> savings(Answers answers, Prices prices) {
    var saved = Family.counter("refrain_tokens_saved", "Tokens of hits, and of shared calls");
    var spent = Family.counter("refrain_tokens_spent", "Tokens of calls upstream");
    var estimated =
        Family.counter("refrain_tokens_estimated", "Those of them that no reply has told");
    answers.forEachAccount((model, account) -> {
      var totals = account.totals();
      saved.with(totals.tokensSaved().input(), "model", model, "kind", "input");
      saved.with(totals.tokensSaved().output(), "model", model, "kind", "output");
      spent.with(totals.tokensSpent().input(), "model", model, "kind", "input");
      spent.with(totals.tokensSpent().output(), "model", model, "kind", "output");
      estimated.with(totals.tokensSaved().estimated(), "model", model, "use", "saved");
      estimated.with(totals.tokensSpent().estimated(), "model", model, "use", "spent");
    });
    var moneySaved =
        Family.counter(
            "refrain_money_saved_dollars", "What tokens saved would cost. " + prices.origin());
    var moneySpent =
        Family.counter(
            "refrain_money_spent_dollars", "What tokens spent have cost. " + prices.origin());
    var time = Family.counter("refrain_time_saved_seconds", "What upstream needed for hits");
    add(moneySaved, answers, Totals::nanosSaved, NANOS);
    add(moneySpent, answers, Totals::nanosSpent, NANOS);
    add(time, answers, Totals::millisSaved, MILLIS);
    return List.of(saved, spent, estimated, moneySaved, moneySpent, time);
  }

  private static void add(
      Family.Counter counter, Answers answers, ToLongFunction<Totals> what, double unit) {
    answers.forEachAccount((model, account) ->
        counter.withAmount(what.applyAsLong(account.totals()) / unit, "model", model));
  }

  static List<Family> latencies(Latencies latencies) {
    var answers =
        Family.spread("refrain_answer_duration_seconds", "From a request to its answer's end");
    for (var result : Result.values()) {
      answers.with(latencies.of(result).distribution(), "outcome", result.toString());
    }
    return List.of(
        answers,
        Family.spread(
                "refrain_added_duration_seconds",
                "How much later than upstream's reply the answer began")
            .with(latencies.added().distribution()),
        Family.spread(
                "refrain_upstream_first_token_seconds",
                "From a call upstream to the first chunk of its reply's body")
            .with(latencies.firstChunk().distribution()),
        Family.spread("refrain_served_age_seconds", "How old answers from the cache are")
            .with(latencies.age().distribution()));
  }
}
