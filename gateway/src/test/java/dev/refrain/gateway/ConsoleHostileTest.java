package dev.refrain.gateway;

import static dev.refrain.gateway.ConsoleStage.assertFits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.ConsolePage;
import dev.refrain.gateway.testing.ConsolePage.Window;
import dev.refrain.gateway.testing.Setup;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever prompts, answers, tags and models contain, the console shows it, and runs nothing. */
@Timeout(90)
final class ConsoleHostileTest {
  private static final String MARK = "document.documentElement.dataset.owned='yes'";
  private static final List<String> MARKUP =
      List.of(
          "<script>" + MARK + "</script>",
          "<img src=x onerror=\"" + MARK + "\">",
          "<svg onload=\"" + MARK + "\"><style>*{display:none}</style></svg>",
          "<iframe srcdoc=\"<script>parent." + MARK + "</script>\"></iframe>",
          "\"></bdi><b id=escaped>bold</b>",
          "javascript:" + MARK,
          "[click](javascript:" + MARK + ") ![x](http://127.0.0.1:9/leak.png)");
  private static final String TURNED = "\u202Eright to left\u2066 اَلْعَرَبِيَّةُ \u0007\u200B";
  private static final String EMOJI = "👩‍👩‍👧‍👦🏳️‍🌈é\u0300\u0301";

  @RegisterExtension static final ConsoleStage stage = new ConsoleStage();

  private static void assertHarmless(ConsolePage console) {
    assertThat(console.page().evaluate("() => document.documentElement.dataset.owned")).isNull();
    var made = "main :is(script, img, iframe, style, [onclick], #escaped)";
    assertThat(console.all(made).count()).isZero();
    assertThat(console.all("main a:not([href^='#/'])").count()).isZero();
    assertFits(console);
  }

  @Test
  void markupStaysText() throws Exception {
    stage.set(Setup::keepRequests);
    for (int i = 0; i < MARKUP.size(); i++) {
      var markup = MARKUP.get(i);
      stage.ask("evil-" + i + markup, markup, "cache-tag: " + markup.replace(",", ""));
    }
    try (var console = stage.open("now", Window.PHONE)) {
      console.sees("evil-0<script>");
      assertHarmless(console);
      for (int i = 0; i < MARKUP.size(); i++) {
        console.page().navigate("about:blank"); // the next is a page anew
        console.go("entries?model=evil-" + i);
        console.all("tbody tr").waitFor();
        assertThat(console.all("tbody tr").innerText()).contains(MARKUP.get(i).substring(0, 12));
        assertHarmless(console);
        console.all("tbody tr").click();
        console.all(".paper").first().waitFor();
        assertThat(console.all(".paper.turns p").innerText()).isEqualTo(MARKUP.get(i));
        assertThat(console.all(".paper:not(.turns)").first().innerText()).isEqualTo(MARKUP.get(i));
        assertHarmless(console);
        console.all(".asked .choice button").last().click();
        console.all(".choice button").last().click();
        assertHarmless(console);
      }
    }
  }

  @Test
  void strangeLettersStayInTheirPlace() throws Exception {
    stage.set(Setup::keepRequests);
    stage.ask("rtl-" + TURNED, TURNED + EMOJI);
    try (var console = stage.open("entries?model=rtl")) {
      var row = console.all("tbody tr");
      row.waitFor();
      var age = row.locator("td.number").first().boundingBox();
      var model = row.locator("th").boundingBox();
      assertThat(age.x).as("columns keep their order").isGreaterThan(model.x);
      row.click();
      console.all(".paper:not(.turns)").first().waitFor();
      assertThat(console.all(".paper:not(.raw)").allInnerTexts())
          .allMatch(text -> text.contains("👩‍👩‍👧‍👦"));
      assertHarmless(console);
    }
  }

  @Test
  void whatIsHugeBreaksNothing() throws Exception {
    stage.set(Setup::keepRequests);
    var huge = "W".repeat(3000);
    var many = new String[40];
    for (int i = 0; i < many.length; i++) {
      many[i] = "tag-" + i + "-" + "y".repeat(80);
    }
    var tags = "cache-tag: " + String.join(",", many);
    stage.ask("huge-" + huge, "word ".repeat(80_000) + huge, tags);
    for (var window : List.of(Window.USUAL, Window.PHONE)) {
      try (var console = stage.open("entries?model=huge", window)) {
        console.all("tbody tr").waitFor();
        assertHarmless(console);
        console.all("tbody tr").click();
        console.all(".asked .note").waitFor();
        console.all(".answer:not(.asked) .note").waitFor();
        assertHarmless(console);
      }
    }
  }
}
