package dev.refrain.gateway.figures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.CacheFigures;
import dev.refrain.CacheFigures.Air;
import dev.refrain.Usage;
import dev.refrain.gateway.figures.Figures.Sources;
import dev.refrain.gateway.figures.Totals.Tokens;
import dev.refrain.testing.MovableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was saved outlasts the process, and days end at midnight. */
final class SavingsTest {
  private static final Price PRICE = new Price(2_000_000, 8_000_000);
  private static final LocalDate TODAY = LocalDate.of(2026, 3, 1);

  @TempDir Path directory;
  private final Account account = new Account();

  private Savings savings() {
    return new Savings(new SavingsFile(directory).read(TODAY), account::totals);
  }

  private void save(int hits) {
    for (int i = 0; i < hits; i++) {
      account.count(Result.REPLAYED);
      account.save(new Usage(10, 5), PRICE, i % 2 == 1);
      account.saveTime(250);
    }
  }

  private static Instant at(int day) {
    return Instant.parse("2026-03-01T12:00:00Z").plus(Duration.ofDays(day - 1L));
  }

  @Test
  void aNewProcessGoesOnWhereTheLastOneEnded() {
    var first = savings();
    save(3);
    account.spend(new Usage(7, 1), PRICE, false);
    new SavingsFile(directory).write(first.periods(at(1)));

    var second = new Savings(new SavingsFile(directory).read(TODAY), () -> Totals.NONE);
    var ever = second.periods(at(1)).ever().totals();
    assertThat(ever.calls()).isEqualTo(3);
    assertThat(ever.tokensSaved()).isEqualTo(new Tokens(30, 15, 15));
    assertThat(ever.tokensSpent()).isEqualTo(new Tokens(7, 1, 0));
    assertThat(ever.nanosSaved()).isEqualTo(3 * (10 * 2_000 + 5 * 8_000));
    assertThat(ever.millisSaved()).isEqualTo(750);
    assertThat(second.periods(at(1)).today().totals()).isEqualTo(ever);
    assertThat(second.periods(at(1))).isEqualTo(first.periods(at(1)));
  }

  @Test
  void aNewDayBeginsWithNothing() {
    var savings = savings();
    save(2);
    assertThat(savings.periods(at(1)).today().totals().calls()).isEqualTo(2);
    assertThat(savings.periods(at(2)).today().totals()).isEqualTo(Totals.NONE);
    save(1);
    var periods = savings.periods(at(2));
    assertThat(periods.today().totals().calls()).isEqualTo(1);
    assertThat(periods.today().since()).isEqualTo(TODAY.plusDays(1));
    assertThat(periods.ever().totals().calls()).isEqualTo(3);
    assertThat(periods.ever().since()).isEqualTo(TODAY);
  }

  @Test
  void aRestartOnTheNextDayCountsTodayAnew() {
    var first = savings();
    save(2);
    new SavingsFile(directory).write(first.periods(at(1)));

    var next = new Savings(new SavingsFile(directory).read(TODAY), () -> Totals.NONE);
    assertThat(next.periods(at(2)).today().totals()).isEqualTo(Totals.NONE);
    assertThat(next.periods(at(2)).ever().totals().calls()).isEqualTo(2);
  }

  @Test
  void aDamagedFileIsSetAside() throws Exception {
    var file = directory.resolve("figures.json");
    Files.writeString(file, "{\"version\":1,\"ever\":{\"since\":\"2026-01-0");
    assertThat(savings().periods(at(1)).ever().totals()).isEqualTo(Totals.NONE);
    assertThat(directory.resolve("figures.json.damaged")).exists();
    assertThat(file).doesNotExist();
  }

  /** What a crash can take is what came after the last save, which is at most seconds ago. */
  @Test
  void whatWasCountedIsThereAfterACrash() {
    var none = new CacheFigures(new Air(0, 0, 0, 0, 0), 0, Map.of(), 0, 0, 0, 0, List.of());
    var clock = new MovableClock();
    var sources = new Sources(() -> none, Prices::builtIn, clock, null);
    var figures = Figures.open(sources, directory);
    figures.begin("POST", "/", Trace.NONE).end(502, 0);
    figures.save(); // the clerk does, every five seconds
    var afterACrash = Figures.open(sources, directory);
    assertThat(afterACrash.now().ever().totals().calls()).isEqualTo(1);
    afterACrash.close();
    assertThat(Figures.open(sources, directory).now().ever().totals().calls()).isEqualTo(1);
    figures.close();
  }
}
