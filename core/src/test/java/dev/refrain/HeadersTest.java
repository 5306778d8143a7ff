package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Header fields, and which of them are true again when a reply is replayed. */
final class HeadersTest {
  private static final Headers SOME = Headers.of("Accept", "a", "X-Y", "1", "ACCEPT", "b");

  @Test
  void namesAreComparedWithoutRegardToCase() {
    assertThat(SOME.get("accept")).isEqualTo("a");
    assertThat(SOME.all("aCCept")).containsExactly("a", "b");
    assertThat(SOME.get("none")).isNull();
    assertThat(SOME.all("none")).isEmpty();
  }

  @Test
  void theOrderIsKept() {
    var shown = new ArrayList<String>();
    SOME.forEach((name, value) -> shown.add(name + "=" + value));

    assertThat(shown).containsExactly("Accept=a", "X-Y=1", "ACCEPT=b");
  }

  @Test
  void aHeaderCanBeSetToOneValueAlone() {
    assertThat(SOME.with("accept", "c")).isEqualTo(Headers.of("X-Y", "1", "accept", "c"));
    assertThat(Headers.none().with("a", "b")).isEqualTo(Headers.of("a", "b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "+1", " 1", "1, 1", "0x1", "\u0661", "1234567890123456789"})
  void whatIsNoNumberIsNotKnownAsOne(String text) {
    assertThat(Headers.of("Content-Length", text).number("content-length")).isEqualTo(-1);
  }

  @Test
  void aNumberIsKnownIfItIsSaid() {
    assertThat(Headers.of("Content-Length", "2048").number("content-length")).isEqualTo(2048);
    assertThat(Headers.none().number("content-length")).isEqualTo(-1);
  }

  @Test
  void headersCanBeLeftOut() {
    assertThat(SOME.without(Set.of("accept"))).isEqualTo(Headers.of("X-Y", "1"));
    assertThat(SOME.without(Set.of("none"))).isEqualTo(SOME);
    assertThat(SOME.only(name -> false)).isEqualTo(Headers.none());
    assertThat(SOME.only("x-y"::equals)).isEqualTo(Headers.of("X-Y", "1"));
  }

  @Test
  void nobodyCanChangeThemFromOutside() {
    var parts = new String[] {"a", "b"};
    var headers = Headers.of(parts);
    parts[1] = "c";
    headers.all("a").add("d");
    headers.with("a", "e");

    assertThat(headers).isEqualTo(Headers.of("a", "b"));
  }

  @Test
  void aNameNeedsAValue() {
    assertThatThrownBy(() -> Headers.of("a")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Headers.of(List.of("a", "b", "c")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theirTextShowsNoValues() {
    assertThat(Headers.of("Authorization", "Bearer sk-123", "X-Y", "1"))
        .hasToString("[Authorization, X-Y]");
  }

  @Test
  void theirLengthCountsNamesAndValues() {
    assertThat(SOME.length()).isEqualTo(18);
    assertThat(Headers.none().length()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection",
        "Content-Length",
        "Keep-Alive",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Via",
        "Proxy-Authenticate",
        "Age",
        "Date",
        "ETag",
        "Expires",
        "Last-Modified",
        "Cache-Control",
        "Cache-Status",
        "Pragma",
        "Vary",
        "Set-Cookie",
        "Retry-After",
        "retry-after-ms",
        "WWW-Authenticate",
        "Server",
        "Server-Timing",
        "Alt-Svc",
        "Strict-Transport-Security",
        "OpenAI-Processing-Ms",
        "x-envoy-upstream-service-time",
        "CF-RAY",
        "cf-cache-status",
        "x-ratelimit-remaining-tokens",
        "X-RateLimit-Reset",
        "anthropic-ratelimit-requests-limit",
        "x-rate-limit-limit"
      })
  void whatWasTrueOnceIsNotReplayed(String name) {
    assertThat(ReplayedHeaders.of(Headers.of("Content-Type", "text/plain", name, "x")))
        .isEqualTo(Headers.of("Content-Type", "text/plain"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type",
        "Content-Language",
        "x-request-id",
        "openai-version",
        "OpenAI-Model",
        "openai-organization",
        "anthropic-organization-id",
        "request-id",
        "x-custom"
      })
  void whatIsTrueOfTheAnswerIsReplayed(String name) {
    assertThat(ReplayedHeaders.of(Headers.of(name, "x"))).isEqualTo(Headers.of(name, "x"));
  }

  @Test
  void whatIsNamedAsOfTheConnectionIsNotReplayed() {
    var headers =
        Headers.of(
            "X-Hop",
            "1",
            "Connection",
            "close, x-hop",
            "Connection",
            "X-Other",
            "x-other",
            "2",
            "X-End",
            "3");

    assertThat(ReplayedHeaders.of(headers)).isEqualTo(Headers.of("X-End", "3"));
  }
}
