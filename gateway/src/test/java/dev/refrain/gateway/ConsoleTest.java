package dev.refrain.gateway;

import static dev.refrain.gateway.ConsoleStage.assertFits;
import static dev.refrain.gateway.ConsoleStage.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Locator.FilterOptions;
import com.microsoft.playwright.Locator.WaitForOptions;
import com.microsoft.playwright.options.WaitForSelectorState;
import dev.refrain.gateway.figures.Prices;
import dev.refrain.gateway.settings.Admin;
import dev.refrain.gateway.settings.Demo;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.gateway.testing.ConsolePage;
import dev.refrain.gateway.testing.ConsolePage.Window;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The frame of the console and its first page, in a browser. */
@Timeout(90)
final class ConsoleTest {
  private static final String TOKEN = "0123456789abcdef";
  private static final long RETRY_MILLIS = 2_000; // so long the page waits for a gateway
  private static final String PAPER =
      "() => getComputedStyle(document.documentElement).backgroundColor";

  @RegisterExtension static final ConsoleStage stage = new ConsoleStage();

  @Test
  void everyPageIsShownBeforeAnythingWasAsked() throws Exception {
    stage.set();
    for (var window : List.of(Window.USUAL, Window.PHONE)) {
      try (var console = stage.open("now", window)) {
        for (var name : List.of("now", "entries", "why", "settings")) {
          console.go(name).until("() => document.documentElement.dataset.shown === '" + name + "'");
          console.all("main > *").first().waitFor();
          console.sees("live");
          assertFits(console);
          assertThat(console.page().title()).endsWith(" · Refrain");
          var current = console.all("nav [aria-current=page]");
          assertThat(current.innerText()).isEqualToIgnoringCase(name);
        }
      }
    }
  }

  @Test
  void whatHappensIsSeenWithoutAsking() throws Exception {
    stage.set(setup -> setup.demo(new Demo(true, Duration.ZERO)));
    try (var console = stage.open("now")) {
      console.sees("No model was asked yet");
      stage.ask("demo", "What is a refrain?");
      stage.ask("demo", "What is a refrain?");
      console.sees("50.0");
      assertThat(rows(console, "demo").innerText()).contains("50.0");
      assertThat(rows(console, "memory").innerText()).contains("well");
      assertFits(console);
    }
  }

  @Test
  void aChartTellsTheFiguresOfEachMoment() throws Exception {
    stage.set();
    stage.ask("gpt-test", "one");
    try (var console = stage.open("now")) {
      var chart = console.all("figure.chart").first();
      chart.locator("path.area.fetched").waitFor();
      chart.locator(".plot").hover();
      chart.locator(".cursor").waitFor();
      assertThat(chart.locator(".when").innerText()).matches("\\d\\d:\\d\\d:\\d\\d");
      chart.locator(".plot").press("ArrowLeft");
      chart.locator(".plot").press("Escape");
      console.until("() => document.querySelector('.when').textContent === ''");
    }
  }

  @Test
  void theThemeIsTheSystemsUntilSomebodyChooses() throws Exception {
    stage.set();
    try (var console = stage.open("now")) {
      var light = console.page().evaluate(PAPER);
      console.all("#theme").click();
      assertThat(console.page().evaluate(PAPER)).as("light, as the system is").isEqualTo(light);
      console.all("#theme").click();
      var dark = console.page().evaluate(PAPER);
      assertThat(dark).isNotEqualTo(light);
      console.page().reload();
      assertThat(console.page().evaluate(PAPER)).as("remembered").isEqualTo(dark);
      assertThat(console.all("#theme").innerText()).contains("Dark");
    }
    try (var console = stage.open("now", Window.PHONE)) {
      console.sees("live");
      console.all("#theme").click();
      assertThat(console.all("#theme").innerText()).contains("Light");
    }
  }

  @Test
  void allCanBeDoneWithTheKeyboard() throws Exception {
    stage.set();
    stage.ask("gpt-first", "one");
    stage.ask("gpt-second", "two");
    try (var console = stage.open("now")) {
      var keys = console.page().keyboard();
      console.sees("live");
      keys.press("?");
      console.sees("next and previous row");
      keys.press("Escape");
      keys.press("2");
      entry(console, "gpt-first").waitFor();
      keys.press("j");
      keys.press("j");
      keys.press("k");
      keys.press("Enter");
      console.sees("two"); // the youngest is the first
      keys.press("Escape");
      entry(console, "gpt-first").waitFor();
      keys.press("/");
      keys.type("gpt-f");
      rows(console, "gpt-second").waitFor(hidden());
      keys.press("Tab");
      keys.type("3"); // is a letter there
      console.until("() => location.hash.includes('namespace=3')");
    }
  }

