package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.gateway.Main;
import dev.refrain.testing.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A gateway in a process of its own, as users run it, of a fleet. */
public final class GatewayProcess implements AutoCloseable {
  private static final long START_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
  private static final int PAUSE_MILLIS = 50;
  private static final int OK = 200;
  private static final String JOINED = "refrain_tier_breaker{state=\"closed\",tier=\"redis\"} 1";

  private final HttpClient client = HttpClient.newHttpClient();
  private final String upstream;
  private final String redis;
  private final List<String> options;
  private final Path log;
  private final int port;
  private Process process;

  /**
   * Starts a gateway of a fleet, which may not serve yet when this returns, with further options of
   * the JVM.
   */
  static GatewayProcess ofFleet(String upstream, String redis, Path folder, List<String> options)
      throws IOException {
    return new GatewayProcess(upstream, redis, folder, options);
  }

  /** Starts one of no fleet, with further options of the JVM. */
  public static GatewayProcess alone(String upstream, Path folder, String... options)
      throws IOException {
    return new GatewayProcess(upstream, "", folder, List.of(options));
  }

  private GatewayProcess(String upstream, String redis, Path folder, List<String> options)
      throws IOException {
    this.upstream = upstream;
    this.redis = redis;
    this.options = options;
    this.port = FreePort.any();
    this.log = folder.resolve("gateway-" + port + ".log");
    this.process = launch();
  }

  private Process launch() throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(options); // of two that say the same, the last counts
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.addAll(
        List.of(
            Main.class.getName(),
            "serve",
            "--listen",
            "127.0.0.1:" + port,
            "--data",
            "none",
            "--upstream",
            "openai=" + upstream));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("REDIS_URL", redis);
    builder.environment().put("REFRAIN_REDIS_WAIT", "2s"); // a busy machine is no lost Redis
    return builder.start();
  }

  /** Waits until it serves. */
  public void awaitReady() throws IOException, InterruptedException {
    await("/-/ready", "");
  }

  /** Waits until it is one of the fleet: it serves before it has reached Redis. */
  public void awaitJoined() throws IOException, InterruptedException {
    await("/-/metrics", JOINED);
  }

  /** Waits until what it says at a path has this in it. */
  private void await(String path, String wanted) throws IOException, InterruptedException {
    long began = System.nanoTime();
    while (!says(path, wanted)) {
      if (!process.isAlive() || System.nanoTime() - began > START_NANOS_MAX) {
        throw new IOException("the gateway does not start: " + Files.readString(log, UTF_8));
      }
      Thread.sleep(PAUSE_MILLIS); // another process, which tells nobody
    }
  }

  private boolean says(String path, String wanted) throws InterruptedException {
    try {
      var asked = HttpRequest.newBuilder(uri(path)).build();
      var said = client.send(asked, BodyHandlers.ofString());
      return said.statusCode() == OK && said.body().contains(wanted);
    } catch (IOException e) {
      return false; // not yet
    }
  }

  /** Returns the port on which it listens. */
  int port() {
    return port;
  }

  /** Returns an address at this gateway. */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** Ends it at once: SIGKILL. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Starts it anew, where it was. */
  public void startAgain() throws IOException {
    process = launch();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Stops it without ending it: SIGSTOP. */
  public void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets it go on: SIGCONT. */
  public void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new IOException("no signal could be sent");
    }
  }

  @Override
  public void close() {
    kill();
    client.close();
  }
}
