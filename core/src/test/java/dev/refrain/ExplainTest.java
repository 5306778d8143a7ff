package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.refrain.Explanation.Difference;
import dev.refrain.Explanation.NearMiss;
import dev.refrain.Explanation.Served;
import dev.refrain.dialect.OpenAiChat;
import dev.refrain.testing.FaultyTier;
import dev.refrain.testing.Poll;
import dev.refrain.testing.ScriptedUpstream;
import dev.refrain.tier.MemoryTier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Why a call is answered from the cache, or why not. */
@Timeout(30)
final class ExplainTest {
  private final FaultyTier far = FaultyTier.around(MemoryTier.ofBytes(1 << 20));
  @RegisterExtension final Stage stage = new Stage();

  @Test
  void whatIsNotKnownLiesNowhere() throws Exception {
    var explanation = explain("ask=hello");

    assertThat(explanation.reason()).isNull();
    var item = explanation.items().getFirst();
    assertThat(item.served()).isNull();
    assertThat(item.aboard()).isZero();
    assertThat(item.lying()).allMatch(lying -> lying.entry() == null && lying.trouble() == null);
    assertThat(item.slot()).isEqualTo(stage.slot("ask=hello"));
  }

  @Test
  void aReasonIsNamed() throws Exception {
    assertThat(explain("ask=hello", "Cache-Control", "no-store").reason())
        .isEqualTo(Reason.NO_STORE);
    assertThat(explain("ask=hello;objection=tools").reason()).isEqualTo(Reason.TOOLS);
  }

  @Test
  void whoLooksChangesNothing() throws Exception {
    stage.tier(stage.memory).tier(far);
    keep("ask=hello");
    stage.memory.drop(stage.slot("ask=hello"));
    for (int i = 0; i < 20; i++) {
      assertThat(served("ask=hello").tier()).isEqualTo("faulty-memory");
    }

    assertThat(served("ask=hello").entry().hits()).isZero();
    assertThat(stage.memory.find(stage.slot("ask=hello"))).as("nothing came nearer").isNull();
    assertThat(stage.upstream.calls()).isEqualTo(1);
  }

