package dev.refrain.bench.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures the embedded tier, each step in a process of its own, and prints a table. */
public final class Disk {
  private static final int SMALL = 100_000;
  private static final int LARGE = 1_000_000;

  private Disk() {}

  /** Takes a directory for the files, and perhaps how many entries there are at most. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var directory = Path.of(arguments[0]);
    int large = (arguments.length > 1) ? Integer.parseInt(arguments[1]) : LARGE;
    System.out.println("| What | Measured |\n|---|---|");
    for (int entries : new int[] {0, Math.min(SMALL, large), large}) {
      var home = directory.resolve(Integer.toString(entries));
      run(Fill.class, home, entries);
      run(Look.class, home, entries);
      if (entries > 0) {
        run(Sweep.class, home, entries);
      }
    }
  }

  private static void run(Class<?> step, Path home, int entries)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xms256m", "-Xmx256m", "--enable-native-access=ALL-UNNAMED", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(step.getName(), home.toString(), Integer.toString(entries)));
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException(step.getSimpleName() + " ended with " + code);
    }
  }
}
