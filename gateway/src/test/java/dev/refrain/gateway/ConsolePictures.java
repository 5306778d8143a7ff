package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.playwright.Page.ScreenshotOptions;
import com.microsoft.playwright.options.ColorScheme;
import dev.refrain.gateway.settings.Demo;
import dev.refrain.gateway.settings.Flags;
import dev.refrain.gateway.settings.LoadedSettings;
import dev.refrain.gateway.settings.SettingsLoader;
import dev.refrain.gateway.testing.ConsolePage;
import dev.refrain.gateway.testing.ConsolePage.Window;
import dev.refrain.gateway.testing.Exchange;
import dev.refrain.gateway.testing.FakeProvider.Act;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Takes the pictures in {@code docs/images}, of a gateway that a minute of traffic goes through: no
 * test, and run by its name only, {@code -Dtest=ConsolePictures}.
 */
final class ConsolePictures {
  private static final Path FOLDER =
      Path.of(System.getProperty("basedir", "")).resolve("../docs/images");

  private static final Duration TRAFFIC = Duration.ofSeconds(75);
  private static final List<String> MODELS = List.of("gpt-4o-mini", "gpt-4o", "gpt-4.1");
  private static final List<String> NAMESPACES = List.of("support-v3", "search", "summaries");
  private static final int QUESTIONS = 1200;
  private static final int TALL = 1130;
  private static final String SETTINGS =
      """
      memory: 64MiB
      keep-requests: true
      cache:
        ttl: 12h
        stale-if-error: 3d
      upstreams:
        local: {url: "http://127.0.0.1:8000", models: [llama*]}
      """;
  private static final String ANSWER =
      """
      ## Returning an order

      You can return **anything within 30 days**, as long as it is unused. This is how:

      1. Open `Orders`, and choose the one that you want to return.
      2. Print the label, or show its code in any parcel shop.
      3. The money is back within five days of the parcel's arrival.

      ```
      order  4711-3093
      status label printed
      ```

      Sale items are exchanged, but not paid back.\
      """;

  @RegisterExtension static final ConsoleStage stage = new ConsoleStage();

  private final Random chance = new Random(7);
  @TempDir Path directory;

  @Test
  void take() throws Exception {
    var told = settings();
    var demo = new Demo(true, Duration.ofMillis(900));
    var gateway = stage.set(setup -> setup.demo(demo).keepRequests().telling(told));
    gateway.provider().otherwise(slow());
    var base = URI.create("http://127.0.0.1:" + gateway.port() + Samples.CHAT);
    try (var client = HttpClient.newHttpClient()) {
      var traffic = Thread.ofVirtual().start(() -> traffic(client, base));
      Thread.sleep(TRAFFIC);
      take("now", "now", new Window(1280, TALL, ColorScheme.LIGHT));
      take("now-dark", "now", new Window(1280, TALL, ColorScheme.DARK));
      take("phone", "now", Window.PHONE);
      take("entries", "entries?sort=saved&order=desc", new Window(1280, 640, ColorScheme.LIGHT));
      take("settings", "settings", Window.USUAL);
      try (var console = stage.open("why", Window.USUAL)) {
        var body = new String(body("Question 0", "0.70000001", false), UTF_8);
        console.all("[aria-label=Body]").fill(body);
        var namespace = "\nRefrain-Namespace: " + namespace("Question 0");
        console.all("[aria-label=Headers]").fill("Authorization: Bearer sk-1" + namespace);
        console.page().getByText("Explain").click();
        console.sees("Differs in");
        shoot(console, "why");
      }
      var tall = new Window(1280, TALL, ColorScheme.LIGHT);
      try (var console = stage.open("entries?tag=doc:7", tall)) {
        console
            .all("tbody tr")
            .filter(new com.microsoft.playwright.Locator.FilterOptions().setHasText("stream"))
            .first()
            .click();
        console.all(".paper h3").waitFor();
        shoot(console, "entry");
      }
      traffic.interrupt();
      traffic.join();
    }
  }

  private LoadedSettings settings() throws Exception {
    Files.writeString(directory.resolve("refrain.yaml"), SETTINGS);
    var environment =
        Map.of("REFRAIN_ACCESS_LOG_FILE", "access.log", "REFRAIN_SECRET", "0".repeat(32));
    var flags = new Flags(null, "127.0.0.1:8484", null, "none", List.of(), List.of());
    return new SettingsLoader(directory, environment, 2L << 30).load(flags);
  }

  private void take(String name, String route, Window window) throws Exception {
    try (var console = stage.open(route, window)) {
      console.sees("live");
      console.all("main table tbody tr").first().waitFor();
      shoot(console, name);
    }
  }

  private static void shoot(ConsolePage console, String name) {
    var file = FOLDER.resolve("console-" + name + ".png");
    console.page().screenshot(new ScreenshotOptions().setPath(file));
  }

  private void traffic(HttpClient client, URI base) {
    try {
      send(client, base);
    } catch (InterruptedException e) {
      // all pictures are taken
    }
  }

