package dev.refrain.gateway.cli;

import dev.refrain.gateway.settings.Shared;
import dev.refrain.redis.RedisAddress;
import dev.refrain.redis.RedisReport;
import dev.refrain.redis.RedisReport.Refusal;
import dev.refrain.redis.RedisServerReport;
import dev.refrain.redis.RedisSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;

/** Looks at the Redis that several gateways share, as one of them who logs in. */
final class RedisExamination {
  private static final String SUBJECT = "Redis";
  private static final int MAJOR_MIN = 6;
  private static final int MINOR_MIN = 2;
  private static final double MILLI_NANOS = 1e6;
  private static final Pattern WHO =
      Pattern.compile("(WRONGPASS|NOAUTH|ERR AUTH|ERR invalid pass).*");
  private static final Pattern DATABASE = Pattern.compile(".*(DB index|invalid DB|SELECT).*");
  private static final Pattern NO_CLUSTER = Pattern.compile(".*cluster support disabled.*");

  private final Shared shared;
  private final InstantSource clock;
  private final Findings findings = new Findings(SUBJECT);

  private RedisExamination(Shared shared, InstantSource clock) {
    this.shared = shared;
    this.clock = clock;
  }

  /**
   * Looks at what is shared.
   *
   * @param clocks is told how far their clocks are from ours
   */
  static List<Finding> of(Shared shared, InstantSource clock, NetworkExamination clocks)
      throws InterruptedException {
    return new RedisExamination(shared, clock).findings(clocks);
  }

  private List<Finding> findings(NetworkExamination clocks) throws InterruptedException {
    var address = shared.address();
    try {
      var settings = RedisSettings.of(address).withPrefix(shared.prefix());
      var report = RedisReport.of(settings, clock);
      answers(address, report);
      report.refusals().forEach(this::refusal);
      clocks.compare(report.skew(), SUBJECT);
    } catch (IOException e) {
      findings.bad("%s: %s".formatted(address, words(e)), advice(e));
    }
    return findings.all();
  }

  private void answers(RedisAddress address, RedisReport report) {
    var servers = report.servers();
    var kinds =
        servers.stream()
            .map(server -> server.product() + " " + server.version())
            .distinct()
            .collect(Collectors.joining(", "));
    double millis = report.roundTrip().toNanos() / MILLI_NANOS;
    findings.good(
        String.format(
            Locale.ROOT,
            "%s%s lets us in at %s, and answers within %.1f ms",
            kinds.isEmpty() ? SUBJECT : kinds,
            (servers.size() > 1) ? " (" + servers.size() + " servers)" : "",
            address,
            millis));
    slowness(report.roundTrip());
    if (servers.stream().anyMatch(server -> server.isOlderThan(MAJOR_MIN, MINOR_MIN))) {
      findings.bad("%s is too old".formatted(kinds), "Use Redis 6.2 or later, or Valkey.");
    }
    if (!address.isCluster() && servers.stream().anyMatch(s -> s.mode().equals("cluster"))) {
      findings.bad(
          "the server is one of a cluster, of which the address says nothing",
          "Write ?cluster at its end: redis://HOST:PORT?cluster");
    }
    servers.stream().map(RedisServerReport::memory).distinct().forEach(this::memory);
  }

  private void slowness(Duration roundTrip) {
    if (roundTrip.compareTo(shared.waitMax().dividedBy(2)) > 0) {
      findings.doubtful(
          "a call waits for it no longer than %d ms (redis.wait)"
              .formatted(shared.waitMax().toMillis()),
          "It is too far away or too busy for that. Move it nearer, or set redis.wait higher.");
    }
  }

  private void memory(RedisServerReport.Memory memory) {
    if (memory.bytesMax() == 0) {
      findings.doubtful(
          "it holds %s, and may take all the memory that its machine has"
              .formatted(Wording.bytes(memory.bytes())),
          "Bound it: maxmemory 2gb, and maxmemory-policy volatile-lru.");
      return;
    }
    var said =
        "%s of %s are taken, and when it is full: %s"
            .formatted(
                Wording.bytes(memory.bytes()), Wording.bytes(memory.bytesMax()), memory.policy());
    if (!memory.evicts()) {
      findings.doubtful(said, "Then nothing new is kept. Set maxmemory-policy volatile-lru.");
    } else if (!memory.evictsAnswersOnly()) {
      findings.doubtful(
          said,
          "If it gives up the epochs, all answers count as invalidated. Set volatile-lru instead.");
    } else {
      findings.good(said);
    }
  }

  private void refusal(Refusal refusal) {
    var said = "it refuses %s: %s".formatted(refusal.step().command(), refusal.said());
    switch (refusal.step()) {
      case READ, STORE, TELL -> findings.bad(said, adviceTo(refusal.said()));
      case LEAD ->
          findings.doubtful(
              said, "Without scripts, a cluster's nodes may each call for themselves.");
      case ASK ->
          findings.doubtful(said, "So its version, memory and clock could not be looked at.");
    }
  }

  private static String adviceTo(String refusal) {
    if (refusal.startsWith("NOPERM")) {
      return "Give its user these rights: ACL SETUSER … +@all -@admin ~refrain:* &refrain:*";
    }
    if (refusal.startsWith("READONLY")) {
      return "This is a replica. Name the primary, or Sentinel: redis-sentinel://HOST:PORT#NAME";
    }
    return refusal.startsWith("OOM")
        ? "It is full and gives nothing up: set maxmemory-policy volatile-lru."
        : "Look into its log.";
  }

  private static String words(IOException failure) {
    if (NetworkExamination.cause(failure, UnknownHostException.class) != null) {
      return "nobody knows this host";
    }
    if (NetworkExamination.cause(failure, ConnectException.class) != null) {
      return "nobody listens there";
    }
    if (NetworkExamination.cause(failure, SSLException.class) != null) {
      return "no safe connection: " + failure.getMessage();
    }
    return String.valueOf(failure.getMessage());
  }

  private static String advice(IOException failure) {
    var said = String.valueOf(failure.getMessage());
    if (WHO.matcher(said).matches()) {
      return "Look at user and password: redis://USER:PASSWORD@HOST, with %40 for @ and %2F for /.";
    }
    if (DATABASE.matcher(said).matches()) {
      return "Look at the number of the database behind the last / of the address.";
    }
    if (NO_CLUSTER.matcher(said).matches()) {
      return "It is no cluster: leave ?cluster out.";
    }
    if (NetworkExamination.cause(failure, SSLException.class) != null) {
      return "Look whether it speaks TLS (else: redis://), and whether Java trusts its proof.";
    }
    if (NetworkExamination.cause(failure, ConnectException.class) == null
        && NetworkExamination.cause(failure, UnknownHostException.class) == null) {
      return "Look whether it is Redis that listens there, and whether it wants TLS: rediss://";
    }
    return "Start it, or leave its address out: then this gateway keeps its own answers.";
  }
}
