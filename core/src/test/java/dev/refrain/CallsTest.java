package dev.refrain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Meaning.Keyed;
import dev.refrain.Meaning.Unkeyed;
import dev.refrain.testing.PlainDialect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes into a key, and what does not. */
final class CallsTest {
  private static final int BODY_BYTES_MAX = 1 << 20;
  private static final int MEMO_BODY_BYTES_MAX = 64 << 10;

  private final PlainDialect dialect = new PlainDialect();
  private final Calls calls = calls(Routes.BY_REQUEST);

  private Calls calls(Routes routes) {
    return new Calls(List.of(dialect), routes, BODY_BYTES_MAX);
  }

  @Test
  void eachPartOfACallThatDecidesItsAnswerChangesTheKey() {
    var keys = new HashMap<Key, String>();
    variants()
        .forEach((what, key) -> assertThat(keys.put(key, what)).as(what + " changes it").isNull());
  }

  private Map<String, Key> variants() {
    var variants = new HashMap<String, Key>();
    variants.put("plain", key(PlainDialect.request("ask=hello")));
    variants.put("body", key(PlainDialect.request("ask=hello ")));
    variants.put("model", key(PlainDialect.request("ask=hello;model=other")));
    variants.put("unknown field", key(PlainDialect.request("ask=hello;x=y")));
    variants.put("namespace", key(PlainDialect.request("ask=hello", "Refrain-Namespace", "v1")));
    variants.put("header", key(PlainDialect.request("ask=hello", "Plain-Version", "1")));
    variants.put("its value", key(PlainDialect.request("ask=hello", "Plain-Version", "2")));
    variants.put("empty header", key(PlainDialect.request("ask=hello", "Plain-Version", "")));
    variants.put("other header", key(PlainDialect.request("ask=hello", "Plain-Beta", "1")));
    variants.put(
        "both headers",
        key(PlainDialect.request("ask=hello", "Plain-Version", "1", "Plain-Beta", "1")));
    variants.put(
        "header twice",
        key(PlainDialect.request("ask=hello", "Plain-Version", "1", "Plain-Version", "1")));
    variants.put(
        "scope", key(calls.read(PlainDialect.request("ask=hello"), Scope.tenant("other"))));
    variants.put("upstream", key(of("other", "POST", "/plain")));
    variants.put("target", key(of("parrot", "POST", "/plain/v2")));
    variants.put("query", key(of("parrot", "POST", "/plain?api-version=1")));
    variants.put("another query", key(of("parrot", "POST", "/plain?api-version=2")));
    variants.put(
        "route",
        key(calls((request, model) -> "routed").read(of("parrot", "POST", "/plain"), Stage.SCOPE)));
    return variants;
  }

  private static Request of(String upstream, String method, String target) {
    return Request.of(upstream, method, target, Headers.none(), "ask=hello".getBytes(UTF_8));
  }

  @Test
  void theMethodChangesTheKey() {
    var both = new Calls(List.of(new AnyMethod(dialect)), Routes.BY_REQUEST, BODY_BYTES_MAX);

    assertThat(key(both.read(of("parrot", "POST", "/plain"), Stage.SCOPE)))
        .isNotEqualTo(key(both.read(of("parrot", "PUT", "/plain"), Stage.SCOPE)));
  }

  @Test
  void theDialectChangesTheKey() {
    var other = new Calls(List.of(new AnyMethod(dialect)), Routes.BY_REQUEST, BODY_BYTES_MAX);

    assertThat(key(other.read(PlainDialect.request("ask=hello"), Stage.SCOPE)))
        .isNotEqualTo(key(PlainDialect.request("ask=hello")));
  }

