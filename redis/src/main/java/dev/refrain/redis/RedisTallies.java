package dev.refrain.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.redis.Archive.Desk;
import dev.refrain.redis.Archive.Results;
import dev.refrain.redis.Names.Place;
import dev.refrain.tier.Cover;
import io.lettuce.core.MapScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nodes count, each for itself and so that all see it: sheets, on which each node writes lines
 * of its own. Nothing is added up here, so whatever is written may be written again. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // all is in EXEC's
public final class RedisTallies implements AutoCloseable {
  /*
   * sheet   = hash: the name of each line, and its content, covered
   * content = name "\n" text
   *
   * All sheets lie in one slot of a cluster, so that many are exchanged in one step. They have a
   * line to Redis to themselves: what callers wait for does not wait behind them.
   *
   * A sheet that is not ours or too large is left alone, and so are lines that cannot be opened:
   * they are damaged, or of somebody who has another secret.
   */

  private static final int LINES_MAX = 5_000; // of a sheet
  private static final ScanArgs WHOLE = ScanArgs.Builder.limit(LINES_MAX);
  private static final byte[] PLACE = {'t'};
  private static final Duration LINE_TIME_MAX = Duration.ofSeconds(2);
  private static final Duration STEP_TIME_MAX = Duration.ofSeconds(1);
  private static final String STRANGE = "WRONGTYPE";
  private static final String ABORTED = "EXECABORT";
  private static final char END_OF_NAME = '\n';

  private static final Logger log = LoggerFactory.getLogger(RedisTallies.class);

  private final Names names;
  private final Cover cover;
  private final Line<StatefulRedisConnection<byte[], byte[]>> line;
  private final ReentrantLock asking = new ReentrantLock(); // one step at a time on the line
  private final AtomicBoolean hasComplained = new AtomicBoolean();

  /**
   * What is written on a sheet.
   *
   * @param name of what is counted
   * @param until when it is kept
   * @param lines the texts of lines, whatever they were before
   * @param ifMissing the texts of lines that are written only where there are none
   */
  public record Sheet(
      String name, Instant until, Map<String, String> lines, Map<String, String> ifMissing) {
    public Sheet {
      lines = Map.copyOf(lines);
      ifMissing = Map.copyOf(ifMissing);
    }
  }

  RedisTallies(RedisSettings settings, Servers servers) {
    names = new Names(settings.prefix(), settings.cover());
    cover = settings.cover();
    var home = names.ofFleet("tally");
    line = Line.open("line for tallies", () -> servers.connectTo(home));
  }

  /**
   * Reads sheets, and then writes on them; returns of each sheet the texts of all its lines, as
   * they were before. Sheets that cannot be read are left out.
   *
   * @throws IOException if Redis is away or takes too long; then perhaps it was written all the
   *     same
   */
  public Map<String, Map<String, String>> exchange(List<Sheet> sheets)
      throws IOException, InterruptedException {
    if (sheets.isEmpty()) {
      return Map.of();
    }
    asking.lockInterruptibly();
    try {
      if (!line.await(LINE_TIME_MAX)) {
        throw new IOException("Redis is away: " + line.trouble());
      }
      var desk = Desk.at(line);
      var places = sheets.stream().map(sheet -> names.tallies(sheet.name)).toList();
      return read(sheets, places, asked(desk, sheets, places));
    } finally {
      asking.unlock();
    }
  }

  private Results asked(Desk desk, List<Sheet> sheets, List<List<Place>> places)
      throws IOException, InterruptedException {
    try {
      return Archive.attempted(
          desk,
          STEP_TIME_MAX,
          redis -> {
            places.forEach(each -> each.forEach(place -> redis.hscan(place.key(), WHOLE)));
            for (int i = 0; i < sheets.size(); i++) {
              write(redis, sheets.get(i), places.get(i).getFirst());
            }
          });
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains(ABORTED)) {
        desk.leave("it may be a replica, or the server of other keys");
      }
      throw e;
    }
  }

  private void write(RedisAsyncCommands<byte[], byte[]> redis, Sheet sheet, Place place) {
    sheet.lines.forEach(
        (line, text) -> redis.hset(place.key(), line.getBytes(UTF_8), content(place, line, text)));
    sheet.ifMissing.forEach((line, text) ->
        redis.hsetnx(place.key(), line.getBytes(UTF_8), content(place, line, text)));
    if (!sheet.lines.isEmpty() || !sheet.ifMissing.isEmpty()) {
      redis.expireat(place.key(), sheet.until);
    }
  }

  private byte[] content(Place place, String line, String text) {
    return cover.seal(place.name(), PLACE, (line + END_OF_NAME + text).getBytes(UTF_8));
  }

  private Map<String, Map<String, String>> read(
      List<Sheet> sheets, List<List<Place>> places, Results results) throws IOException {
    var read = new HashMap<String, Map<String, String>>();
    int step = 0;
    for (int i = 0; i < sheets.size(); i++) {
      var lines = new HashMap<String, String>();
      boolean isReadable = true;
      for (var place : places.get(i)) {
        isReadable &= read(results, step++, place, lines);
      }
      if (isReadable) {
        read.put(sheets.get(i).name, lines);
      } else {
        complain("a sheet is none, or has more than " + LINES_MAX + " lines");
      }
    }
    for (; step < results.size(); step++) { // of writing
      isDone(results, step);
    }
    return read;
  }

  /** Reads a sheet, and returns whether it is one. */
  private boolean read(Results results, int step, Place place, Map<String, String> lines)
      throws IOException {
    if (!isDone(results, step)) {
      return false;
    }
    MapScanCursor<byte[], byte[]> page = results.get(step);
    for (var line : page.getMap().entrySet()) {
      try {
        var content = new String(cover.open(place.name(), PLACE, line.getValue()), UTF_8);
        var name = new String(line.getKey(), UTF_8);
        if (!content.startsWith(name + END_OF_NAME)) {
          throw new IOException("the text of another line");
        }
        lines.putIfAbsent(name, content.substring(name.length() + 1)); // the first place is newer
      } catch (IOException e) {
        complain("a line cannot be read: " + e.getMessage());
      }
    }
    return page.isFinished();
  }

  /** Returns whether a step was done, and not refused for what lies there. */
  private static boolean isDone(Results results, int step) throws IOException {
    var error = results.error(step);
    if (error != null && !String.valueOf(error.getMessage()).startsWith(STRANGE)) {
      throw new IOException("Redis: " + error.getMessage(), error);
    }
    return error == null;
  }

  private void complain(String what) {
    if (!hasComplained.getAndSet(true)) {
      log.warn("Of what nodes count in Redis, something is ignored: {}", what);
    }
  }

  @Override
  public void close() {
    line.close();
  }
}
