package dev.refrain.redis.testing;

import dev.refrain.testing.Lacking;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which program the tests start: the one that {@code REFRAIN_TEST_REDIS} names, or Redis 6.2, the
 * oldest that is supported, from a jar of Maven Central, or one that was installed.
 */
final class RedisProgram {
  private static final Map<String, String> IN_THE_JAR =
      Map.of(
          "linux amd64", "redis-server-6.2.6-v5-linux-amd64",
          "linux aarch64", "redis-server-6.2.7-linux-arm64",
          "mac os x x86_64", "redis-server-6.2.6-v5-darwin-amd64",
          "mac os x aarch64", "redis-server-6.2.6-v5-darwin-arm64");

  private static final class Found {
    private static final @Nullable Path PATH = find();
  }

  private RedisProgram() {}

  /** Skips the test where there is none to start, but never in silence or in CI. */
  static void require() {
    if (Found.PATH == null) {
      throw Lacking.of("no redis-server for this machine: install it or valkey-server");
    }
  }

  static Path path() {
    require();
    return Found.PATH;
  }

  private static @Nullable Path find() {
    for (var candidate : candidates()) {
      if (runs(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  private static List<Path> candidates() {
    var candidates = new ArrayList<Path>();
    var wanted = System.getenv("REFRAIN_TEST_REDIS");
    if (wanted != null) {
      return List.of(Path.of(wanted));
    }
    var system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    var name = IN_THE_JAR.get(system.toLowerCase(Locale.ROOT));
    var program = (name == null) ? null : RedisProgram.class.getResourceAsStream("/" + name);
    if (program != null) {
      candidates.add(unpack(program));
    }
    candidates.add(Path.of("redis-server"));
    candidates.add(Path.of("valkey-server"));
    return candidates;
  }

  private static Path unpack(InputStream program) {
    try (program) {
      var file = Files.createTempFile("redis-server", "");
      file.toFile().deleteOnExit();
      Files.copy(program, file, StandardCopyOption.REPLACE_EXISTING);
      if (!file.toFile().setExecutable(true)) {
        throw new IOException("cannot be made executable: " + file);
      }
      return file;
    } catch (IOException e) {
      throw new IllegalStateException("cannot unpack redis-server", e);
    }
  }

  private static boolean runs(Path program) {
    try {
      var process = new ProcessBuilder(program.toString(), "--version").start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false; // not there, or for another machine
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
