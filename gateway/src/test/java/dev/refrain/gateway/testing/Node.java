package dev.refrain.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.refrain.testing.Lacking;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Programs for Node.js, which are in {@code src/test/clients}, and what others have written and
 * they need, which is installed by npm beneath {@code target}.
 */
public final class Node {
  private static final Path MODULE = Path.of(System.getProperty("basedir", ""));
  private static final Path SOURCES = MODULE.resolve("src/test/clients");
  private static final Path INSTALLED = MODULE.resolve("target/clients");
  private static final int VERSION_MIN = 20;

  private Node() {}

  /** What a program said, on both its outputs, and with which code it ended. */
  public record Result(int code, String said) {}

  /** Installs all there is, if that has changed; where that cannot be, the test is skipped. */
  public static Node install() throws IOException, InterruptedException {
    var version = missing("node") ? "" : run(MODULE, List.of("node", "--version")).said().strip();
    boolean usable = version.matches("v\\d+\\..*") && major(version) >= VERSION_MIN;
    require(usable, "node " + VERSION_MIN + " or later is needed, and found was: " + version);
    require(!missing("npm"), "npm is needed, and was not found");
    Files.createDirectories(INSTALLED);
    try (var channel = FileChannel.open(INSTALLED.resolve("lock"), CREATE, WRITE);
        var lock = channel.lock()) { // other processes run other tests
      assert lock.isValid();
      update();
    }
    return new Node();
  }

  private static void update() throws IOException, InterruptedException {
    try (var files = Files.list(SOURCES)) {
      for (var file : files.toList()) {
        var copy = INSTALLED.resolve(file.getFileName());
        if (Files.notExists(copy) || Files.mismatch(file, copy) >= 0) {
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    var stamp = INSTALLED.resolve("installed.json");
    var wanted = Files.readString(SOURCES.resolve("package.json"));
    if (!Files.exists(stamp) || !Files.readString(stamp).equals(wanted)) {
      var npm = List.of("npm", "install", "--no-package-lock", "--no-audit", "--no-fund");
      var result = run(INSTALLED, npm);
      require(result.code() == 0, "npm could not install the clients: " + result.said());
      Files.writeString(stamp, wanted);
    }
  }

  /** Runs a program to its end. */
  public Result run(String file, String... arguments) throws IOException, InterruptedException {
    return run(INSTALLED, command(file, arguments));
  }

  /** Starts a program, which goes on until it is ended. */
  public Process start(String file, String... arguments) throws IOException {
    return builder(INSTALLED, command(file, arguments)).start();
  }

  private static List<String> command(String file, String... arguments) {
    var command = new ArrayList<>(List.of("node", file));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Without its tools a test is skipped, but never in silence, and never in CI. */
  private static void require(boolean met, String complaint) {
    if (!met) {
      throw Lacking.of("a test with Node.js, for " + complaint);
    }
  }

  private static int major(String version) {
    return Integer.parseInt(version.substring(1, version.indexOf('.')));
  }

  private static boolean missing(String program) throws InterruptedException {
    try {
      return run(MODULE, List.of(program, "--version")).code() != 0;
    } catch (IOException e) {
      return true;
    }
  }

  private static Result run(Path folder, List<String> command)
      throws IOException, InterruptedException {
    var process = builder(folder, command).start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), said);
  }

  private static ProcessBuilder builder(Path folder, List<String> command) {
    return new ProcessBuilder(command)
        .directory(folder.toAbsolutePath().toFile())
        .redirectErrorStream(true);
  }
}
