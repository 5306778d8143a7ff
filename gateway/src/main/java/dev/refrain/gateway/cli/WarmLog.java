package dev.refrain.gateway.cli;

import dev.refrain.gateway.keys.AtomicFile;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which lines of a file have been sent, so that the rest can be sent another time. Thread-safe. */
final class WarmLog {
  /*
   *   {"what": digest, "sent": [first, last, first, last, …], "fetched", "fresh", "inputTokens",
   *    "outputTokens", "billionths": number}
   *
   * It is good for the same requests alone, sent to the same path with the same headers: that is
   * what the digest is of. Lines that failed were not sent. As it is written now and then, a few
   * more may have been sent than it says; their answers lie there, and cost nothing again.
   */

  private final @Nullable Path file;
  private final String what;
  private final Sums before;
  private final BitSet sent; // guarded by this

  /** What the lines have cost that were sent. */
  record Sums(long fetched, long fresh, long inputTokens, long outputTokens, long billionths) {
    static final Sums NOTHING = new Sums(0, 0, 0, 0, 0);
  }

  private WarmLog(@Nullable Path file, String what, Sums before, BitSet sent) {
    this.file = file;
    this.what = what;
    this.before = before;
    this.sent = sent;
  }

  /** Notes nothing that would outlast the process. */
  static WarmLog none() {
    return new WarmLog(null, "", Sums.NOTHING, new BitSet());
  }

  /**
   * Goes on with a file, or begins it if it is not there.
   *
   * @throws CommandFailure if it is of other requests, or none at all
   */
  static WarmLog open(Path file, String what) throws CommandFailure {
    try {
      byte @Nullable [] bytes = AtomicFile.read(file);
      if (bytes == null) {
        return new WarmLog(file, what, Sums.NOTHING, new BitSet());
      }
      var json = Json.parse(bytes);
      if (!Reading.text(json, "what").equals(what)) {
        throw new CommandFailure(
            ExitCode.WRONG_USE,
            file
                + " tells of other requests, or of another path or header; delete it, or name"
                + " another");
      }
      return new WarmLog(file, what, sums(json), sent(json));
    } catch (JsonRejected e) {
      throw new CommandFailure(ExitCode.WRONG_USE, file + " is no file that tells what was sent");
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.CANNOT_RUN, "cannot read " + file);
    }
  }

  private static Sums sums(Json json) {
    return new Sums(
        Reading.number(json, "fetched"),
        Reading.number(json, "fresh"),
        Reading.number(json, "inputTokens"),
        Reading.number(json, "outputTokens"),
        Reading.number(json, "billionths"));
  }

  private static BitSet sent(Json json) {
    var bounds = new ArrayList<Integer>();
    var array = json.get("sent");
    if (array != null) {
      array.elements().forEach(element -> bounds.add((int) element.asLong(0)));
    }
    var sent = new BitSet();
    for (int i = 0; i + 1 < bounds.size(); i += 2) {
      sent.set(bounds.get(i), bounds.get(i + 1) + 1);
    }
    return sent;
  }

  /** Returns what was spent before this run. */
  Sums before() {
    return before;
  }

  synchronized boolean wasSent(int line) {
    return sent.get(line);
  }

  synchronized void sent(int line) {
    sent.set(line);
  }

  /** Writes down how far it is. */
  void write(Sums sums) throws CommandFailure {
    if (file == null) {
      return;
    }
    var json = new JsonWriter().beginObject().name("what").string(what).name("sent").beginArray();
    spans().forEach(json::number);
    json.endArray().name("fetched").number(sums.fetched).name("fresh").number(sums.fresh);
    json.name("inputTokens").number(sums.inputTokens);
    json.name("outputTokens").number(sums.outputTokens);
    json.name("billionths").number(sums.billionths).endObject();
    try {
      AtomicFile.write(file, json.toBytes());
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.CANNOT_RUN, "cannot write " + file + ": " + e.getMessage());
    }
  }

  private synchronized List<Integer> spans() {
    var spans = new ArrayList<Integer>();
    for (int first = sent.nextSetBit(0); first >= 0; ) {
      int end = sent.nextClearBit(first);
      spans.add(first);
      spans.add(end - 1);
      first = sent.nextSetBit(end);
    }
    return spans;
  }

  /** All is sent: there is nothing to go on with. */
  void finish() throws CommandFailure {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new CommandFailure(ExitCode.CANNOT_RUN, "cannot delete " + file);
      }
    }
  }
}
