package dev.refrain;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Which {@link Rule} holds for which calls: the first that matches, or else the last one. */
public record Rules(List<Match> matches, Rule otherwise) {
  /** The default rule for all calls. */
  public static final Rules DEFAULT = new Rules(List.of(), Rule.DEFAULT);

  public Rules {
    matches = List.copyOf(matches);
  }

  /** Returns these with each rule changed. */
  public Rules with(UnaryOperator<Rule> change) {
    var changed =
        matches.stream()
            .map(match ->
                new Match(match.namespace, match.model, match.path, change.apply(match.rule)))
            .toList();
    return new Rules(changed, change.apply(otherwise));
  }

  /** Returns the age beyond which nothing is served, whatever the call. */
  public Duration maxAge() {
    var longest = otherwise.lifetime().maxAge();
    for (var match : matches) {
      var age = match.rule.lifetime().maxAge();
      longest = (age.compareTo(longest) > 0) ? age : longest;
    }
    return longest;
  }

  Rule ruleFor(String namespace, String model, String path) {
    for (int i = 0; i < matches.size(); i++) {
      var match = matches.get(i);
      if (fits(match.namespace, namespace) && fits(match.model, model) && fits(match.path, path)) {
        return match.rule;
      }
    }
    return otherwise;
  }

  private static boolean fits(@Nullable String pattern, String value) {
    if (pattern == null) {
      return true;
    }
    return pattern.endsWith("*")
        ? value.startsWith(pattern.substring(0, pattern.length() - 1))
        : value.equals(pattern);
  }

  /**
   * A sort of calls. Each pattern is a name, or the beginning of one followed by {@code *}; null
   * matches all.
   */
  public static final class Match {
    private final @Nullable String namespace;
    private final @Nullable String model;
    private final @Nullable String path;
    private final Rule rule;

    private Match(
        @Nullable String namespace, @Nullable String model, @Nullable String path, Rule rule) {
      this.namespace = namespace;
      this.model = model;
      this.path = path;
      this.rule = rule;
    }

    /** Returns a match for all calls. */
    public static Match all(Rule rule) {
      return new Match(null, null, null, rule);
    }

    /** Returns this match for one namespace only. */
    public Match namespace(String pattern) {
      return new Match(pattern, model, path, rule);
    }

    /** Returns this match for one model only. */
    public Match model(String pattern) {
      return new Match(namespace, pattern, path, rule);
    }

    /** Returns this match for one endpoint only. */
    public Match path(String pattern) {
      return new Match(namespace, model, pattern, rule);
    }
  }
}
