package dev.refrain.gateway.portage;

import dev.refrain.Depot;
import dev.refrain.Depot.Fate;
import dev.refrain.Recording;
import dev.refrain.dialect.Dialects;
import dev.refrain.gateway.portage.EntryReader.Said;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One file that is taken in. For one thread. */
final class Import {
  /*
   * Tiers that write behind drop what finds no room. So after a portion that has room the writing
   * is waited for; where something was dropped all the same, since others write, too, the portion
   * is taken in once more: what is there already is passed over.
   */

  private static final int PORTION_ENTRIES_MAX = 4_096;
  private static final int PORTION_BYTES_MAX = 8 << 20;
  private static final int ATTEMPTS_MAX = 3;
  private static final Logger log = LoggerFactory.getLogger(Import.class);

  private final Depot depot;
  private final Seal seal;
  private final LineLimits limits;
  private final Terms terms;
  private final EntryReader reader;
  private final ImportReport report = new ImportReport();
  private final List<Recording> portion = new ArrayList<>();
  private int portionBytes;
  private @Nullable String deployment; // that wrote what is being read

  /**
   * What the operator answers for.
   *
   * @param adopt that nothing in the file was retired elsewhere since it was written
   * @param trusted the scopes that mean the same callers here as where the file was written
   */
  record Terms(boolean adopt, Set<String> trusted) {
    Terms {
      trusted = Set.copyOf(trusted);
    }
  }

  Import(Depot depot, Seal seal, LineLimits limits, Terms terms) {
    this.depot = depot;
    this.seal = seal;
    this.limits = limits;
    this.terms = terms;
    this.reader = new EntryReader(limits);
  }

  /**
   * Takes in all that may be.
   *
   * @throws IOException if the file cannot be read, or what it holds cannot be written
   */
  ImportReport run(InputStream in) throws IOException, InterruptedException {
    var lines = new Lines(in, limits.bytesMax());
    for (var line = lines.next(); line != null; line = lines.next()) {
      if (line.isTooLong()) {
        report.malformed(line.number(), "longer than any entry that is kept here");
      } else if (!line.isBlank()) {
        take(line.number(), reader.read(line.bytes()));
      }
    }
    settle();
    if (deployment != null) {
      report.cut();
    }
    return report;
  }

  private void take(long number, Said said) throws IOException, InterruptedException {
    switch (said) {
      case Said.Beginning(var name) -> {
        if (deployment != null) {
          report.cut();
        }
        deployment = name;
      }
      case Said.End end -> deployment = null;
      case Said.Damaged damaged -> report.damaged(number, "its sum is that of something else");
      case Said.Malformed(var why) -> report.malformed(number, why);
      case Said.Entry entry -> {
        if (isBelieved(number, entry)) {
          take(number, entry.recording());
        }
      }
    }
  }

  private boolean isBelieved(long number, Said.Entry entry) {
    if (deployment == null) {
      report.malformed(number, "an entry before the beginning or behind the end of a file");
    } else if (deployment.equals(seal.deployment())) {
      if (Seal.isSame(entry.seal(), seal.seal(entry.sum()))) {
        return true;
      }
      report.damaged(number, "its seal is not that of this deployment, from which it claims to be");
    } else if (!terms.trusted.contains(entry.scope())) {
      report.foreign(number, "of another deployment, and of " + entry.scope() + " there");
    } else {
      return true;
    }
    return false;
  }

  private void take(long number, Recording recording) throws IOException, InterruptedException {
    var fate = takeIn(recording);
    report.add(number, fate);
    if (fate == Fate.KEPT) {
      portion.add(recording);
      portionBytes += recording.weight();
      if (portion.size() >= PORTION_ENTRIES_MAX || portionBytes >= PORTION_BYTES_MAX) {
        settle();
      }
    }
  }

  private Fate takeIn(Recording recording) throws IOException, InterruptedException {
    var others = Dialects.formsBeside(recording.slot().form());
    return depot.takeIn(recording, others, terms.adopt);
  }

  private void settle() throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        depot.flush();
        break;
      } catch (IOException e) {
        if (attempt == ATTEMPTS_MAX) {
          throw e;
        }
        log.debug("Some of what was taken in was not written, and is taken in again", e);
      }
      for (var recording : portion) {
        takeIn(recording);
      }
    }
    portion.clear();
    portionBytes = 0;
  }
}