  private void send(HttpClient client, URI base) throws InterruptedException {
    long began = System.nanoTime();
    while (true) {
      double seconds = (System.nanoTime() - began) / 1e9;
      double load = 30 + 20 * Math.sin(seconds / 9) + 6 * chance.nextGaussian();
      Thread.sleep(Math.max(4, (long) (1000 / Math.max(8, load))));
      var unused = client.sendAsync(request(base), BodyHandlers.discarding());
      if (chance.nextInt(350) == 0) { // many ask the same new thing at once
        var same = request(base, "Breaking news " + seconds, false);
        for (int i = 0; i < 60; i++) {
          var unusedToo = client.sendAsync(same, BodyHandlers.discarding());
        }
      }
    }
  }

  private HttpRequest request(URI base) {
    int number = (int) (QUESTIONS * Math.pow(chance.nextDouble(), 3));
    return request(base, "Question " + number, chance.nextInt(40) == 0);
  }

  private static HttpRequest request(URI base, String question, boolean tools) {
    int number = number(question);
    return HttpRequest.newBuilder(base)
        .header("content-type", "application/json")
        .header("authorization", "Bearer sk-1")
        .header("refrain-namespace", namespace(question))
        .header("cache-tag", "doc:" + number % 23 + ((number % 4 == 0) ? ", price-list" : ""))
        .POST(BodyPublishers.ofByteArray(body(question, "0.7", tools)))
        .build();
  }

  private static int number(String question) {
    return Math.floorMod(question.hashCode(), Integer.MAX_VALUE);
  }

  private static String namespace(String question) {
    return NAMESPACES.get(number(question) % NAMESPACES.size());
  }

  private static byte[] body(String question, String temperature, boolean tools) {
    int number = number(question);
    var json = new JsonWriter().beginObject();
    json.name("model").string(MODELS.get(number % MODELS.size()));
    json.name("temperature").raw(temperature);
    if (number % 2 == 0) {
      json.name("stream").bool(true).name("stream_options").beginObject();
      json.name("include_usage").bool(true).endObject();
    }
    if (tools) {
      json.name("tools").beginArray().beginObject().name("type").string("function");
      json.name("function").beginObject().name("name").string("f").endObject().endObject();
      json.endArray();
    }
    json.name("messages").beginArray().beginObject().name("role").string("user");
    json.name("content").string(question).endObject().endArray();
    return json.endObject().toBytes();
  }

  private static Act slow() {
    return exchange -> {
      try {
        var asked = Json.parse(exchange.readBody());
        var model = asked.get("model").text();
        Thread.sleep(400 + Math.floorMod(exchange.text().hashCode(), 700));
        if (asked.has("stream")) {
          stream(exchange, model);
        } else {
          exchange.send(Wire.json(whole(model)));
        }
      } catch (JsonRejected e) {
        throw new IOException(e);
      }
    };
  }

  private static void stream(Exchange exchange, String model)
      throws IOException, InterruptedException {
    var head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    exchange.send(head.getBytes(UTF_8));
    for (var word : ANSWER.split("(?<= )|(?<=\n)", -1)) {
      exchange.send(Wire.chunk(event(model, word, "null")));
      Thread.sleep(9);
    }
    exchange.send(Wire.chunk(event(model, "", "\"stop\"")));
    var usage =
        """
        data: {"object":"chat.completion.chunk","model":"%s","choices":[],"usage":\
        {"prompt_tokens":1212,"completion_tokens":104,"total_tokens":1316}}

        data: [DONE]

        """
            .formatted(model);
    exchange.send(Wire.chunk(usage.getBytes(UTF_8)));
    exchange.send("0\r\n\r\n".getBytes(UTF_8));
  }

  private static byte[] event(String model, String word, String finish) {
    var json = new JsonWriter().beginObject().name("id").string("chatcmpl-1");
    json.name("object").string("chat.completion.chunk").name("created").number(1);
    json.name("model").string(model).name("choices").beginArray().beginObject();
    json.name("index").number(0).name("delta").beginObject().name("content").string(word);
    json.endObject().name("finish_reason").raw(finish).endObject().endArray();
    return ("data: " + new String(json.endObject().toBytes(), UTF_8) + "\n\n").getBytes(UTF_8);
  }

  private static String whole(String model) {
    var json = new JsonWriter().beginObject().name("id").string("chatcmpl-1");
    json.name("object").string("chat.completion").name("created").number(1);
    json.name("model").string(model).name("choices").beginArray().beginObject();
    json.name("index").number(0).name("message").beginObject().name("role").string("assistant");
    json.name("content").string(ANSWER).endObject().name("finish_reason").string("stop");
    json.endObject().endArray().name("usage").beginObject().name("prompt_tokens").number(1212);
    json.name("completion_tokens").number(104).name("total_tokens").number(1316).endObject();
    return new String(json.endObject().toBytes(), UTF_8);
  }
}
