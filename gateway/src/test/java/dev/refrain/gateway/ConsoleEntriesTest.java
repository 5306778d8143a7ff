package dev.refrain.gateway;

import static dev.refrain.gateway.ConsoleStage.assertFits;
import static dev.refrain.gateway.ConsoleStage.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page.GetByTextOptions;
import dev.refrain.Headers;
import dev.refrain.gateway.settings.Demo;
import dev.refrain.gateway.testing.ConsolePage;
import dev.refrain.gateway.testing.ConsolePage.Window;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Setup;
import dev.refrain.gateway.testing.Wire;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is kept, as the console shows it in a browser. */
@Timeout(90)
final class ConsoleEntriesTest {
  private static final int MANY = 10_000;
  private static final int BATCH = 250;
  private static final int PAGE = 100;

  @RegisterExtension static final ConsoleStage stage = new ConsoleStage();

  private static void await(ConsolePage console, int rows) {
    console.until("() => document.querySelectorAll('tbody tr').length === " + rows);
  }

  @Test
  void tenThousandEntriesAreFoundSortedAndTurnedOver() throws Exception {
    stage.set();
    for (int i = 0; i < MANY / BATCH; i++) {
      var headers = Headers.of("cache-tag", "doc:" + i, "refrain-namespace", "space-" + i % 4);
      stage.keepMany(BATCH, "model-" + i % 10, headers);
    }
    try (var console = stage.open("entries")) {
      console.sees("10,000 entries");
      await(console, PAGE);
      console.page().getByText("More").click();
      await(console, 2 * PAGE);
      assertThat(console.all("tbody tr a").evaluateAll("all => new Set(all.map(a => a.href)).size"))
          .isEqualTo(2 * PAGE);
      console.page().getByText("Size", exact()).click();
      console.all("[aria-sort=descending] >> text=Size").waitFor();
      await(console, PAGE);
      console.all("input[name=model]").fill("model-7");
      console.sees("1,000 entries");
      console.all("input[name=namespace]").fill("space-1");
      console.sees("500 entries");
      console.all("input[name=tag]").fill("doc:17");
      console.sees("250 entries");
      await(console, PAGE);
      assertThat(console.page().url()).contains("tag=doc%3A17").contains("sort=size");
      console.page().reload();
      console.sees("250 entries");
      assertThat(console.all("tbody tr").first().innerText())
          .contains("model-7", "space-1", "doc:17");
      var key = console.all("tbody tr td.key").first().innerText();
      console.all("input[name=key]").fill(key);
      console.sees("1 entry");
      console.all("input[name=tag]").fill("doc:no");
      console.sees("Nothing that is kept is like that.");
    }
  }

  private static GetByTextOptions exact() {
    return new GetByTextOptions().setExact(true);
  }

  @Test
  void anAnswerIsReadAndItsLifeSeen() throws Exception {
    stage.set();
    stage.ask("gpt-test", "# Refrains\n\nA **refrain** is `sung` again:\n\n- once\n- twice");
    try (var console = stage.open("entries")) {
      rows(console, "gpt-test").click();
      console.all(".paper h3").waitFor();
      assertThat(console.all(".paper strong").innerText()).isEqualTo("refrain");
      assertThat(console.all(".paper code").innerText()).isEqualTo("sung");
      assertThat(console.all(".paper li").allInnerTexts()).containsExactly("once", "twice");
      assertThat(console.all(".life").innerText()).contains("born", "fresh", "stale", "if");
      assertThat(console.all(".facts").innerText()).contains("9 in, 90 out", "memory (0 hits)");
      console.page().getByText("Raw", exact()).click();
      assertThat(console.all(".paper.raw").innerText()).contains("\"role\": \"assistant\"");
      assertThat(console.all(".player").count()).as("nothing to play in one piece").isZero();
      console.sees("What was asked is not kept");
      assertThat(console.page().getByText("Refresh now").count()).isZero();
      assertFits(console);
      console.page().getByText("← Entries").click();
      rows(console, "gpt-test").waitFor();
    }
  }

