package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.refrain.gateway.testing.ChatReply;
import dev.refrain.gateway.testing.EmbeddingReply;
import dev.refrain.gateway.testing.FakeProvider;
import dev.refrain.gateway.testing.MessageReply;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.VendorReplies;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The vendors' own clients for Node.js see no difference, and understand what goes wrong. They are
 * installed by npm, beneath {@code target}; the comparisons are in {@code src/test/clients}.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class NodeClientsTest {
  private static final Path MODULE = Path.of(System.getProperty("basedir", ""));
  private static final Path SOURCES = MODULE.resolve("src/test/clients");
  private static final Path INSTALLED = MODULE.resolve("target/clients");
  private static final List<String> FILES = List.of("package.json", "clients.js", "others.js");
  private static final int NODE_VERSION_MIN = 20;

  /** Six replies, in three forms, with one choice or two; errors; and what stands by itself. */
  private static final int COMPARISONS = 6 * 3 * 2 + 7 * 2 + 5 + 3;

  /** Seven messages, in two forms; five that are told in the other one; errors; and the rest. */
  private static final int COMPARISONS_OF_MESSAGES = 7 * 2 + 5 + 7 * 2 + 3;

  private static final int OTHER_COMPARISONS = 7 + 5 + 2 + 2;

  @Test
  void theVendorsClientsSeeNoDifference() throws Exception {
    install();
    try (var stage = Stage.set(setup -> setup.upstream("down", URI.create("http://127.0.0.1:1")))) {
      stage.provider().otherwise(provider());
      var result =
          run(
              INSTALLED,
              "node",
              "clients.js",
              stage.provider().url().toString(),
              "http://127.0.0.1:" + stage.port(),
              replies(),
              messages());
      assertThat(result.code()).as(result.said()).isZero();
      var comparisons = comparisons(result.said());
      assertThat(comparisons.values()).as(result.said()).containsOnly("");
      assertThat(comparisons).hasSize(COMPARISONS + COMPARISONS_OF_MESSAGES);
    }
  }

  @Test
  void theClientsOfGoogleAndOllamaSeeNoDifference() throws Exception {
    install();
    try (var stage = Stage.set(setup -> setup.upstream("down", URI.create("http://127.0.0.1:1")))) {
      stage.provider().otherwise(VendorReplies.byPath());
      var gateway = "http://127.0.0.1:" + stage.port();
      var result = run(INSTALLED, "node", "others.js", stage.provider().url().toString(), gateway);
      assertThat(result.code()).as(result.said()).isZero();
      var comparisons = comparisons(result.said());
      assertThat(comparisons.values()).as(result.said()).containsOnly("");
      assertThat(comparisons).hasSize(OTHER_COMPARISONS);
    }
  }

  private static Map<String, String> comparisons(String lines) throws JsonRejected {
    var comparisons = new LinkedHashMap<String, String>();
    for (var line : lines.lines().filter(said -> said.startsWith("{")).toList()) {
      var json = Json.parse(line.getBytes(UTF_8));
      comparisons.put(json.get("name").text(), json.get("wrong").text());
    }
    return comparisons;
  }

  /** Has the newest clients only if package.json has changed since they were installed. */
  private static void install() throws IOException, InterruptedException {
    var version = missing("node") ? "" : run(MODULE, "node", "--version").said().strip();
    boolean usable = version.matches("v\\d+\\..*") && major(version) >= NODE_VERSION_MIN;
    require(usable, "node " + NODE_VERSION_MIN + " or later is needed, and found was: " + version);
    require(!missing("npm"), "npm is needed, and was not found");
    Files.createDirectories(INSTALLED);
    var stamp = INSTALLED.resolve("installed.json");
    var wanted = Files.readString(SOURCES.resolve("package.json"));
    for (var file : FILES) {
      var replace = StandardCopyOption.REPLACE_EXISTING;
      Files.copy(SOURCES.resolve(file), INSTALLED.resolve(file), replace);
    }
    if (!Files.exists(stamp) || !Files.readString(stamp).equals(wanted)) {
      var result = run(INSTALLED, "npm", "install", "--no-package-lock", "--no-audit", "--no-fund");
      require(result.code() == 0, "npm could not install the clients: " + result.said());
      Files.writeString(stamp, wanted);
    }
  }

  /** Without its tools this test is skipped, but never in silence, and never in CI. */
  private static void require(boolean met, String complaint) {
    if (!met) {
      System.err.println("NodeClientsTest is skipped: " + complaint);
      assertThat(System.getenv("CI")).as(complaint).isNotEqualTo("true");
      assumeTrue(false, complaint);
    }
  }

  private static int major(String version) {
    return Integer.parseInt(version.substring(1, version.indexOf('.')));
  }

  private static boolean missing(String program) throws InterruptedException {
    try {
      return run(MODULE, program, "--version").code() != 0;
    } catch (IOException e) {
      return true;
    }
  }

  private record Result(int code, String said) {}

  private static Result run(Path folder, String... command)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).directory(folder.toAbsolutePath().toFile());
    var process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), said);
  }

  private static String replies() {
    var json = new JsonWriter().beginObject();
    for (var reply : ChatReply.values()) {
      json.name(reply.name()).bool(reply.isKept());
    }
    return new String(json.endObject().toBytes(), UTF_8);
  }

  private static String messages() {
    var json = new JsonWriter().beginObject();
    for (var reply : MessageReply.values()) {
      json.name(reply.name()).bool(reply.isKept());
    }
    return new String(json.endObject().toBytes(), UTF_8);
  }

  private static FakeProvider.Act provider() {
    var chats = ChatReply.byName();
    var messages = MessageReply.byName();
    return exchange -> {
      var line = exchange.head().line();
      if (line.startsWith("POST /v1/messages")) {
        messages.play(exchange);
      } else if (line.startsWith("POST /v1/embeddings")) {
        EmbeddingReply.act().play(exchange);
      } else {
        chats.play(exchange);
      }
    };
  }
}
