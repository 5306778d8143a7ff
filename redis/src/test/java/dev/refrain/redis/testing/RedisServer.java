package dev.refrain.redis.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.testing.FreePort;
import dev.refrain.testing.Lacking;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A real Redis of its own for a test, on loopback, on a free port. */
public final class RedisServer implements AutoCloseable {
  private static final int STARTS_MAX = 10; // a port may be taken, or too high for a cluster
  private static final long START_NANOS_MAX = TimeUnit.SECONDS.toNanos(20);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int REPLY_MILLIS_MAX = 10_000;

  private final int port;
  private final Path folder;
  private final List<String> arguments;
  private Process process;

  /** What the program is started with. */
  private interface Arguments {
    List<String> of(int port, Path folder) throws IOException;
  }

  private RedisServer(int port, Path folder, List<String> arguments) throws IOException {
    this.port = port;
    this.folder = folder;
    this.arguments = arguments;
    this.process = launch();
  }

  /**
   * Starts a server, which keeps nothing on disk unless the options say so: {@code "--maxmemory",
   * "1mb"}. Where there is no program to start, the test is skipped; in CI it fails.
   */
  public static RedisServer start(String... options) throws IOException, InterruptedException {
    return start((port, folder) -> {
      var arguments = new ArrayList<String>();
      arguments.addAll(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1"));
      arguments.addAll(List.of("--dir", folder.toString(), "--save", "", "--appendonly", "no"));
      arguments.addAll(List.of(options));
      return arguments;
    });
  }

  /** Starts a Sentinel that watches a primary, with what its configuration says besides. */
  static RedisServer startSentinel(String... configuration)
      throws IOException, InterruptedException {
    return start((port, folder) -> {
      var lines = new ArrayList<>(List.of("port " + port, "bind 127.0.0.1", "dir " + folder));
      lines.addAll(List.of(configuration));
      var file = Files.write(folder.resolve("sentinel.conf"), lines);
      return List.of(file.toString(), "--sentinel");
    });
  }

  private static RedisServer start(Arguments arguments) throws IOException, InterruptedException {
    RedisProgram.require();
    for (int start = 1; ; start++) {
      int port = FreePort.any();
      var folder = newFolder();
      var server = new RedisServer(port, folder, arguments.of(port, folder));
      if (server.answers()) {
        return server;
      }
      var said = server.log();
      server.close();
      if (said.contains("tls-port")) { // the word that it does not know
        throw Lacking.of("no redis-server with TLS for this machine: " + said);
      }
      if (start == STARTS_MAX) {
        throw new IOException("redis-server does not start: " + said);
      }
    }
  }

  /** Returns where it listens. */
  public int port() {
    return port;
  }

  /** Returns its address, as {@code REDIS_URL} takes it. */
  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Ends it as a failing machine would. What it kept in memory alone is lost. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Starts it anew, where it was and with its files, after {@link #kill}. */
  public void startAgain() throws IOException, InterruptedException {
    process = launch();
    if (!answers()) {
      throw new IOException("redis-server does not start again: " + log());
    }
  }

  /** Stops it without ending it: its connections stay, and nothing is answered. */
  public void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets it go on after {@link #freeze}. */
  public void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** Asks it something on a connection of its own, and returns the reply as RESP2 has it. */
  public String ask(String... words) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), REPLY_MILLIS_MAX);
      socket.setSoTimeout(REPLY_MILLIS_MAX);
      var out = socket.getOutputStream();
      out.write(("*" + words.length + "\r\n").getBytes(UTF_8));
      for (var word : words) {
        var bytes = word.getBytes(UTF_8);
        out.write(("$" + bytes.length + "\r\n").getBytes(UTF_8));
        out.write(bytes);
        out.write("\r\n".getBytes(UTF_8));
      }
      out.flush();
      return RespReader.text(socket.getInputStream());
    }
  }

  /** Ends it, and removes what it kept. */
  @Override
  public void close() throws IOException {
    kill();
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private Process launch() throws IOException {
    var command = new ArrayList<String>();
    command.add(RedisProgram.path().toString());
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  /** Waits until it answers, or has ended without. */
  private boolean answers() throws InterruptedException {
    long began = System.nanoTime();
    while (process.isAlive() && System.nanoTime() - began < START_NANOS_MAX) {
      if (answer() != null) {
        return process.isAlive(); // else somebody else answered on this port
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return false;
  }

  /** Returns its answer to a ping, be it that it loads still or wants a password. */
  private @Nullable String answer() {
    try {
      var answer = ask("PING");
      return answer.startsWith("-LOADING") ? null : answer;
    } catch (IOException e) {
      return null; // not there yet
    }
  }

  private void signal(String name) throws IOException, InterruptedException {
    var command = List.of("kill", "-" + name, String.valueOf(process.pid()));
    if (new ProcessBuilder(command).start().waitFor() != 0) {
      throw new IOException("cannot send " + name + " to the server");
    }
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  private static Path newFolder() throws IOException {
    return Files.createTempDirectory("refrain-redis");
  }
}
