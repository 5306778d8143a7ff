package dev.refrain;

import dev.refrain.Decision.Bypass;
import dev.refrain.Decision.Lookup;
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
      case Meaning.Keyed keyed -> decide(call, keyed);
    };
  }

  private Decision decide(Call call, Meaning.Keyed keyed) {
    if (call.directives().noStore()) {
      return new Bypass(Reason.NO_STORE);
    }
    var rule = rules.ruleFor(call.namespace(), keyed.facts().model(), call.request().path());
    if (!rule.enabled()) {
      return new Bypass(Reason.SWITCHED_OFF);
    }
    var objection = firstUnforgiven(keyed.facts().objections(), rule);
    return (objection == null) ? new Lookup(call, keyed, rule) : new Bypass(objection);
  }

  /** Returns the reason that speaks most strongly against it, in the order of the list. */
  static @Nullable Reason firstUnforgiven(Set<Reason> reasons, Rule rule) {
    Reason first = null;
    for (var reason : reasons) {
      if (!rule.forgiven().contains(reason) && (first == null || reason.compareTo(first) < 0)) {
        first = reason;
      }
    }
    return first;
  }
}
