package dev.refrain.gateway.testing;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The threads of this JVM, virtual ones included. */
public final class Threads {
  private static final Pattern LINE = Pattern.compile("#\\d+ \"([^\"]*)\".*");

  private Threads() {}

  /** Returns the names of all that are alive and named so. */
  public static List<String> named(String... names) {
    var wanted = Set.of(names);
    try {
      var folder = Files.createTempDirectory("refrain-threads");
      var file = folder.resolve("dump");
      try {
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
        return Files.readAllLines(file).stream()
            .map(LINE::matcher)
            .filter(line -> line.matches() && wanted.contains(line.group(1)))
            .map(line -> line.group(1))
            .toList();
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
