package dev.refrain;

import static dev.refrain.Times.HOUR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.refrain.Freshness.Expired;
import dev.refrain.Freshness.Fresh;
import dev.refrain.Freshness.Sight;
import dev.refrain.Freshness.Stale;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** All that decides whether an entry may be served, each to the millisecond. */
final class FreshnessTest {
  private static final long BORN = 1_700_000_000_000L;
  private static final long TTL = HOUR.toMillis();
  private static final double NO_LUCK = 1; // nothing is refreshed early
  private static final Times TIMES = Times.PLAIN.stale(Duration.ofMinutes(10), Duration.ofHours(2));

  @ParameterizedTest
  @MethodSource("directivesAndAges")
  void isServedAsLongAsLifetimeAndCallerAllow(
      String directives, long ageMillis, Freshness expected) {
    assertThat(at(ageMillis).saying(directives).freshness()).isEqualTo(expected);
  }

  /** A ttl of 3600 s, then 600 s while revalidating, and 7200 s if upstream fails. */
  private static Stream<Arguments> directivesAndAges() {
    return Stream.of(
        // Nothing said.
        arguments("", 0, fresh(TTL)),
        arguments("", TTL - 1, fresh(1)),
        arguments("", TTL, mayServe(0)),
        arguments("", TTL + 600_000, mayServe(600_000)),
        arguments("", TTL + 600_001, mayFallBack(600_001)),
        arguments("", TTL + 7_200_000, mayFallBack(7_200_000)),
        arguments("", TTL + 7_200_001, new Expired()),

        // no-cache wants a new answer, whatever else is said.
        arguments("no-cache", 0, new Expired()),
        arguments("no-cache, max-stale", TTL, new Expired()),
        arguments("no-cache, stale-if-error=60", TTL, new Expired()),

        // ttl: as long as that and no longer, be it less or more than the operator says.
        arguments("ttl=0", 0, new Expired()),
        arguments("ttl=60", 0, fresh(60_000)),
        arguments("ttl=60", 59_999, fresh(1)),
        arguments("ttl=60", 60_000, new Expired()),
        arguments("ttl=7200", TTL, fresh(TTL)),
        arguments("ttl=7200", 2 * TTL, new Expired()),
        arguments("ttl=60, max-age=30", 0, fresh(30_000)),
        arguments("ttl=60, max-stale=30", 60_000, mayServe(0)),
        arguments("ttl=60, stale-if-error=30", 90_000, mayFallBack(30_000)),

        // max-age: not older than that, and nothing stale.
        arguments("max-age=0", 0, fresh(0)),
        arguments("max-age=0", 1, new Expired()),
        arguments("max-age=60", 60_000, fresh(0)),
        arguments("max-age=60", 60_001, new Expired()),
        arguments("max-age=7200", TTL - 1, fresh(1)),
        arguments("max-age=7200", TTL, new Expired()),
        arguments("max-age=7200", TTL + 1, new Expired()),

        // min-fresh: fresh for so long still, and nothing stale.
        arguments("min-fresh=60", TTL - 60_000, fresh(0)),
        arguments("min-fresh=60", TTL - 59_999, new Expired()),
        arguments("min-fresh=3600", 0, fresh(0)),
        arguments("min-fresh=3601", 0, new Expired()),
        arguments("min-fresh=0", TTL - 1, fresh(1)),
        arguments("min-fresh=0", TTL, new Expired()),

        // max-stale: stale, but not more than that.
        arguments("max-stale=60", TTL - 1, fresh(1)),
        arguments("max-stale=60", TTL + 60_000, mayServe(60_000)),
        arguments("max-stale=660", TTL + 660_000, mayServe(660_000)),
        arguments("max-stale=660", TTL + 660_001, mayFallBack(660_001)),
        arguments("max-stale", TTL + 99_999_999, mayServe(99_999_999)),
        arguments("max-stale=0", TTL + 1, mayServe(1)), // the operator allows as much as that

        // max-stale together with max-age or min-fresh: by how much each may be missed.
        arguments("max-age=60, max-stale=60", 120_000, mayServe(60_000)),
        arguments("max-age=60, max-stale=60", 120_001, new Expired()),
        arguments("min-fresh=60, max-stale=60", TTL, mayServe(60_000)),
        arguments("min-fresh=60, max-stale=60", TTL + 1, new Expired()),
        arguments("max-age=60, max-stale", TTL + 1, mayServe(TTL - 59_999)),

        // stale-if-error: an old answer is better than none.
        arguments("stale-if-error=60", TTL + 60_000, mayServe(60_000)),
        arguments("stale-if-error=7201", TTL + 7_201_000, mayFallBack(7_201_000)),
        arguments("stale-if-error=7201", TTL + 7_201_001, new Expired()),
        arguments("max-age=60, stale-if-error=60", 120_000, mayFallBack(60_000)),
        arguments("max-age=60, stale-if-error=60", 120_001, new Expired()),

        // no-store and only-if-cached are others' affair.
        arguments("no-store", TTL - 1, fresh(1)),
        arguments("only-if-cached", TTL, mayServe(0)));
  }