  /** Returns a row of the page of entries; that of now has rows for models. */
  private static Locator entry(ConsolePage console, String model) {
    return console.all("[data-row]").filter(new FilterOptions().setHasText(model));
  }

  private static WaitForOptions hidden() {
    return new WaitForOptions().setState(WaitForSelectorState.DETACHED);
  }

  private static void giveToken(ConsolePage console, String token) {
    var field = console.all("dialog input[type=password]");
    field.fill(token);
    field.press("Enter");
  }

  @Test
  void theTokenIsAskedForWhereItIsNeeded() throws Exception {
    stage.set(setup -> setup.admin(new Admin(new Secret(TOKEN), false, List.of())));
    try (var console = stage.open("now")) {
      console.expectRefusals();
      giveToken(console, "wrong token of a stranger");
      console.sees("does not know this token");
      giveToken(console, TOKEN);
      console.sees("live");
      console.sees("No model was asked yet");
    }
  }

  @Test
  void aGatewayThatIsGoneIsMissedAndFoundAgain() throws Exception {
    var before = stage.set();
    int port = before.port();
    try (var console = stage.openWithClock("now")) {
      console.sees("live");
      before.close();
      console.all("#pulse.lost").waitFor();
      stage.set(setup -> setup.port(port));
      console.page().clock().fastForward(RETRY_MILLIS);
      console.all("#pulse.live").waitFor();
    }
  }

  @Test
  void whoDoesNotGiveTheTokenIsLeftAloneUntilHeWantsTo() throws Exception {
    stage.set(setup -> setup.admin(new Admin(new Secret(TOKEN), false, List.of())));
    try (var console = stage.openWithClock("entries")) {
      console.page().getByText("Cancel").click();
      console.all("[data-retry]").waitFor();
      var page = console.page(); // which tries again by itself …
      page.waitForResponse("**/api/events", () -> page.clock().fastForward(RETRY_MILLIS));
      assertThat(console.all("dialog").count()).as("… and nobody is bothered").isZero();
      console.page().getByText("Enter the token").click();
      giveToken(console, TOKEN);
      console.sees("live");
      console.sees("Nothing is kept yet");
    }
  }

  @Test
  void whatCouldNotBeHadComesWithTheGateway() throws Exception {
    var before = stage.set();
    int port = before.port();
    try (var console = stage.openWithClock("now")) {
      console.sees("live");
      before.close();
      console.all("#pulse.lost").waitFor();
      console.go("settings").sees("The gateway does not answer.");
      stage.set(setup -> setup.port(port));
      console.page().clock().fastForward(RETRY_MILLIS);
      console.sees("refrain.yaml:3:5");
    }
  }

  @Test
  void anAddressThatIsSpeltBadlyIsNoBlankPage() throws Exception {
    stage.set();
    try (var console = stage.open("why/100%")) {
      console.expectRefusals().sees("A request");
    }
  }

  @Test
  void itIsToldByWhichPricesMoneyIsCountedAndWhichAreMissing() throws Exception {
    stage.set();
    stage.ask("gpt-test", "one");
    try (var console = stage.open("now")) {
      console.sees("Prices of " + Prices.builtIn().date());
      console.sees("No price is known for gpt-test.");
      console.sees("figures.prices");
    }
  }

  @Test
  void settingsTellWhoHasSetThem() throws Exception {
    stage.set();
    try (var console = stage.open("settings")) {
      console.sees("refrain.yaml:3:5");
      console.sees("a warning about <b>something</b>");
      assertThat(console.all("tr.given").count()).isEqualTo(1);
      console.all("[type=checkbox]").check();
      assertThat(console.all("main tbody tr").count()).isEqualTo(1);
      console.all("[type=checkbox]").uncheck();
      console.all("[type=search]").fill("listen");
      assertThat(console.all("main tbody tr").allInnerTexts())
          .allMatch(row -> row.contains("listen"));
      console.all("[type=search]").fill("no such setting");
      console.sees("No setting is like that.");
    }
  }

  @Test
  void manyPagesInARowLeaveNothingBehind() throws Exception {
    stage.set();
    try (var console = stage.open("now")) {
      for (var name : List.of("entries", "now", "settings", "why", "now", "entries", "now")) {
        console.page().evaluate("name => { location.hash = '#/' + name; }", name);
      }
      console.until("() => document.documentElement.dataset.shown === 'now'");
      assertThat(console.all("section.figures").count()).isEqualTo(1);
    }
  }
}
