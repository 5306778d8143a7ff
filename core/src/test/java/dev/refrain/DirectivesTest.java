package dev.refrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.refrain.testing.Chance;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers say, however oddly: never read in a sense that serves them more than they want. */
final class DirectivesTest {
  private static final long FOREVER = Integer.MAX_VALUE;

  @RegisterExtension final Chance chance = new Chance();

  @ParameterizedTest
  @MethodSource("fields")
  void isReadAsMeant(String field, Directives expected) {
    assertThat(of(field)).isEqualTo(expected);
  }

  private static Stream<Arguments> fields() {
    return Stream.of(
        arguments("no-cache", flags(true, false, false)),
        arguments("no-store", flags(false, true, false)),
        arguments("only-if-cached", flags(false, false, true)),
        arguments("NO-CACHE, No-Store,only-IF-cached", flags(true, true, true)),
        arguments("no-cache=\"x\"", flags(true, false, false)),
        arguments("max-age=60", limits(60L, null, null, null)),
        arguments("Max-Age=60", limits(60L, null, null, null)),
        arguments("max-stale=60", limits(null, 60L, null, null)),
        arguments("max-stale", limits(null, FOREVER, null, null)),
        arguments("min-fresh=60", limits(null, null, 60L, null)),
        arguments("stale-if-error=60", limits(null, null, null, 60L)),
        arguments("ttl=60", ttl(60)),
        arguments("TTL=\"60\"", ttl(60)),
        arguments("ttl=soon", ttl(0)),
        arguments("ttl", ttl(0)),
        arguments("max-age=1,max-stale=2,min-fresh=3,stale-if-error=4", limits(1L, 2L, 3L, 4L)),

        // Not ours, or nothing.
        arguments("", Directives.NONE),
        arguments(",,  ,", Directives.NONE),
        arguments("no-transform, private, s-maxage=3, xmax-age=3", Directives.NONE),
        arguments("=60", Directives.NONE),

        // Twice: the stricter one.
        arguments("max-age=60, max-age=30, max-age=90", limits(30L, null, null, null)),
        arguments("ttl=60, ttl=30", ttl(30)),
        arguments("max-stale, max-stale=30", limits(null, 30L, null, null)),
        arguments("max-stale=30, max-stale", limits(null, 30L, null, null)),
        arguments("min-fresh=60, min-fresh=30", limits(null, null, 60L, null)),
        arguments("stale-if-error=60, stale-if-error=30", limits(null, null, null, 30L)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "60            | 60",
        "0             | 0",
        "007           | 7",
        "000000000060  | 60",
        "'\"60\"'      | 60",
        "' 60 '        | 60",
        "999999999     | 999999999",
        "2147483647    | 2147483647",
        "2147483648    | 2147483647", // RFC 9111, 1.2.2: what is too large is that, or infinity
        "99999999999999999999 | 2147483647",
      })
  void secondsMayBeWrittenInManyWays(String value, long seconds) {
    assertThat(of("max-age=" + value).maxAge()).hasSeconds(seconds);
    assertThat(of("max-stale=" + value).maxStale()).hasSeconds(seconds);
    assertThat(of("min-fresh=" + value).minFresh()).hasSeconds(seconds);
    assertThat(of("stale-if-error=" + value).staleIfError()).hasSeconds(seconds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "-1", "+60", "1.5", "1e3", "0x10", "sixty", "60s", "6 0", "\"\"", "\"60", "60\"",
        "'60'", "٦٠", "６０", "=60", "\u0000"
      })
  void secondsThatCannotBeReadServeTheLeast(String value) {
    assertThat(of("max-age=" + value).maxAge()).isZero();
    assertThat(of("max-stale=" + value).maxStale()).isZero();
    assertThat(of("min-fresh=" + value).minFresh()).hasSeconds(FOREVER);
    assertThat(of("stale-if-error=" + value).staleIfError()).isZero();
  }

  @Test
  void secondsThatAreMissingServeTheLeast() {
    assertThat(of("max-age, min-fresh, stale-if-error")).isEqualTo(limits(0L, null, FOREVER, 0L));
  }

  @Test
  void allFieldsCountWhateverTheirCase() {
    var headers = Headers.of("cache-control", "no-store", "CACHE-CONTROL", "max-age=60");

    assertThat(Directives.of(headers))
        .isEqualTo(new Directives(false, true, false, seconds(60L), null, null, null, null));
  }

  @ParameterizedTest
  @CsvSource({"no-cache, true", "No-Cache, true", "x, false", "'', false"})
  void pragmaIsForThoseWhoKnowNothingElse(String pragma, boolean noCache) {
    assertThat(Directives.of(Headers.of("Pragma", pragma)).noCache()).isEqualTo(noCache);
    assertThat(Directives.of(Headers.of("Pragma", pragma, "Cache-Control", "")))
        .isEqualTo(Directives.NONE);
  }

  @Test
  void whoSaysNothingWantsNothing() {
    assertThat(Directives.of(Headers.none())).isEqualTo(Directives.NONE);
  }

  @Test
  void nothingThatIsSaidIsTooOddToBeRead() {
    var letters = "max-agestlwicn=\"\\, 0159\t";
    for (int i = 0; i < 20_000; i++) {
      var field = new StringBuilder();
      for (int length = chance.nextInt(40); length > 0; length--) {
        field.append(letters.charAt(chance.nextInt(letters.length())));
      }
      var read = of(field.toString());
      for (var limit : new Duration[] {read.maxAge(), read.minFresh(), read.maxStale()}) {
        assertThat(limit == null || !limit.isNegative()).as(field.toString()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no-cache          | no-store           | no-cache, no-store",
        "no-cache          | only-if-cached     | only-if-cached, no-cache",
        "max-age=3         | max-age=2          | max-age=2",
        "max-age=2         | max-age=3          | max-age=2",
        "max-stale=3       | max-stale=2        | max-stale=2",
        "min-fresh=2       | min-fresh=3        | min-fresh=3",
        "min-fresh=3       | min-fresh=2        | min-fresh=3",
        "stale-if-error=2  | stale-if-error=3   | stale-if-error=2",
        "ttl=3             | ttl=2              | ttl=2",
        "max-age=1,ttl=2   | min-fresh=3        | max-age=1, ttl=2, min-fresh=3",
        "ttl=2             | x                  | ttl=2",
        "x                 | ttl=2              | ttl=2",
      })
  void whatTwoSayIsTheStricterOfEach(String one, String other, String both) {
    assertThat(of(one).and(of(other))).isEqualTo(of(both));
  }

  private static Directives of(String field) {
    return Directives.of(Headers.of("Cache-Control", field));
  }

  private static Directives flags(boolean noCache, boolean noStore, boolean onlyIfCached) {
    return new Directives(noCache, noStore, onlyIfCached, null, null, null, null, null);
  }

  private static Directives limits(
      @Nullable Long maxAge,
      @Nullable Long maxStale,
      @Nullable Long minFresh,
      @Nullable Long staleIfError) {
    return new Directives(
        false,
        false,
        false,
        seconds(maxAge),
        seconds(maxStale),
        seconds(minFresh),
        seconds(staleIfError),
        null);
  }

  private static Directives ttl(long seconds) {
    return new Directives(false, false, false, null, null, null, null, Duration.ofSeconds(seconds));
  }

  private static @Nullable Duration seconds(@Nullable Long seconds) {
    return (seconds == null) ? null : Duration.ofSeconds(seconds);
  }
}