  private static Fresh fresh(long leftMillis) {
    return new Fresh(leftMillis, false);
  }

  private static Stale mayServe(long staleMillis) {
    return new Stale(-staleMillis, true, true);
  }

  private static Stale mayFallBack(long staleMillis) {
    return new Stale(-staleMillis, false, true);
  }

  @Test
  void whatIsInvalidIsExpired() {
    assertThat(at(0).invalid().freshness()).isEqualTo(new Expired());
    assertThat(at(0).invalid().saying("max-stale").freshness()).isEqualTo(new Expired());
  }

  @Test
  void nothingIsServedBeyondItsGreatestAge() {
    var times = TIMES.maxAge(Duration.ofHours(2));

    assertThat(at(2 * TTL).times(times).saying("max-stale").freshness()).isEqualTo(mayServe(TTL));
    assertThat(at(2 * TTL + 1).times(times).saying("max-stale").freshness())
        .isEqualTo(new Expired());
  }

  @Test
  void nothingIsFreshBeyondItsGreatestAge() {
    var times = TIMES.maxAge(Duration.ofMinutes(30));

    assertThat(at(TTL / 2 - 1).times(times).freshness()).isEqualTo(fresh(1));
    assertThat(at(TTL / 2).times(times).freshness()).isEqualTo(mayServe(0));
    assertThat(at(TTL / 2 + 1).times(times).freshness()).isEqualTo(new Expired());
  }

  @Test
  void withoutStalenessAllowedThereIsNone() {
    assertThat(at(TTL - 1).times(Times.PLAIN).freshness()).isEqualTo(fresh(1));
    assertThat(at(TTL + 1).times(Times.PLAIN).freshness()).isEqualTo(new Expired());
  }

  @ParameterizedTest
  @CsvSource({
    // last hit, age: how long it is still fresh
    "0,       0,        21600000", // just hit
    "0,       21599999, 1",
    "3599999, 3600000,  21599999", // beyond the ttl, on the strength of its hits
    "3599999, 25199998, 1",
  })
  void aHotEntryIsFreshFromItsLastHit(long hitMillis, long ageMillis, long leftMillis) {
    var times = TIMES.hot(1, HOUR, Duration.ofHours(6));

    assertThat(at(ageMillis).times(times).hotAt(hitMillis).freshness())
        .isEqualTo(fresh(leftMillis));
    assertThat(at(hitMillis + 21_600_000).times(times).hotAt(hitMillis).freshness())
        .isEqualTo(mayServe(0));
  }

  @Test
  void heatNeverShortensALife() {
    var times = TIMES.hot(1, HOUR, Duration.ofMinutes(1));

    assertThat(at(120_000).times(times).hotAt(0).freshness()).isEqualTo(fresh(TTL - 120_000));
  }

  @Test
  void heatNeverKeepsAnEntryBeyondItsGreatestAge() {
    var times = TIMES.hot(1, HOUR, Duration.ofHours(6)).maxAge(Duration.ofHours(2));

    assertThat(at(2 * TTL - 1).times(times).hotAt(2 * TTL - 1).freshness()).isEqualTo(fresh(1));
    assertThat(at(2 * TTL + 1).times(times).hotAt(2 * TTL).freshness()).isEqualTo(new Expired());
  }

