package dev.refrain.gateway.figures;

import dev.refrain.Meaning;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/** How many calls were answered, and how. Bounded, whatever callers send. Thread-safe. */
final class Answers {
  /*
   * Names of models and namespaces come from callers, and each makes a series of its own, so only
   * the first so many are told apart, and of a model only if upstream has once answered with 200:
   * otherwise whoever makes names up would take the places of those that exist.
   */

  static final int MODELS_MAX = 100;
  static final int NAMESPACES_MAX = 100;
  static final int SERIES_MAX = 2_000;
  private static final int OK = 200;

  private final KnownNames models = new KnownNames(MODELS_MAX);
  private final KnownNames namespaces = new KnownNames(NAMESPACES_MAX);
  private final Map<Series, LongAdder> counts = new ConcurrentHashMap<>();
  private final Map<String, Account> accounts = new ConcurrentHashMap<>(); // by known models
  private final PerResult<LongAdder> results = new PerResult<>(result -> new LongAdder());

  /** Counts an answer, and returns the account of its model. */
  Account count(Visit visit, int status) {
    var result = visit.result();
    var call = visit.call();
    var model = Series.NONE;
    var namespace = Series.NONE;
    var dialect = Series.NONE;
    if (call != null) {
      boolean proven = status == OK;
      model = (call.meaning() instanceof Meaning.Known known) ? known.facts().model() : "";
      model = model.isEmpty() ? Series.NONE : models.known(model, proven);
      namespace =
          call.namespace().isEmpty() ? namespace : namespaces.known(call.namespace(), proven);
      dialect = dialect(call.meaning());
    }
    adder(new Series(result, dialect, model, namespace, reason(visit, status))).increment();
    results.of(result).increment();
    var account = account(model);
    account.count(result);
    return account;
  }

  static String dialect(Meaning meaning) {
    return switch (meaning) {
      case Meaning.Keyed keyed -> keyed.dialect().name();
      case Meaning.Batch batch -> batch.items().getFirst().dialect().name();
      case Meaning.Unkeyed unkeyed -> Series.NONE;
    };
  }

  static String reason(Visit visit, int status) {
    var answer = visit.answer();
    if (answer == null) {
      return visit.relayed().isEmpty() ? "error-" + status : visit.relayed();
    }
    return (answer.reason() == null) ? Series.NONE : answer.reason().toString();
  }

  private LongAdder adder(Series series) {
    var known = counts.get(series);
    if (known != null) {
      return known;
    }
    var admitted = (counts.size() < SERIES_MAX) ? series : series.widest();
    return counts.computeIfAbsent(admitted, made -> new LongAdder());
  }

  /** Returns the account of a model, by the name under which it is known. */
  Account account(String known) {
    var account = accounts.get(known);
    return (account == null) ? accounts.computeIfAbsent(known, made -> new Account()) : account;
  }

  /** Returns the account of a model that has answered. */
  Account accountOf(String model) {
    return account(model.isEmpty() ? Series.NONE : models.known(model, true));
  }

  /** Passes all counts on. */
  void forEach(BiConsumer<Series, Long> taker) {
    counts.forEach((series, count) -> taker.accept(series, count.sum()));
  }

  /** Passes all accounts on, by the names of their models. */
  void forEachAccount(BiConsumer<String, Account> taker) {
    accounts.forEach(taker);
  }

  PerResult<Long> results() {
    return new PerResult<>(result -> results.of(result).sum());
  }

  /** Returns what all accounts come to. */
  Totals totals() {
    return accounts.values().stream().map(Account::totals).reduce(Totals.NONE, Totals::plus);
  }
}
