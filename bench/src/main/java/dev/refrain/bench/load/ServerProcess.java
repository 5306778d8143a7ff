package dev.refrain.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What Linux tells of a process.
 *
 * @param id 0 for none, of which there is nothing to tell
 */
@SuppressWarnings("StringSplitter") // the kernel ends no line with a blank
record ServerProcess(long id) {
  private static final long NANOS_PER_TICK = 10_000_000; // USER_HZ is 100 wherever Java runs
  private static final int USER_TICKS = 11; // after the name, see proc(5)
  private static final int IDLE = 4; // these three of the whole machine
  private static final int IO_WAIT = 5;
  private static final int STEAL = 8;

  static ServerProcess own() {
    return new ServerProcess(ProcessHandle.current().pid());
  }

  /** Returns how much of it is in memory. */
  long kilobytes() throws IOException {
    return (id == 0) ? 0 : status(folder(), "VmRSS:");
  }

  /** Returns how long it has had a processor. */
  long busyNanos() throws IOException {
    if (id == 0) {
      return 0;
    }
    var stat = Files.readString(folder().resolve("stat"));
    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    long ticks = Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[USER_TICKS + 1]);
    return ticks * NANOS_PER_TICK;
  }

  /** Returns how long all processes together have had a processor, those next door included. */
  static long allBusyNanos() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/stat"))) {
      var fields = lines.findFirst().orElseThrow().strip().split(" +");
      long ticks = 0;
      for (int i = 1; i <= STEAL; i++) {
        ticks += (i == IDLE || i == IO_WAIT) ? 0 : Long.parseLong(fields[i]);
      }
      return ticks * NANOS_PER_TICK;
    }
  }

  /** Returns how often its threads were taken off a processor. */
  long switches() throws IOException {
    if (id == 0) {
      return 0;
    }
    long sum = 0;
    try (var threads = Files.newDirectoryStream(folder().resolve("task"))) {
      for (var thread : threads) {
        sum += status(thread, "voluntary_ctxt_switches:");
        sum += status(thread, "nonvoluntary_ctxt_switches:");
      }
    }
    return sum;
  }

  private Path folder() {
    return Path.of("/proc", Long.toString(id));
  }

  private static long status(Path folder, String name) throws IOException {
    try {
      for (var line : Files.readAllLines(folder.resolve("status"))) {
        if (line.startsWith(name)) {
          return Long.parseLong(line.substring(name.length()).strip().split(" ")[0]);
        }
      }
    } catch (NoSuchFileException e) {
      // a thread that has just ended
    }
    return 0;
  }
}
