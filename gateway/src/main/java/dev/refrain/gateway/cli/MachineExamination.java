package dev.refrain.gateway.cli;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.refrain.gateway.figures.Prices;
import dev.refrain.gateway.settings.Settings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Looks at the limits of this process, and at the files that it uses. */
final class MachineExamination {
  private static final int FILES_BESIDE_CONNECTIONS = 200;
  private static final long PRICES_DAYS_DOUBT = 180;
  private static final long DISK_BYTES_MIN = 1L << 30;

  private MachineExamination() {}

  static List<Finding> of(Settings settings, InstantSource clock) {
    var findings = new ArrayList<Finding>();
    findings.add(memory(settings));
    findings.add(openFiles(settings));
    var keys = settings.access().keys();
    if (keys != null) {
      findings.add(keys(keys));
    }
    findings.add(reach(settings));
    findings.add(prices(settings, clock));
    return findings;
  }

  private static Finding memory(Settings settings) {
    long heap = Runtime.getRuntime().maxMemory();
    long replies = settings.limits().repliesBytesMax();
    long taken = settings.memoryBytes() + settings.bodiesBytesMax() + replies;
    var said =
        "a heap of %s, of which answers take up to %s, requests %s and replies under way %s"
            .formatted(
                Wording.bytes(heap),
                Wording.bytes(settings.memoryBytes()),
                Wording.bytes(settings.bodiesBytesMax()),
                Wording.bytes(replies));
    if (taken > heap / 4 * 3) {
      return Finding.doubtful(
          "memory", said, "Leave more room: REFRAIN_JAVA_OPTS=-Xmx…, or less for 'memory'.");
    }
    return (replies < 2L * settings.limits().replyBytesMax())
        ? Finding.doubtful(
            "memory",
            said + "; one that is to be kept takes twice its size",
            "Replies of more than %s are not kept; REFRAIN_JAVA_OPTS=-Xmx… would change that."
                .formatted(Wording.bytes(replies / 2)))
        : Finding.good("memory", said);
  }

  private static Finding openFiles(Settings settings) {
    var system = ManagementFactory.getOperatingSystemMXBean();
    if (!(system instanceof UnixOperatingSystemMXBean unix)) {
      return Finding.good("open files", "not bounded here");
    }
    long max = unix.getMaxFileDescriptorCount();
    long wanted =
        settings.connections().clientConnectionsMax()
            + (long) settings.connections().upstreamConnectionsMax()
            + FILES_BESIDE_CONNECTIONS;
    var said =
        "this process may open %s; as many connections as are allowed need %s"
            .formatted(Wording.count(max), Wording.count(wanted));
    return (max < wanted)
        ? Finding.doubtful(
            "open files", said, "Raise the limit (ulimit -n), or lower connections.client-max.")
        : Finding.good("open files", said);
  }

  private static Finding keys(Path file) {
    var folder = file.toAbsolutePath().getParent();
    if (Files.exists(file) && !Files.isReadable(file)) {
      return Finding.bad("keys", file + " cannot be read", "Give this user the right to read it.");
    }
    if (folder == null || !Files.isWritable(folder)) {
      return Finding.bad(
          "keys", "nothing can be written beside " + file, "Use is counted in a file there.");
    }
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      var said = "%s is free beside %s".formatted(Wording.bytes(free), file);
      return (free < DISK_BYTES_MIN)
          ? Finding.doubtful("disk", said, "Make room.")
          : Finding.good("disk", said);
    } catch (IOException e) {
      return Finding.bad("disk", String.valueOf(e.getMessage()), "Look at the disk.");
    }
  }

  private static Finding prices(Settings settings, InstantSource clock) {
    try {
      var prices = Prices.at(settings.figures().prices());
      long days =
          ChronoUnit.DAYS.between(
              LocalDate.parse(prices.date()), LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
      var said = "what models cost is known as of %s".formatted(prices.date());
      return (days > PRICES_DAYS_DOUBT)
          ? Finding.doubtful(
              "prices", said, "Compare it with your bills, and name a newer table: figures.prices")
          : Finding.good("prices", said);
    } catch (IOException e) {
      return Finding.bad(
          "prices", String.valueOf(e.getMessage()), "docs/figures.md shows what it looks like.");
    } catch (DateTimeParseException e) {
      return Finding.doubtful(
          "prices", "nobody knows of which day they are", "Give the table a date: 2026-01-31");
    }
  }

  /** Who can reach it, and who is kept out. */
  private static Finding reach(Settings settings) {
    var host = settings.listen().host();
    boolean local = host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
    if (local) {
      return Finding.good("reach", "only this machine can reach it");
    }
    var said = "other machines can reach it at " + host;
    if (settings.listen().tls() == null) {
      var advice = "Set tls.certificate and tls.key, or a proxy before it.";
      return Finding.doubtful("reach", said + ", unencrypted", advice);
    }
    return Finding.good("reach", said + ", encrypted");
  }
}