  @Test
  void whatDoesNotDecideTheAnswerDoesNotChangeTheKey() {
    var key = key(PlainDialect.request("ask=hello;model=polly"));

    assertThat(key(PlainDialect.request("model=polly;ask=hello"))).isEqualTo(key);
    assertThat(key(PlainDialect.request("ask=hello;model=polly;form=stream"))).isEqualTo(key);
    for (var header :
        List.of("Authorization", "Cache-Tag", "Cache-Control", "User-Agent", "X-Trace-Id")) {
      assertThat(key(PlainDialect.request("ask=hello;model=polly", header, "x"))).isEqualTo(key);
    }
    assertThat(
            key(
                PlainDialect.request(
                    "ask=hello;model=polly", "PLAIN-version", "1", "plain-BETA", "2")))
        .isEqualTo(
            key(
                PlainDialect.request(
                    "ask=hello;model=polly", "plain-beta", "2", "plain-version", "1")));
  }

  @Test
  void aFormIsToldApartBesideTheKey() {
    var whole = (Keyed) read(PlainDialect.request("ask=hello")).meaning();
    var stream = (Keyed) read(PlainDialect.request("ask=hello;form=stream")).meaning();

    assertThat(whole.slot()).isEqualTo(new Slot(whole.key(), Form.WHOLE));
    assertThat(stream.slot()).isEqualTo(new Slot(whole.key(), PlainDialect.STREAM));
  }

  @Test
  void identicalBytesAreReadOnce() {
    var first = read(PlainDialect.request("ask=hello"));
    var second = read(PlainDialect.request("ask=hello"));

    assertThat(second.meaning()).isEqualTo(first.meaning());
    assertThat(dialect.reads()).isOne();
  }

  @Test
  void whatIsRememberedIsWhatWouldHaveBeenRead() {
    var fresh =
        variantRequests().stream()
            .collect(
                Collectors.toMap(
                    r -> r, r -> calls(Routes.BY_REQUEST).read(r, Stage.SCOPE).meaning()));
    for (int round = 0; round < 2; round++) { // from the memo, the second time
      fresh.forEach((request, meaning) -> assertThat(read(request).meaning()).isEqualTo(meaning));
    }
  }

  private static List<Request> variantRequests() {
    return List.of(
        PlainDialect.request("ask=hello"),
        PlainDialect.request("ask=hello;form=stream"),
        PlainDialect.request("form=stream;ask=hello"),
        PlainDialect.request("ask=hello;model=other"),
        PlainDialect.request("ask=hello", "Refrain-Namespace", "v1"),
        PlainDialect.request("ask=hello", "Plain-Version", "1"),
        PlainDialect.request("ask=hello;objection=tools"),
        of("other", "POST", "/plain"),
        of("parrot", "POST", "/plain/v2"),
        of("parrot", "POST", "/plain?x"));
  }

  @Test
  void aRouteThatGoesByAHeaderIsNotRememberedForOthers() {
    var routed = calls((request, model) -> request.headers().get("X-Region") == null ? "us" : "eu");
    var us = routed.read(PlainDialect.request("ask=hello"), Stage.SCOPE);
    var eu = routed.read(PlainDialect.request("ask=hello", "X-Region", "eu"), Stage.SCOPE);

    assertThat(us.meaning().upstream()).isEqualTo("us");
    assertThat(eu.meaning().upstream()).isEqualTo("eu");
    assertThat(key(eu)).isNotEqualTo(key(us));
  }

  @Test
  void aRouteMayGoByTheModel() {
    var routed = calls((request, model) -> "for " + model);

    assertThat(routed.read(PlainDialect.request("model=polly"), Stage.SCOPE).meaning().upstream())
        .isEqualTo("for polly");
    assertThat(routed.read(PlainDialect.request("nonsense"), Stage.SCOPE).meaning().upstream())
        .isEqualTo("for ");
  }

  @Test
  void largeBodiesAreReadEachTimeAndVeryLargeOnesNotAtAll() {
    var large = PlainDialect.request("ask=" + "x".repeat(MEMO_BODY_BYTES_MAX));
    assertThat(key(large)).isEqualTo(key(large));
    assertThat(dialect.reads()).isEqualTo(2);

    assertReason(PlainDialect.request("ask=" + "x".repeat(BODY_BYTES_MAX)), Reason.BODY_TOO_LARGE);
    assertThat(dialect.reads()).isEqualTo(2);
    var largest = PlainDialect.request("ask=" + "x".repeat(BODY_BYTES_MAX - "ask=".length()));
    assertThat(read(largest).meaning()).isInstanceOf(Keyed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "ask=hello;ask=goodbye", "\u0000"})
  void whatCannotBeReadWithoutDoubtHasNoKey(String body) {
    for (int i = 0; i < 2; i++) {
      assertReason(PlainDialect.request(body), Reason.UNPARSABLE);
    }
  }

