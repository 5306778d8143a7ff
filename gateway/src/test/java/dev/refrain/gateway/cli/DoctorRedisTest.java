package dev.refrain.gateway.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.redis.testing.RedisServer;
import dev.refrain.testing.FreePort;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with the Redis of a fleet is found, and it is said what to do about it. */
@Timeout(60)
final class DoctorRedisTest {
  private final Map<String, String> environment = new HashMap<>();
  @TempDir Path directory;

  @BeforeEach
  void askNobodyElse() throws IOException {
    var nobody = "http://127.0.0.1:" + FreePort.any();
    Files.writeString(
        directory.resolve("refrain.yaml"),
        """
        listen: 127.0.0.1:%d
        data: none
        upstreams:
          openai: {url: "%2$s"}
          anthropic: {url: "%2$s"}
          gemini: {url: "%2$s"}
          ollama: {url: "%2$s"}
        """
            .formatted(FreePort.any(), nobody));
  }

  @Test
  void whereAllIsWellItIsSaidWithoutThePassword() throws Exception {
    environment.put("REFRAIN_REDIS_WAIT", "10s"); // however slow this machine is
    try (var redis =
        RedisServer.start(
            "--requirepass",
            "s3cret",
            "--maxmemory",
            "64mb",
            "--maxmemory-policy",
            "volatile-lru")) {
      var said = ask("redis://:s3cret@127.0.0.1:" + redis.port() + "/2");
      assertThat(said)
          .containsPattern("ok  Redis: (Redis|Valkey) \\d\\S+ lets us in at redis://\\*\\*\\*@")
          .containsPattern("ok  Redis: .* of 64.0 MiB are taken, and when it is full: volatile-lru")
          .contains("ok  clock: agrees with that of Redis")
          .doesNotContain("s3cret", "BAD Redis", "?   Redis");
    }
  }

  @Test
  void whoIsNotLetInLearnsWhatToLookAt() throws Exception {
    try (var redis = RedisServer.start("--requirepass", "right")) {
      assertThat(ask("redis://:wr0ng@127.0.0.1:" + redis.port()))
          .contains("BAD Redis: redis://***@127.0.0.1:" + redis.port() + ": WRONGPASS")
          .contains("Look at user and password")
          .doesNotContain("wr0ng");
      assertThat(ask("redis://:right@127.0.0.1:" + redis.port() + "/99"))
          .contains("Look at the number of the database");
      assertThat(ask("rediss://127.0.0.1:" + redis.port())).contains("BAD Redis: rediss://");
    }
  }

  @Test
  void nobodyAndSomethingElseAreTold() throws Exception {
    assertThat(ask("redis://:s3cret@127.0.0.1:" + FreePort.any()))
        .contains("nobody listens there", "leave its address out")
        .doesNotContain("s3cret");
    try (var another = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> refuseAll(another));
      assertThat(ask("redis://127.0.0.1:" + another.getLocalPort()))
          .contains("BAD Redis: ", "Look whether it is Redis that listens there");
    }
  }

  /** Says what a server of HTTP says to whoever speaks something else, until it is closed. */
  private static void refuseAll(ServerSocket server) {
    while (!server.isClosed()) {
      try (var socket = server.accept()) {
        socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
      } catch (IOException e) {
        // who does not wait for the end of it finds it closed, and so does the last accept
      }
    }
  }

  @Test
  void theAddressInAFileCounts() throws Exception {
    try (var redis = RedisServer.start()) {
      var settings = directory.resolve("refrain.yaml");
      Files.writeString(directory.resolve("address"), redis.url());
      Files.writeString(
          settings, Files.readString(settings) + "redis: {url-file: address, wait: 1ms}\n");
      assertThat(run()).contains("Redis: ", "lets us in at " + redis.url());
    }
  }

  @Test
  void whatAFullServerDoesIsLookedAt() throws Exception {
    try (var redis = RedisServer.start()) {
      assertThat(ask(redis.url()))
          .containsPattern("\\?   Redis: it holds .*, and may take all the memory")
          .contains("maxmemory-policy volatile-lru");
      redis.ask("CONFIG", "SET", "maxmemory", "64mb");
      assertThat(ask(redis.url()))
          .contains("when it is full: noeviction", "Then nothing new is kept");
      redis.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-random");
      assertThat(ask(redis.url())).contains("all answers count as invalidated");
      redis.ask("ACL", "SETUSER", "ann", "on", ">pw", "~other:*", "&*", "+@all");
      assertThat(ask("redis://ann:pw@127.0.0.1:" + redis.port()))
          .contains("BAD Redis: it refuses SET: NOPERM", "Give its user these rights");
    }
  }

  @Test
  void aClusterIsToldFromOneServer() throws Exception {
    try (var alone = RedisServer.start();
        var member = RedisServer.start("--cluster-enabled", "yes")) {
      assertThat(ask(alone.url() + "?cluster")).contains("It is no cluster: leave ?cluster out.");
      assertThat(ask(member.url())).contains("Write ?cluster at its end");
    }
  }

  private String ask(String url) {
    environment.put("REDIS_URL", url);
    return run();
  }

  private String run() {
    var out = new StringWriter();
    var surroundings =
        new Surroundings(new PrintWriter(out), new PrintWriter(out), false, directory, environment);
    Server none =
        settings -> {
          throw new IOException("not here");
        };
    new Program(surroundings, none, Runnable::run).run("doctor");
    return out.toString();
  }
}
