package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import dev.refrain.Headers;
import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Scope;
import dev.refrain.gateway.testing.Chromium;
import dev.refrain.gateway.testing.ConsolePage;
import dev.refrain.gateway.testing.ConsolePage.Window;
import dev.refrain.gateway.testing.EchoProvider;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Setup;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.JsonWriter;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A gateway with a model that says what it is asked, and a browser that shows its console. The
 * browser is one for all tests, and closed with the last of them: to start it takes long.
 */
final class ConsoleStage implements BeforeAllCallback, AfterEachCallback {
  private Chromium chromium;
  private Stage stage;

  @Override
  public void beforeAll(ExtensionContext context) {
    chromium =
        context
            .getRoot()
            .getStore(Namespace.create(ConsoleStage.class))
            .computeIfAbsent(Chromium.class, unused -> Chromium.start(), Chromium.class);
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    if (stage != null) {
      stage.close();
      stage = null;
    }
  }

  /** Sets up the gateway. */
  Stage set(UnaryOperator<Setup> change) throws Exception {
    stage = Stage.set(change);
    stage.provider().otherwise(EchoProvider.act());
    return stage;
  }

  /** Sets up the usual gateway. */
  Stage set() throws Exception {
    return set(setup -> setup);
  }

  /** Opens a window on a screen. */
  ConsolePage open(String route) {
    return open(route, Window.USUAL);
  }

  ConsolePage open(String route, Window window) {
    return ConsolePage.open(chromium, stage.port(), window).go(route);
  }

  /** Opens one whose clock can be put forward, before a gateway that does not always answer. */
  ConsolePage openWithClock(String route) {
    var console = ConsolePage.open(chromium, stage.port(), Window.USUAL).expectRefusals();
    console.page().clock().install();
    return console.go(route);
  }

  /** Asks a model something, to which it says the same. */
  void ask(String model, String question, String... headers) throws Exception {
    stage.call(Wire.post(Samples.CHAT, body(model, question), headers));
  }

  /** Keeps so many answers, as if somebody had asked for them all in one call. */
  void keepMany(int count, String model, Headers headers) throws Exception {
    var asked = new JsonWriter().beginObject().name("model").string(model);
    var said = new JsonWriter().beginObject().name("object").string("list");
    asked.name("input").beginArray();
    said.name("model").string(model).name("data").beginArray();
    for (int i = 0; i < count; i++) {
      asked.string("text " + i + " of " + headers.get("cache-tag"));
      said.beginObject().name("object").string("embedding").name("index").number(i);
      said.name("embedding").beginArray().raw("0." + "3".repeat(1 + i % 99)).endArray().endObject();
    }
    said.endArray().name("usage").beginObject().name("prompt_tokens").number(count);
    said.name("total_tokens").number(count).endObject();
    var body = asked.endArray().endObject().toBytes();
    var request = Request.of("openai", "POST", "/v1/embeddings", headers, body);
    var reply = said.endObject().toBytes();
    var cache = stage.gateway().cache();
    var json = Headers.of("content-type", "application/json");
    var call = cache.read(request, Scope.tenant("many"));
    try (var answer = cache.answer(call, unused -> Reply.of(200, json, reply))) {
      answer.readAll();
    }
  }

  static String body(String model, String question) {
    var json = new JsonWriter().beginObject().name("model").string(model);
    json.name("messages").beginArray().beginObject().name("role").string("user");
    json.name("content").string(question).endObject().endArray();
    return new String(json.endObject().toBytes(), UTF_8);
  }

  /** Nothing is wider than the window. */
  static void assertFits(ConsolePage console) {
    var wide = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth";
    assertThat(console.page().evaluate(wide)).as("scrolls sideways").isEqualTo(0);
  }

  /** Returns the rows of tables in which a text stands. */
  static Locator rows(ConsolePage console, String text) {
    return console.all("tbody tr").filter(new Locator.FilterOptions().setHasText(text));
  }
}