  @Test
  void whatNoDialectSpeaksHasNoKey() {
    assertReason(of("parrot", "GET", "/plain"), Reason.ENDPOINT);
    assertReason(of("parrot", "POST", "/else"), Reason.ENDPOINT);
    assertReason(of("parrot", "POST", "/else?/plain"), Reason.ENDPOINT);
  }

  @Test
  void tagsAreListedOnceEach() {
    var call =
        read(PlainDialect.request("ask=hello", "Cache-Tag", " a, b ,,a,", "cache-tag", "c,b"));

    assertThat(call.tags()).containsExactly("a", "b", "c");
  }

  @Test
  void thereMayBeSoManyTagsAndNoMore() {
    assertThat(read(tagged(numbered(64))).tags()).hasSize(64);
    assertThat(read(tagged(numbered(64) + ", ")).tags()).hasSize(64);
    assertThat(read(tagged(numbered(64) + ",tag1,")).tags()).hasSize(64);
    assertReason(tagged(numbered(65)), Reason.TAGS);
    assertReason(
        PlainDialect.request("ask=a", "Cache-Tag", numbered(64), "Cache-Tag", "x"), Reason.TAGS);
  }

  @Test
  void aTagMayBeSoLongAndNoLonger() {
    assertThat(read(tagged("x".repeat(256))).tags()).hasSize(1);
    assertReason(tagged("x".repeat(257)), Reason.TAGS);
    assertReason(
        PlainDialect.request("ask=hello", "Refrain-Namespace", "x".repeat(257)), Reason.TAGS);
  }

  private static Request tagged(String tags) {
    return PlainDialect.request("ask=hello", "Cache-Tag", tags);
  }

  private static String numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> "tag" + i).collect(Collectors.joining(","));
  }

  @Test
  void readingNeverFails() {
    var panics = new Calls(List.of(new AnyMethod(dialect)), Routes.BY_REQUEST, BODY_BYTES_MAX);
    var call = panics.read(PlainDialect.request("panic=now"), Stage.SCOPE);

    assertThat(call.meaning()).isEqualTo(new Unkeyed("parrot", Reason.UNPARSABLE));
  }

  private void assertReason(Request request, Reason reason) {
    assertThat(read(request).meaning()).isEqualTo(new Unkeyed(request.upstream(), reason));
  }

  private Call read(Request request) {
    return calls.read(request, Stage.SCOPE);
  }

  private Key key(Request request) {
    return key(read(request));
  }

  private static Key key(Call call) {
    return ((Keyed) call.meaning()).key();
  }

  /** Speaks whatever method, and has a bug. */
  private record AnyMethod(PlainDialect plain) implements Dialect {
    @Override
    public String name() {
      return "any";
    }

    @Override
    public boolean speaks(String method, String path) {
      return true;
    }

    @Override
    public List<String> decidingHeaders() {
      return List.of();
    }

    @Override
    public Reading read(Request request) {
      if (new String(request.body(), UTF_8).startsWith("panic")) {
        throw new IndexOutOfBoundsException("a bug in the dialect");
      }
      return plain.read(request);
    }

    @Override
    public @Nullable Prompt prompt(Request request) {
      return plain.prompt(request);
    }

    @Override
    public boolean expects(Facts asked, String mediaType) {
      return plain.expects(asked, mediaType);
    }

    @Override
    public Verdict judge(Facts asked, Recording reply) {
      return plain.judge(asked, reply);
    }

    @Override
    public Recording convert(Recording recording, Form form) {
      return plain.convert(recording, form);
    }

    @Override
    public byte[] error(int status, String code, String message) {
      return plain.error(status, code, message);
    }
  }
}
