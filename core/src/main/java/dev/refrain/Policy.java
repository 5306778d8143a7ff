package dev.refrain;

import dev.refrain.Decision.Bypass;
import dev.refrain.Decision.Lookup;
import dev.refrain.Decision.LookupAll;
import java.util.ArrayList;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what may be answered from the cache, and what may be kept. A pure function of its rules. */
final class Policy {
  private final Rules rules;

  Policy(Rules rules) {
    this.rules = rules;
  }

  Decision decide(Call call) {
    return switch (call.meaning()) {
      case Meaning.Unkeyed unkeyed -> new Bypass(unkeyed.reason());
      case Meaning.Keyed keyed -> {
        var rule = rule(call, keyed.facts());
        var objection = objection(call.directives(), keyed.facts().objections(), rule);
        yield (objection == null) ? new Lookup(call, keyed, rule) : new Bypass(objection);
      }
      case Meaning.Batch batch -> {
        var rule = rule(call, batch.facts());
        var objection = objection(call.directives(), batch.facts().objections(), rule);
        yield (objection == null) ? lookupAll(call, batch, rule) : new Bypass(objection);
      }
    };
  }

  private static LookupAll lookupAll(Call call, Meaning.Batch batch, Rule rule) {
    var items = new ArrayList<Lookup>(batch.items().size());
    for (var item : batch.items()) {
      items.add(new Lookup(call, item, rule));
    }
    return new LookupAll(call, items, batch.assembly());
  }

  /** Returns the rule by which a call is judged; null if it was not understood. */
  @Nullable Rule ruleOf(Call call) {
    return (call.meaning() instanceof Meaning.Known known) ? rule(call, known.facts()) : null;
  }

  private Rule rule(Call call, Facts facts) {
    return rules.ruleFor(call.namespace(), facts.model(), call.request().path());
  }

  /** Returns why a call is not looked up under a rule, or null if it is. */
  static @Nullable Reason objection(Directives directives, Set<Reason> objections, Rule rule) {
    if (directives.noStore()) {
      return Reason.NO_STORE;
    }
    return rule.enabled() ? firstUnforgiven(objections, rule) : Reason.SWITCHED_OFF;
  }

  /** Returns the reason that speaks most strongly against it, in the order of the list. */
  static @Nullable Reason firstUnforgiven(Set<Reason> reasons, Rule rule) {
    if (reasons.isEmpty()) {
      return null; // as nearly always, and an iterator is not for nothing
    }
    Reason first = null;
    for (var reason : reasons) {
      if (!rule.forgiven().contains(reason) && (first == null || reason.compareTo(first) < 0)) {
        first = reason;
      }
    }
    return first;
  }
}
