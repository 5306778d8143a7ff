package dev.refrain.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.FakeProvider;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is found, and it is said what to do about it. */
@Timeout(60)
final class DoctorTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Map<String, String> environment = new HashMap<>();
  @TempDir Path directory;

  @Test
  void whereAllIsWellNothingIsBad() throws Exception {
    try (var stage = Stage.set();
        var provider = FakeProvider.start()) {
      provider.otherwise(exchange -> exchange.send(Wire.reply(404, "")));
      settings(stage.port(), provider.url().toString());

      assertThat(run("doctor")).isZero();
      assertThat(out.toString())
          .contains("ok  settings: all can be read")
          .contains("ok  gateway: runs at http://127.0.0.1:" + stage.port())
          .contains("ok  upstream openai: answers at")
          .contains("ok  reach: only this machine")
          .doesNotContain("BAD");
    }
  }

  @Test
  void anUpstreamThatIsNotThereIsBadAndAGatewayThatDoesNotRunIsNot() throws Exception {
    settings(nobody(), "http://127.0.0.1:" + nobody());

    assertThat(run("doctor")).isEqualTo(1);
    assertThat(out.toString())
        .contains("?   gateway: does not run at")
        .contains("Start it: refrain serve")
        .containsPattern("BAD upstream openai: http://127.0.0.1:\\d+: nobody listens there");
  }

  @Test
  void aClockThatIsWrongIsFound() throws Exception {
    try (var provider = FakeProvider.start()) {
      provider.otherwise(
          exchange -> exchange.send(Wire.reply(200, "", "date: Mon, 01 Jan 2024 00:00:00 GMT")));
      settings(nobody(), provider.url().toString());

      assertThat(run("doctor")).isEqualTo(1);
      assertThat(out.toString()).contains("BAD clock: differs by ", "NTP");
    }
  }

  @Test
  void aRedisThatAnswersIsGoodAndOneThatDoesNotIsBad() throws Exception {
    settings(nobody(), "http://127.0.0.1:" + nobody());
    try (var redis = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var server = Thread.ofVirtual().start(() -> answerOnce(redis, "+PONG\r\n"));
      environment.put("REDIS_URL", "redis://:secret@127.0.0.1:" + redis.getLocalPort());
      run("doctor");
      server.join();
      assertThat(out.toString()).contains("ok  Redis: answers at").doesNotContain("secret");
    }
    environment.put("REDIS_URL", "redis://:secret@127.0.0.1:" + nobody());
    out.getBuffer().setLength(0);
    assertThat(run("doctor")).isEqualTo(1);
    assertThat(out.toString()).contains("BAD Redis: 127.0.0.1:").doesNotContain("secret");
  }

  @Test
  void somethingElseInPlaceOfTheGatewayIsBad() throws Exception {
    try (var provider = FakeProvider.start()) {
      provider.otherwise(exchange -> exchange.send(Wire.reply(404, "")));
      settings(provider.url().getPort(), provider.url().toString());

      assertThat(run("doctor")).isEqualTo(1);
      assertThat(out.toString()).contains("BAD gateway: something else listens at");
    }
  }

  @Test
  void wrongSettingsAreFoundFirst() throws Exception {
    Files.writeString(directory.resolve("refrain.yaml"), "memory: lots\n");

    assertThat(run("doctor")).isEqualTo(2);
    assertThat(out.toString()).startsWith("BAD settings: refrain.yaml:1:9: expected a size");
  }

  @Test
  void programsAreToldInJson() throws Exception {
    settings(nobody(), "http://127.0.0.1:" + nobody());
    run("doctor", "--json");
    var findings = Json.parse(out.toString().strip().getBytes(StandardCharsets.UTF_8));

    var first = findings.get("findings").elements().iterator().next();
    assertThat(first.get("subject").text()).isEqualTo("settings");
    assertThat(first.get("health").text()).isEqualTo("good");
  }

  private void settings(int port, String openai) throws IOException {
    Files.writeString(
        directory.resolve("refrain.yaml"),
        """
        listen: 127.0.0.1:%d
        upstreams:
          openai: {url: "%s"}
          anthropic: {url: "%s"}
          gemini: {url: "%s"}
          ollama: {url: "%s"}
        """
            .formatted(port, openai, openai, openai, openai));
  }

  private static int nobody() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void answerOnce(ServerSocket server, String reply) {
    try (Socket socket = server.accept()) {
      socket.getOutputStream().write(reply.getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().read();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private int run(String... args) {
    var surroundings =
        new Surroundings(new PrintWriter(out), new PrintWriter(err), false, directory, environment);
    Server none =
        settings -> {
          throw new IOException("not here");
        };
    return new Program(surroundings, none, Runnable::run).run(args);
  }
}