  @Test
  void aStreamIsPlayedAtItsOldPace() throws Exception {
    var gateway = stage.set(setup -> setup.demo(new Demo(true, Duration.ofMillis(400))));
    var body = Samples.chatStream("Hi").replace("gpt-test", "demo");
    gateway.call(Wire.post(Samples.CHAT, body));
    try (var console = stage.open("entries", Window.PHONE)) {
      var clock = console.page().clock();
      clock.install();
      console.page().reload();
      rows(console, "demo").click();
      console.sees("You asked: “Hi”");
      var paper = console.all(".paper").first();
      var whole = paper.innerText();
      clock.pauseAt(System.currentTimeMillis() + 60_000);
      console.page().getByText("Play").click();
      clock.runFor(200);
      assertThat(paper.innerText()).as("half way").hasSizeBetween(1, whole.length() / 4 * 3);
      assertThat(whole).startsWith(paper.innerText());
      console.sees("Pause");
      clock.runFor(1000);
      assertThat(paper.innerText()).isEqualTo(whole);
      console.all(".player input").fill("0");
      assertThat(paper.innerText()).isEmpty();
      assertFits(console);
    }
  }

  @Test
  void anAnswerIsDeletedOnlyAfterBeingAskedAbout() throws Exception {
    stage.set();
    stage.ask("gpt-test", "one");
    stage.ask("gpt-test", "two");
    try (var console = stage.open("entries")) {
      rows(console, "gpt-test").first().click();
      console.page().getByText("Delete …").click();
      console.sees("1 entry");
      console.page().getByText("Cancel").click();
      console.page().getByText("Delete …").click();
      console.page().getByText("Delete", exact()).click();
      await(console, 1);
      rows(console, "gpt-test").click();
      assertThat(console.all(".paper").first().innerText()).isEqualTo("one");
    }
  }

  @Test
  void whatWasAskedIsShownFoundAndAskedAgain() throws Exception {
    var gateway = stage.set(Setup::keepRequests);
    stage.ask("gpt-test", "Where does it come from?");
    stage.ask("gpt-test", "another");
    try (var console = stage.open("entries?text=nothing", Window.PHONE)) {
      console.sees("Nothing that is kept is like that.");
      console.all("input[name=text]").fill("does it COME");
      await(console, 1);
      assertFits(console);
      rows(console, "gpt-test").click();
      console.all(".asked").waitFor();
      assertThat(console.all(".turns b").innerText()).isEqualTo("user");
      assertThat(console.all(".turns p").innerText()).isEqualTo("Where does it come from?");
      assertThat(console.all(".asked .note").innerText()).isEqualTo("POST /v1/chat/completions");
      console.all(".asked .choice button").last().click();
      assertThat(console.all(".asked .paper").innerText()).contains("\"role\": \"user\"");
      assertFits(console);
      gateway.provider().next(Wire.json(Samples.COMPLETION));
      console.page().getByText("Refresh now …").click();
      console.page().getByText("Fetch it anew").click();
      console.sees("Grüße, 世界");
      assertThat(gateway.provider().calls()).isEqualTo(3);
      gateway.provider().next(Wire.json(503, "{}"));
      console.page().getByText("Refresh now …").click();
      console.page().keyboard().press("Enter"); // the button has the focus
      console.sees("503 (no-cache): the old answer stays.");
    }
  }

  @Test
  void withoutACredentialARefreshIsRefusedInPlainWords() throws Exception {
    stage.set(Setup::keepRequests);
    stage.ask("gpt-test", "one", "authorization: Bearer sk-of-somebody");
    try (var console = stage.open("entries")) {
      rows(console, "gpt-test").click();
      console.page().getByText("Refresh now …").click();
      console.expectRefusals().page().getByText("Fetch it anew").click();
      console.sees("has no credential of its own for the upstream openai");
    }
  }

  @Test
  void aTagIsInvalidatedOnceItsEntriesAreCounted() throws Exception {
    stage.set();
    stage.ask("gpt-test", "one", "cache-tag: doc:1, doc:2");
    stage.ask("gpt-test", "two", "cache-tag: doc:2");
    stage.ask("gpt-test", "three", "cache-tag: doc:3");
    try (var console = stage.open("entries?tag=doc:2")) {
      await(console, 2);
      console.page().getByText("Invalidate this tag …").click();
      console.until("() => document.activeElement.matches('dialog .danger')");
      assertThat(console.all("dialog .large").innerText()).isEqualTo("2 entries");
      console.page().keyboard().press("Enter");
      console.sees("Nothing that is kept is like that.");
      console.all("input[name=tag]").fill("");
      await(console, 1);
      rows(console, "doc:3").click();
      console.page().getByText("doc:3", exact()).click();
      console.page().getByText("Invalidate", exact()).click();
      console.sees("it is not served any more");
    }
  }

  @Test
  void whatIsGoneIsSaidToBeGone() throws Exception {
    stage.set();
    try (var console = stage.open("entries/" + "ab".repeat(32))) {
      console.expectRefusals().sees("not kept, or no longer");
    }
  }
}
