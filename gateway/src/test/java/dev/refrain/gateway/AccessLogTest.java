package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.figures.LogSettings;
import dev.refrain.gateway.settings.FigureSettings;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import dev.refrain.testing.Poll;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is told of each call, line by line. */
@Timeout(60)
final class AccessLogTest {
  private static final String REPLY = Samples.COMPLETION.replace("gpt-test", "gpt-4o");
  private static final String SECRET = "sk-planted-secret";

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("logs").resolve("access.log");
  }

  private Stage stage(LogSettings settings) throws Exception {
    return Stage.set(setup -> setup.figures(new FigureSettings(true, null, settings)));
  }

  private List<String> lines(int count) throws InterruptedException {
    Poll.until(count + " lines", () -> read().size() >= count);
    return read();
  }

  private List<String> read() {
    try {
      return Files.exists(file()) ? Files.readAllLines(file()) : List.of();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String chat() {
    return Samples.chat("Who?").replace("gpt-test", "gpt-4o");
  }

  @Test
  void aLineTellsWhatBecameOfACall() throws Exception {
    var before = Instant.now().minusMillis(1);
    try (var stage = stage(LogSettings.to(file()))) {
      stage.provider().next(Wire.json(REPLY));
      stage.chat(chat(), "refrain-namespace: tests");
      lines(1);
      stage.chat(chat(), "refrain-namespace: tests");
      var lines = lines(2);
      var fetched = Json.parse(lines.get(0).getBytes());
      var hit = Json.parse(lines.get(1).getBytes());

      assertThat(Instant.parse(hit.get("time").text())).isBetween(before, Instant.now());
      assertThat(hit.get("method").text()).isEqualTo("POST");
      assertThat(hit.get("path").text()).isEqualTo("/v1/chat/completions");
      assertThat(hit.get("dialect").text()).isEqualTo("openai-chat");
      assertThat(hit.get("model").text()).isEqualTo("gpt-4o");
      assertThat(hit.get("namespace").text()).isEqualTo("tests");
      assertThat(hit.get("scope").text()).startsWith("credentials:");
      assertThat(hit.get("key").text()).matches("[0-9a-f]{64}");
      assertThat(hit.get("outcome").text()).isEqualTo("replayed");
      assertThat(hit.get("status").asLong(0)).isEqualTo(200);
      assertThat(hit.get("bytes").asLong(0)).isGreaterThanOrEqualTo(REPLY.length());
      assertThat(hit.get("upstream_ms").asLong(-1)).isNotNegative();
      assertThat(hit.get("input_tokens").asLong(0)).isEqualTo(5);
      assertThat(hit.get("output_tokens").asLong(0)).isEqualTo(4);
      assertThat(hit.get("saved").raw()).isEqualTo("0.000052500");
      assertThat(hit.has("estimated")).isFalse();
      assertThat(hit.has("request")).isFalse();
      assertThat(fetched.get("outcome").text()).isEqualTo("fetched");
      assertThat(fetched.get("input_tokens").asLong(0)).isEqualTo(5);
      assertThat(fetched.has("saved")).isFalse();
      assertThat(fetched.get("key").text()).isEqualTo(hit.get("key").text());
    }
  }

  @Test
  void noCredentialIsInItWhereverItStood() throws Exception {
    try (var stage = stage(LogSettings.to(file()))) {
      stage.provider().otherwise(Acts.reply(Wire.json(REPLY)));
      for (var header :
          List.of(
              "authorization: Bearer ",
              "authorization: Basic ",
              "x-api-key: ",
              "api-key: ",
              "x-goog-api-key: ",
              "cookie: session=",
              "proxy-authorization: Bearer ",
              "helicone-auth: Bearer ",
              "x-portkey-api-key: ")) {
        stage.chat(chat(), header + SECRET);
      }
      var chat = Samples.CHAT;
      for (var query : List.of("?key=", "?api-key=", "?a=b&access_token=", "?%6bey=")) {
        stage.call(Wire.post(chat + query + SECRET, chat()));
        stage.call(Wire.post("/v1/files" + query + SECRET, "{}"));
        stage.call(Wire.get("/ask" + query + SECRET));
      }
      var lines = lines(9 + 3 * 4);
      assertThat(String.join("\n", lines)).doesNotContain(SECRET).doesNotContain("planted");
      assertThat(String.join("\n", lines)).contains("/v1/files").contains("/ask");
    }
  }

  @Test
  void whatIsAskedIsInItOnlyIfThatWasWanted() throws Exception {
    var wanted = new LogSettings(true, file(), 1, true, 1 << 20, 1);
    try (var stage = stage(wanted)) {
      stage.provider().next(Wire.json(REPLY));
      stage.chat(chat());
      assertThat(Json.parse(lines(1).getFirst().getBytes()).get("request").text())
          .isEqualTo(chat());
    }
  }

  @Test
  void aShareOfNothingLogsNothing() throws Exception {
    try (var stage = stage(new LogSettings(true, file(), 0, false, 1 << 20, 1))) {
      stage.provider().next(Wire.json(REPLY));
      stage.chat(chat());
    }
    assertThat(read()).isEmpty();
  }

  @Test
  void aFullFileMakesRoomForTheNext() throws Exception {
    try (var stage = stage(new LogSettings(true, file(), 1, false, 100, 2))) {
      stage.provider().next(Wire.json(REPLY));
      var latest = file().resolveSibling("access.log.1");
      for (int i = 0; i < 4; i++) {
        var before = text(latest);
        stage.chat(chat());
        Poll.until("the line has gone on", () -> !text(latest).equals(before) && read().isEmpty());
      }
      assertThat(file().resolveSibling("access.log.2")).exists();
      assertThat(file().resolveSibling("access.log.3")).doesNotExist();
    }
  }

  /** Each line has an id of its own. */
  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (NoSuchFileException e) {
      return ""; // it has gone on meanwhile
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whoeverTakesTheFileAwayGetsAnother() throws Exception {
    try (var stage = stage(LogSettings.to(file()))) {
      stage.provider().next(Wire.json(REPLY));
      stage.chat(chat());
      lines(1);
      var taken = file().resolveSibling("taken");
      Files.move(file(), taken);
      stage.chat(chat()); // its line may still go where the file is now
      Poll.until("there is another", () -> Files.exists(file()));
      stage.chat(chat());
      lines(1);
      assertThat(Files.readAllLines(taken).size() + read().size()).isEqualTo(3);
    }
  }

  /** As logrotate's copytruncate does. */
  @Test
  void whoeverCutsTheFileFindsTheNextLineAtItsBeginning() throws Exception {
    try (var stage = stage(LogSettings.to(file()))) {
      stage.provider().next(Wire.json(REPLY));
      stage.chat(chat());
      lines(1);
      Files.writeString(file(), "");
      stage.chat(chat());
      assertThat(lines(1).getFirst()).startsWith("{\"time\"");
    }
  }
}