  @Test
  void aClockThatWasSetBackMakesNothingYoungerThanJustBorn() {
    assertThat(at(-86_400_000).freshness()).isEqualTo(fresh(TTL));
    assertThat(at(-86_400_000).saying("max-age=0").freshness()).isEqualTo(fresh(0));
    assertThat(at(-1).saying("min-fresh=3601").freshness()).isEqualTo(new Expired());
  }

  @Test
  void jitterStaysWithinItsBoundsAndIsSpreadEvenly() {
    var lives =
        IntStream.range(0, 100_000)
            .mapToLong(i -> lifeMillis(digestLike(i), BORN + i, 0.05))
            .summaryStatistics();

    assertThat(lives.getMin()).isBetween(3_420_000L, 3_420_100L); // 95 % of the ttl
    assertThat(lives.getMax()).isBetween(3_779_900L, 3_780_000L); // 105 %
    assertThat(lives.getAverage()).isBetween(3_598_000.0, 3_602_000.0);
  }

  @Test
  void jitterSpreadsEvenWhatIsBornTogetherOrHasOneKey() {
    var bornTogether = lives(i -> lifeMillis(digestLike(i), BORN, 0.05));
    var ofOneKey = lives(i -> lifeMillis(42, BORN + i, 0.05));
    for (var lives : new long[][] {bornTogether, ofOneKey}) {
      for (int tenth = 0; tenth < 10; tenth++) {
        long from = 3_420_000 + tenth * 36_000L;
        assertThat(IntStream.range(0, lives.length).filter(i -> within(lives[i], from)).count())
            .isBetween(800L, 1_200L);
      }
    }
  }

  private static long digestLike(int number) {
    return new SplittableRandom(number).nextLong();
  }

  private static long[] lives(IntToLongFunction life) {
    return IntStream.range(0, 10_000).mapToLong(life).toArray();
  }

  private static boolean within(long life, long from) {
    return from <= life && life < from + 36_000;
  }

  @Test
  void nobodyTakesForFreshWhatWasFetchedForAShorterTime() {
    var minute = Duration.ofMinutes(1);
    var times = TIMES.hot(1, HOUR, HOUR);

    assertThat(at(59_999).ttlMax(minute).freshness()).isEqualTo(fresh(1));
    assertThat(at(60_000).ttlMax(minute).freshness()).isEqualTo(mayServe(0));
    assertThat(at(60_000).ttlMax(minute).times(times).hotAt(59_999).freshness())
        .isEqualTo(mayServe(0));
    assertThat(at(60_000).ttlMax(minute).saying("ttl=90").freshness()).isEqualTo(new Expired());
    assertThat(at(TTL - 1).ttlMax(HOUR.multipliedBy(2)).freshness()).isEqualTo(fresh(1));
  }

  @Test
  void aTtlThatACallerNamesHasNoJitterAndIsNotProlongedByHits() {
    var times = TIMES.hot(1, HOUR, HOUR).jitter(1);

    assertThat(at(60_000).times(times).hotAt(59_999).saying("ttl=60").freshness())
        .isEqualTo(new Expired());
    assertThat(at(0).times(times).saying("ttl=60").freshness()).isEqualTo(fresh(60_000));
  }

  @Test
  void noTtlLastsLongerThanTheGreatestAge() {
    var times = TIMES.maxAge(Duration.ofMinutes(90));

    assertThat(at(0).times(times).saying("ttl=999999").freshness()).isEqualTo(fresh(5_400_000));
    assertThat(at(5_400_001).times(times).saying("ttl=999999").freshness())
        .isEqualTo(new Expired());
  }

  @Test
  void jitterIsTheSameEachTime() {
    assertThat(lifeMillis(42, BORN, 0.05)).isEqualTo(lifeMillis(42, BORN, 0.05));
    assertThat(lifeMillis(42, BORN, 0)).isEqualTo(TTL);
  }

  private static long lifeMillis(long key, long bornMillis, double jitter) {
    var recording = new Recordings().key(new Key(1, key, 3, 4)).bornMillis(bornMillis).recording();
    var sight =
        new Sight(
            recording,
            Heat.NEVER,
            true,
            Directives.NONE,
            TIMES.jitter(jitter).lifetime(),
            bornMillis,
            NO_LUCK);
    return ((Fresh) sight.freshness()).leftMillis();
  }

