package dev.refrain.gateway;

import static dev.refrain.gateway.ConsoleStage.assertFits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.ConsolePage;
import dev.refrain.gateway.testing.ConsolePage.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Why, as the console tells it in a browser. */
@Timeout(90)
final class ConsoleWhyTest {
  @RegisterExtension static final ConsoleStage stage = new ConsoleStage();

  private static void explain(ConsolePage console, String body) {
    console.all("[aria-label=Body]").fill(body);
    console.all("[aria-label=Body]").press("Control+Enter");
  }

  @Test
  void aRequestIsExplained() throws Exception {
    stage.set();
    stage.ask("gpt-test", "one");
    try (var console = stage.open("why", Window.PHONE)) {
      explain(console, ConsoleStage.body("gpt-test", "one"));
      console.sees("It would be answered from memory");
      assertThat(console.all(".said .life").innerText()).contains("fresh for");
      assertThat(console.all(".said").innerText()).contains("model:gpt-test");
      assertFits(console);
      console.all(".said a.key").first().click();
      console.all(".paper").first().waitFor();
      assertThat(console.all(".paper").first().innerText()).isEqualTo("one");
    }
  }

  @Test
  void theFieldThatDiffersIsNamed() throws Exception {
    stage.set();
    stage.ask("gpt-test", "<b>one</b> thing");
    try (var console = stage.open("why")) {
      explain(console, ConsoleStage.body("gpt-test", "<b>one</b> thinG"));
      console.sees("It would be fetched");
      console.sees("Nearly the same was asked");
      assertThat(console.all(".said tbody").first().innerText()).contains("messages[0].content");
      assertThat(console.all(".said b:not(.life b)").count()).as("text stays text").isZero();
    }
  }

  @Test
  void whatCannotBeExplainedIsSaid() throws Exception {
    stage.set();
    try (var console = stage.open("why").expectRefusals()) {
      explain(console, "{\"model\": ");
      console.sees("The body is not JSON");
      console.all("[aria-label=Path]").fill("no-slash");
      explain(console, "{}");
      console.sees("begins with a slash");
    }
  }

  @Test
  void aCallIsFoundByTheIdOfItsAnswer() throws Exception {
    stage.set();
    stage.ask("gpt-test", "one");
    try (var console = stage.open("why").expectRefusals()) {
      console.all(".asked tbody tr").click();
      console.all(".said .outcome.fetched").waitFor();
      assertThat(console.all(".said .facts").innerText()).contains("gpt-test", "openai");
      console.all("[aria-label='Request id']").fill("no-such-id");
      console.page().getByText("Find").click();
      console.sees("not known, or no longer");
    }
  }
}