  @Test
  void eachTierAndFormIsNamed() throws Exception {
    stage.tier(stage.memory).tier(far);
    keep("ask=hello");
    stage.memory.drop(stage.slot("ask=hello"));
    far.fail(FaultyTier.Operation.FIND, new IOException("unreachable"));
    var item = explain("ask=hello").items().getFirst();

    assertThat(item.lying()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(item.lying())
        .filteredOn(lying -> lying.tier().equals("memory"))
        .allMatch(lying -> lying.entry() == null);
    assertThat(item.lying())
        .filteredOn(lying -> lying.tier().equals("faulty-memory"))
        .allMatch(lying -> "unreachable".equals(lying.trouble()));
    far.heal();
    assertThat(served("ask=hello;form=stream").entry().slot().form().name()).isEqualTo("stream");
    stage.listener.await(Event.TierFailed.class);
  }

  @Test
  void allTimesAreTold() throws Exception {
    stage.times(new Times(Lifetime.DEFAULT).jitter(0));
    keep("ask=hello");
    stage.advance(Duration.ofHours(2));
    var served = served("ask=hello");
    var timing = served.timing();
    var life = Lifetime.DEFAULT;

    assertThat(timing.nowMillis() - timing.bornMillis()).isEqualTo(Duration.ofHours(2).toMillis());
    assertThat(timing.jitterMillis()).isZero();
    assertThat(timing.expiresMillis()).isEqualTo(timing.bornMillis() + life.ttl().toMillis());
    assertThat(timing.freshUntilMillis()).isEqualTo(timing.expiresMillis());
    assertThat(timing.hotUntilMillis()).isNull();
    assertThat(timing.revalidateUntilMillis() - timing.freshUntilMillis())
        .isEqualTo(life.staleWhileRevalidate().toMillis());
    assertThat(timing.errorUntilMillis() - timing.freshUntilMillis())
        .isEqualTo(life.staleIfError().toMillis());
    assertThat(timing.endMillis() - timing.bornMillis()).isEqualTo(life.maxAge().toMillis());
    assertThat(served.freshness())
        .isEqualTo(new Freshness.Fresh(Duration.ofHours(22).toMillis(), false));
  }

  @Test
  void whatIsHotSaysUntilWhen() throws Exception {
    keep("ask=hello");
    for (int i = 0; i < Lifetime.DEFAULT.hotHits(); i++) {
      stage.ask("ask=hello");
    }
    var timing = served("ask=hello").timing();

    assertThat(timing.hotUntilMillis())
        .isEqualTo(timing.nowMillis() + Lifetime.DEFAULT.hotLife().toMillis());
    assertThat(served("ask=hello").entry().hits()).isEqualTo(Lifetime.DEFAULT.hotHits());
  }

  @Test
  void whatTheCallerWantsCounts() throws Exception {
    keep("ask=hello");
    stage.advance(Duration.ofMinutes(10));

    assertThat(served("ask=hello", "Cache-Control", "max-age=60").freshness())
        .isInstanceOf(Freshness.Expired.class);
    assertThat(served("ask=hello", "Cache-Control", "no-cache").freshness())
        .isInstanceOf(Freshness.Expired.class);
    var timing = served("ask=hello", "Cache-Control", "ttl=900").timing();
    assertThat(timing.freshUntilMillis()).isEqualTo(timing.bornMillis() + 900_000);
  }

  @Test
  void tagsThatDoNotHoldAreNamed() throws Exception {
    stage.upstream.expect().reply("one.");
    stage.ask("ask=hello", "Cache-Tag", "a, b");
    stage.cache().invalidate("b");
    var served = served("ask=hello", "Cache-Tag", "a, c");

    assertThat(served.freshness()).isInstanceOf(Freshness.Expired.class);
    assertThat(served.tags())
        .filteredOn(tag -> !tag.holds())
        .extracting(Explanation.TagState::tag)
        .containsExactly("b");
    assertThat(served.missing()).containsExactly("c");
  }

  @Test
  void aCallUnderWayIsTold() throws Exception {
    var script = stage.upstream.expect();
    var waiting = stage.send(3, "ask=hello");
    stage.awaitPassengers(3, "ask=hello");

    assertThat(explain("ask=hello").items().getFirst().aboard()).isEqualTo(3);
    script.reply("one.");
    for (var one : waiting) {
      one.get();
    }
  }

  @Test
  void whatCouldNotBeKeptIsTold() throws Exception {
    stage.upstream.expect().reply("!refusal!.");
    stage.ask("ask=hello");

    assertThat(explain("ask=hello").items().getFirst().turnedDown()).isTrue();
  }

  @Test
  void theKeyIsTakenApartWithoutTheCredential() throws Exception {
    var scope = Scope.credentials(new byte[] {1}, List.of("authorization", "Bearer sk-secret"));
    try (var cache = chats(10)) {
      var request =
          chat(
              "{\"model\":\"m\",\"messages\":[]}",
              "authorization",
              "Bearer sk-secret",
              "OpenAI-Organization",
              "org-1");
      var parts = cache.explain(cache.read(request, scope)).parts();

      assertThat(parts.toString())
          .doesNotContain("sk-secret")
          .contains("scope", scope.id(), "org-1", "dialect", "target", "body");
    }
  }

  @Test
  void aCredentialInTheQueryIsHiddenAndMakesADifferenceAllTheSame() {
    assertThat(Explainer.shown("/v1/x?api-version=1&key=sk-secret&access_token=b&flag"))
        .isEqualTo("/v1/x?api-version=1&key=…&access_token=…&flag");
    assertThat(Explainer.shown("/v1/x")).isEqualTo("/v1/x");
    try (var cache = chats(1)) {
      var one = Shape.of(cache.read(at("/v1/chat/completions?sig=sk-1"), Stage.SCOPE), 7);
      var other = Shape.of(cache.read(at("/v1/chat/completions?sig=sk-2"), Stage.SCOPE), 7);
      assertThat(one).isNotNull();
      assertThat(other).isNotNull();
      var comparison = one.compare(other, 8);

      assertThat(comparison).isNotNull();
      assertThat(comparison.differences()).extracting(Difference::path).containsExactly("target");
      assertThat(comparison.toString()).doesNotContain("sk-1", "sk-2");
    }
  }

  private static Request at(String target) {
    return Request.post(
        "", target, Headers.none(), body("0", "Hello").getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aNearMissSaysWhichFieldDiffers() throws Exception {
    assertThat(differences(body("0.7", "Hello there"), body("0.70000001", "Hello there")))
        .containsExactly(new Difference("temperature", "0.70000001", "0.7"));
    assertThat(differences(body("0.7", "Hello there"), body("0.7", "Hello There")))
        .extracting(Difference::path, Difference::here)
        .containsExactly(
            tuple("messages[0].content", "differs at character 7, a text of 11 characters"));
    assertThat(
            differences(body("0.7", "Hello"), body("0.7", "Hello").replace("\"m\"", "\"other\"")))
        .containsExactly(new Difference("model", "\"other\"", "\"m\""));
    assertThat(
            differences(
                body("0.7", "Hello"), body("0.7", "Hello").replace("{\"model", "{\"n\":2,\"model")))
        .containsExactly(new Difference("n", "2", "not there"));
  }

  @Test
  void whatIsSpelledOtherwiseIsTheSame() throws Exception {
    assertThat(near(body("0.7", "Hello"), body("0.70", "\\u0048ello"))).isEmpty();
    assertThat(near(body("0.7", "Hello"), body("7e-1", "Hello").replace(",", " , "))).isEmpty();
    assertThat(
            near(
                body("0.7", "Hello"),
                body("0.7", "Hello").replace("{\"model", "{\"stream\":true,\"model")))
        .as("what is no part of the key makes no difference")
        .isEmpty();
  }

  @Test
  void inALongTextTheBlockIsTold() throws Exception {
    var text = "x".repeat(10_000);
    int at = 9_000;
    var other = text.substring(0, at) + "y" + text.substring(at + 1);
    var here = differences(body("0.7", text), body("0.7", other)).getFirst().here();

    assertThat(here).matches("differs between characters \\d+ and \\d+, .*");
    var numbers = Pattern.compile("\\d+").matcher(here);
    assertThat(numbers.find()).isTrue();
    int from = Integer.parseInt(numbers.group());
    assertThat(numbers.find()).isTrue();
    int to = Integer.parseInt(numbers.group());
    assertThat(at + 1).isBetween(from, to);
    assertThat(to - from).isLessThan(70);
  }

  @Test
  void eachPlaceOfATextIsFound() {
    var text = "abcdefghij".repeat(500);
    for (int at = 0; at < text.length(); at += 37) {
      var other = text.substring(0, at) + "#" + text.substring(at + 1);
      var place = Print.of(other, 42, 10_000).firstDifference(Print.of(text, 42, 10_000));
      assertThat(at).isBetween(place.from(), place.to());
      assertThat(place.to() - place.from()).isLessThan(at < 2048 ? 2 : 65);
    }
  }

  @Test
  void aLongerTextDiffersWhereTheShorterEnds() {
    var place = Print.of("Hello there", 1, 100).firstDifference(Print.of("Hello", 1, 100));

    assertThat(place).isEqualTo(new Print.Place(5, 5));
  }

  @Test
  void whoseCallItWasIsAPartOfIt() throws Exception {
    try (var cache = chats(10);
        var upstream = new ScriptedUpstream()) {
      fetch(cache, upstream, body("0.7", "Hello"), Scope.tenant("acme"));
      var call = cache.read(chat(body("0.7", "Hello")), Scope.tenant("other"));
      var near = await(cache, call);

      assertThat(near.getFirst().differences())
          .containsExactly(new Difference("scope", "\"tenant:other\"", "\"tenant:acme\""));
    }
  }

  @Test
  void theNearestComesFirstAndNoText() throws Exception {
    try (var cache = chats(10);
        var upstream = new ScriptedUpstream()) {
      fetch(cache, upstream, body("0.7", "What is the secret of life?"), Stage.SCOPE);
      fetch(cache, upstream, body("0.2", "Hello there"), Stage.SCOPE);
      fetch(cache, upstream, body("0.7", "Hello then"), Stage.SCOPE);
      var call = cache.read(chat(body("0.7", "Hello there")), Stage.SCOPE);
      Poll.until("three are seen", () -> nearOf(cache, call).size() == 3);
      var near = nearOf(cache, call);

      assertThat(near.get(0).differences())
          .containsExactly(new Difference("temperature", "0.7", "0.2"));
      assertThat(near.get(1).differences().getFirst().here()).contains("at character 10");
      assertThat(near.toString()).doesNotContain("secret", "Hello");
    }
  }

  @Test
  void onlySoManyAreRemembered() throws Exception {
    try (var cache = chats(2);
        var upstream = new ScriptedUpstream()) {
      for (int i = 0; i < 5; i++) {
        fetch(cache, upstream, body("0.7", "Hello " + i), Stage.SCOPE);
      }
      var call = cache.read(chat(body("0.7", "Hello x")), Stage.SCOPE);
      var last = ((Meaning.Keyed) cache.read(chat(body("0.7", "Hello 4")), Stage.SCOPE).meaning());
      Poll.until(
          "the last is seen",
          () -> nearOf(cache, call).stream().anyMatch(m -> m.key().equals(last.key())));

      assertThat(nearOf(cache, call)).hasSize(2);
    }
  }

  private Explanation explain(String body, String... headers) throws InterruptedException {
    return stage.cache().explain(stage.call(body, headers));
  }

  private Served served(String body, String... headers) throws InterruptedException {
    var served = explain(body, headers).items().getFirst().served();
    assertThat(served).isNotNull();
    return served;
  }

  private void keep(String body) throws Exception {
    stage.upstream.expect().reply("one.");
    stage.ask(body);
  }

  private static List<Difference> differences(String asked, String explained) throws Exception {
    return near(asked, explained).getFirst().differences();
  }

  /** Asks something, and returns what is then said of another thing. */
  private static List<NearMiss> near(String asked, String explained) throws Exception {
    try (var cache = chats(10);
        var upstream = new ScriptedUpstream()) {
      fetch(cache, upstream, asked, Stage.SCOPE);
      var probe = cache.read(chat(body("0", "a probe")), Stage.SCOPE);
      await(cache, probe);
      return nearOf(cache, cache.read(chat(explained), Stage.SCOPE));
    }
  }

  private static List<NearMiss> await(LlmCache cache, Call call) {
    Poll.until("something is near", () -> !nearOf(cache, call).isEmpty());
    return nearOf(cache, call);
  }

  private static List<NearMiss> nearOf(LlmCache cache, Call call) {
    try {
      return cache.explain(call).near();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void fetch(LlmCache cache, ScriptedUpstream upstream, String body, Scope scope)
      throws Exception {
    upstream.expect().reply("{}");
    try (var answer = cache.answer(cache.read(chat(body), scope), upstream)) {
      answer.readAll();
    }
  }

  private static LlmCache chats(int nearMisses) {
    return LlmCache.builder()
        .dialect(OpenAiChat.DIALECT)
        .tier(MemoryTier.ofBytes(1 << 20))
        .nearMisses(nearMisses)
        .build();
  }

  private static Request chat(String body, String... headers) {
    return Request.post(
        "", "/v1/chat/completions", Headers.of(headers), body.getBytes(StandardCharsets.UTF_8));
  }

  private static String body(String temperature, String text) {
    return """
    {"model":"m","temperature":%s,"messages":[{"role":"user","content":"%s"}]}\
    """
        .formatted(temperature, text);
  }
}
