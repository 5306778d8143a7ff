package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.Decision.Bypass;
import dev.refrain.Decision.Lookup;
import dev.refrain.Rules.Match;
import dev.refrain.testing.PlainDialect;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What may be answered from the cache, and by which rule. */
final class PolicyTest {
  private static final Rule OFF = new Rule(false, Lifetime.DEFAULT, Set.of());

  private final Calls calls = new Calls(List.of(new PlainDialect()), Routes.BY_REQUEST, 1_000);

  @Test
  void anOrdinaryCallIsLookedUp() {
    var call = call("ask=hello");

    assertThat(decide(call, Rules.DEFAULT))
        .isEqualTo(new Lookup(call, (Meaning.Keyed) call.meaning(), Rule.DEFAULT));
  }

  @Test
  void whatHasNoKeyIsPassedOn() {
    assertThat(decide(call("not a plain request"), Rules.DEFAULT))
        .isEqualTo(new Bypass(Reason.UNPARSABLE));
  }

  @Test
  void noStoreIsPassedOn() {
    assertThat(decide(call("ask=hello", "Cache-Control", "no-store"), Rules.DEFAULT))
        .isEqualTo(new Bypass(Reason.NO_STORE));
  }

  @Test
  void whatIsSwitchedOffIsPassedOn() {
    assertThat(decide(call("ask=hello"), new Rules(List.of(), OFF)))
        .isEqualTo(new Bypass(Reason.SWITCHED_OFF));
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"TOOLS", "HOSTED_TOOLS", "SERVER_STATE"})
  void whatTheDialectObjectsToIsPassedOnUnlessForgiven(Reason objection) {
    var call = call("ask=hello;objection=" + objection);
    assertThat(decide(call, Rules.DEFAULT)).isEqualTo(new Bypass(objection));
    if (objection.forgivable()) {
      var forgiving = new Rule(true, Lifetime.DEFAULT, Set.of(objection));
      assertThat(decide(call, new Rules(List.of(), forgiving))).isInstanceOf(Lookup.class);
    }
  }

  @Test
  void theGravestReasonIsTheFirstOfTheListThatIsNotForgiven() {
    var all = EnumSet.of(Reason.TOOLS, Reason.HOSTED_TOOLS, Reason.SERVER_STATE);
    assertThat(Policy.firstUnforgiven(all, Rule.DEFAULT)).isEqualTo(Reason.TOOLS);
    assertThat(Policy.firstUnforgiven(all, forgiving(Reason.TOOLS))).isEqualTo(Reason.HOSTED_TOOLS);
    assertThat(Policy.firstUnforgiven(all, forgiving(Reason.TOOLS, Reason.HOSTED_TOOLS)))
        .isEqualTo(Reason.SERVER_STATE);
    assertThat(Policy.firstUnforgiven(Set.of(), Rule.DEFAULT)).isNull();
    assertThat(Policy.firstUnforgiven(Set.of(Reason.TOOLS), forgiving(Reason.TOOLS))).isNull();
  }

  private static Rule forgiving(Reason... reasons) {
    return new Rule(true, Lifetime.DEFAULT, Set.of(reasons));
  }

  @ParameterizedTest
  @EnumSource
  void onlyWhatIsAMatterOfTasteCanBeForgiven(Reason reason) {
    if (reason.forgivable()) {
      assertThat(forgiving(reason).forgiven()).containsExactly(reason);
    } else {
      assertThatThrownBy(() -> forgiving(reason)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"CUT", "STATUS", "NO_TERMINAL_EVENT", "ERROR_EVENT", "EMPTY", "CONTENT_FILTER"})
  void whatIsBrokenCanNeverBeForgiven(Reason reason) {
    assertThat(reason.forgivable()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void reasonsArePrintedInSmallLettersAndDashes(Reason reason) {
    assertThat(reason.toString()).matches("[a-z]+(-[a-z]+)*");
  }

  @ParameterizedTest
  @CsvSource({
    // namespace, model, path: rule
    "v1,     gpt-4o,      /v1/chat, exact",
    "v1,     gpt-4o-mini, /v1/chat, prefix", // not the exact one, whose model differs
    "v2,     gpt-4o,      /v1/chat, prefix",
    "v1,     gpt-4o,      /v1/messages, prefix",
    "prod-1, claude,      /v1/chat, namespaced",
    "prod-,  claude,      /v1/chat, namespaced",
    "prod,   claude,      /v1/chat, otherwise",
    "'',     claude,      /v1/embeddings, path",
    "'',     claude,      /v1/chat, otherwise",
    "'',     '',          /,        otherwise",
  })
  void theFirstRuleThatMatchesHolds(String namespace, String model, String path, String expected) {
    var rules =
        new Rules(
            List.of(
                Match.all(named("exact")).namespace("v1").model("gpt-4o").path("/v1/chat"),
                Match.all(named("prefix")).model("gpt-*"),
                Match.all(named("namespaced")).namespace("prod-*"),
                Match.all(named("path")).path("/v1/embeddings"),
                Match.all(named("exact")).path("/v1/embeddings")),
            named("otherwise"));

    assertThat(rules.ruleFor(namespace, model, path)).isEqualTo(named(expected));
  }

  /** Rules have no names, so each here has a ttl of its own. */
  private static Rule named(String name) {
    var ttl = java.time.Duration.ofSeconds(name.hashCode() & 0xFFFF);
    return new Rule(true, Lifetime.DEFAULT.withTtl(ttl), Set.of());
  }

  @Test
  void aMatchForAllMatchesAll() {
    var rules = new Rules(List.of(Match.all(OFF), Match.all(named("late"))), named("otherwise"));

    assertThat(rules.ruleFor("", "", "")).isEqualTo(OFF);
    assertThat(rules.ruleFor("any", "thing", "/at/all")).isEqualTo(OFF);
  }

  @Test
  void aStarAloneMatchesAll() {
    var rules = new Rules(List.of(Match.all(OFF).model("*")), named("otherwise"));

    assertThat(rules.ruleFor("", "", "")).isEqualTo(OFF);
    assertThat(rules.ruleFor("", "gpt-4o", "")).isEqualTo(OFF);
  }

  private Call call(String body, String... headers) {
    return calls.read(PlainDialect.request(body, headers), Stage.SCOPE);
  }

  private static Decision decide(Call call, Rules rules) {
    return new Policy(rules).decide(call);
  }
}