  @ParameterizedTest
  @CsvSource({
    // luck, eagerness, left of its life: whether it is refreshed early. The call took 60 s.
    "0.36787944117, 1,   60000, true", // 1/e: as long before its end as the call takes
    "0.36787944118, 1,   60001, false",
    "0.13533528323, 1,  120000, true", // 1/e²
    "0.13533528324, 1,  120001, false",
    "0.36787944117, 2,  120000, true",
    "0.36787944118, 0.5, 30001, false",
    "1,             1,       1, false", // the greatest luck
    "1e-300,        0,       1, false", // never
  })
  void aHotEntryIsRefreshedEarlyTheSoonerTheDearerItIs(
      double luck, double eagerness, long leftMillis, boolean early) {
    var times = TIMES.hot(1, HOUR, HOUR).early(eagerness);
    long age = TTL - leftMillis;
    var seen = at(age).times(times).hotAt(0).luck(luck).freshness();

    assertThat(seen).isEqualTo(new Fresh(leftMillis, early));
  }

  @Test
  void earlyRefreshesAreAsLikelyAsTheRuleSays() {
    var times = TIMES.hot(1, HOUR, HOUR).early(1);
    long early =
        DoubleStream.iterate(0.00005, luck -> luck < 1, luck -> luck + 0.0001)
            .filter(luck -> isEarly(at(TTL - 60_000).times(times).hotAt(0).luck(luck)))
            .count();

    assertThat(early).isBetween(3_670L, 3_690L); // e^-1 of 10 000
  }

  @Test
  void onlyWhatIsHotIsRefreshedEarly() {
    var times = TIMES.hot(1, HOUR, Duration.ofMinutes(10)).early(1);

    assertThat(isEarly(at(TTL - 1).times(times).luck(1e-9))).isFalse();
    assertThat(isEarly(at(TTL - 1).times(times).hotAt(TTL - 600_002).luck(1e-9))).isFalse();
    assertThat(isEarly(at(TTL - 1).times(times).hotAt(TTL - 600_000).luck(1e-9))).isTrue();
  }

  @Test
  void aWishForYouthDoesNotHastenARefresh() {
    var times = TIMES.hot(1, HOUR, HOUR).early(1);
    var seen = at(1_000).times(times).hotAt(0).luck(0.5).saying("max-age=1").freshness();

    assertThat(seen).isEqualTo(new Fresh(0, false));
  }

  private static boolean isEarly(Looking looking) {
    return ((Fresh) looking.freshness()).refreshEarly();
  }

  private static Looking at(long ageMillis) {
    return new Looking(ageMillis);
  }

  /** One look at an entry of a certain age, whose call took a minute. */
  private static final class Looking {
    private final long ageMillis;
    private Times times = TIMES;
    private Directives directives = Directives.NONE;
    private long lastHotHitMillis = Heat.NEVER;
    private boolean valid = true;
    private double luck = NO_LUCK;
    private @Nullable Duration ttlMax;

    Looking(long ageMillis) {
      this.ageMillis = ageMillis;
    }

    Looking saying(String cacheControl) {
      directives = Directives.of(Headers.of("Cache-Control", cacheControl));
      return this;
    }

    Looking ttlMax(Duration time) {
      ttlMax = time;
      return this;
    }

    Looking times(Times other) {
      times = other;
      return this;
    }

    Looking hotAt(long hitAgeMillis) {
      lastHotHitMillis = BORN + hitAgeMillis;
      return this;
    }

    Looking invalid() {
      valid = false;
      return this;
    }

    Looking luck(double chosen) {
      luck = chosen;
      return this;
    }

    Freshness freshness() {
      var recording =
          new Recordings().bornMillis(BORN).tookMillis(60_000).ttlMax(ttlMax).recording();
      return new Sight(
              recording,
              lastHotHitMillis,
              valid,
              directives,
              times.lifetime(),
              BORN + ageMillis,
              luck)
          .freshness();
    }
  }
}
