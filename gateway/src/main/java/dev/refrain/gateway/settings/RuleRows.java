package dev.refrain.gateway.settings;

import dev.refrain.Rules;
import java.util.ArrayList;
import java.util.List;

/** Exceptions from the {@code cache} settings, each for the calls that fit its patterns. */
final class RuleRows {
  static final String NAME = "rules";

  private static final Setting<String> NAMESPACE =
      Setting.optional("rules.namespace", Name.PATTERN, "any", "Of these namespaces");
  private static final Setting<String> MODEL =
      Setting.optional("rules.model", Name.PATTERN, "any", "For these models");
  private static final Setting<String> PATH =
      Setting.optional("rules.path", Name.PATH_PATTERN, "any", "To these endpoints");

  /** The patterns alone: which calls a rule is for. */
  static final Section PATTERNS =
      new Section(
          NAME,
          "Exceptions, a list in the file: for the calls that fit these patterns, any of the"
              + " settings of 'cache' can be different",
          List.of(NAMESPACE, MODEL, PATH));

  /** All that can stand in a rule. */
  static final Section SECTION = new Section(NAME, PATTERNS.help(), all());

  private RuleRows() {}

  private static List<Setting<?>> all() {
    var all = new ArrayList<Setting<?>>(PATTERNS.settings());
    all.addAll(CacheRows.SECTION.settings());
    return all;
  }

  static Rules rules(Draft draft) {
    var matches = new ArrayList<Rules.Match>();
    for (var rule : draft.rules()) {
      matches.add(match(rule.values()));
      if (!hasPattern(rule.values()) && !rule.values().isFaulty()) {
        draft.complain(
            rule.origin(),
            "expected a namespace, model or path; what holds for all calls belongs into"
                + " 'cache'");
      }
      CacheRows.warnOfCutTtl(rule.values(), draft);
    }
    CacheRows.warnOfCutTtl(draft.values(), draft);
    return new Rules(matches, CacheRows.rule(draft.values()));
  }

  private static boolean hasPattern(Values values) {
    return values.isGiven(NAMESPACE) || values.isGiven(MODEL) || values.isGiven(PATH);
  }

  private static Rules.Match match(Values values) {
    var match = Rules.Match.all(CacheRows.rule(values));
    String namespace = values.find(NAMESPACE);
    match = (namespace == null) ? match : match.namespace(namespace);
    String model = values.find(MODEL);
    match = (model == null) ? match : match.model(model);
    String path = values.find(PATH);
    return (path == null) ? match : match.path(path);
  }
}
