package dev.refrain.gateway.console;

import dev.refrain.Entry;
import dev.refrain.Inventory;
import dev.refrain.Slot;
import dev.refrain.gateway.admin.AdminRefusal;
import dev.refrain.gateway.admin.AdminReply;
import dev.refrain.gateway.admin.AdminRequest;
import dev.refrain.gateway.admin.Route;
import dev.refrain.json.JsonWriter;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is kept: a page of entries that fit, in some order. */
final class EntriesPage {
  /*
   *   page  = {"nowMillis": time, "entries": [entry, …], "matched": n, "complete": bool,
   *            "silent": [tier, …], "next": text or null}
   *   entry = {"key": hex, "form": name, "model", "namespace", "dialect", "tags": [text, …],
   *            "bornMillis": time, "tookMillis": n, "bytes": n, "hits": n, "savedTokens": n or -1}
   *
   * Tiers hold copies of the same entries, so "matched" is what the tier has that has most. A scan
   * that takes too long ends where it is, and says that it is not complete. A text is looked for in
   * what else fits, in its order, so that where the time runs out the first are right.
   */

  private static final Logger log = LoggerFactory.getLogger(EntriesPage.class);
  private static final Duration SCAN_TIME_MAX = Duration.ofSeconds(5);
  private static final int SCANS_MAX = 2; // others wait
  private static final int TAGS_SHOWN_MAX = 12;
  private static final int READ_MAX = 100_000; // for their text

  private final Inventory inventory;
  private final InstantSource clock;
  private final Semaphore scans = new Semaphore(SCANS_MAX);

  EntriesPage(Inventory inventory, InstantSource clock) {
    this.inventory = inventory;
    this.clock = clock;
  }

  Route route() {
    return Route.get("/-/api/entries", this::answer);
  }

  private AdminReply answer(AdminRequest request) throws AdminRefusal, InterruptedException {
    var wanted = Wanted.in(request);
    scans.acquire();
    try {
      return AdminReply.json(json(wanted));
    } finally {
      scans.release();
    }
  }

  private JsonWriter json(Wanted wanted) throws InterruptedException {
    var selection = new Selection(wanted);
    long until = clock.millis() + SCAN_TIME_MAX.toMillis();
    var seen = scan(wanted, selection, until);
    if (!wanted.text().isEmpty()) {
      seen = read(wanted, selection, seen, until);
    }
    var out = new JsonWriter().beginObject().name("nowMillis").number(clock.millis());
    out.name("entries").beginArray();
    selection.entries().forEach(entry -> write(entry, out));
    out.endArray().name("matched").number(seen.matched).name("complete").bool(seen.complete);
    out.name("silent").beginArray();
    seen.silent.forEach(out::string);
    out.endArray().name("next");
    var next = selection.next();
    return ((next == null) ? out.nothing() : out.string(next.toString())).endObject();
  }

  /** What was seen, and whether that was all. */
  private record Seen(
      long matched, boolean complete, List<String> silent, Map<Slot, Entry> unread) {}

  private Seen scan(Wanted wanted, Selection selection, long untilMillis)
      throws InterruptedException {
    var silent = new ArrayList<String>();
    var unread = new HashMap<Slot, Entry>();
    long matched = 0;
    boolean complete = true;
    for (var tier : inventory.tiers()) {
      var scan = new Scan(wanted, entry -> take(wanted, entry, selection, unread), untilMillis);
      try {
        inventory.scan(tier, scan::more);
      } catch (IOException | RuntimeException e) {
        log.warn("The tier {} cannot show what it holds: {}", tier, e.getMessage());
        silent.add(tier);
      }
      matched = Math.max(matched, scan.matched);
      complete &= !scan.late;
    }
    return new Seen(matched, complete, silent, unread);
  }

  /** Returns false if no more can be taken. */
  private static boolean take(
      Wanted wanted, Entry entry, Selection selection, Map<Slot, Entry> unread) {
    if (wanted.text().isEmpty()) {
      selection.add(entry);
      return true;
    }
    if (unread.size() < READ_MAX) {
      unread.merge(entry.slot(), entry, (one, other) -> (one.hits() < other.hits()) ? other : one);
    }
    return unread.size() < READ_MAX;
  }

  private Seen read(Wanted wanted, Selection selection, Seen seen, long untilMillis)
      throws InterruptedException {
    var search = TextSearch.of(wanted.text());
    long matched = 0;
    for (var entry : selection.ordered(seen.unread.values())) {
      if (clock.millis() > untilMillis) {
        return new Seen(matched, false, seen.silent, Map.of());
      }
      var recording = inventory.nearest(entry.slot());
      if (recording != null && search.fits(recording)) {
        matched++;
        selection.add(entry);
      }
    }
    return new Seen(matched, seen.complete, seen.silent, Map.of());
  }

  /** The scan of one tier. */
  private final class Scan {
    private static final int ENTRIES_PER_LOOK_AT_THE_CLOCK = 1024;

    private final Wanted wanted;
    private final Predicate<Entry> taker; // until it has enough
    private final long untilMillis;
    private long seen;
    private long matched;
    private boolean late;

    Scan(Wanted wanted, Predicate<Entry> taker, long untilMillis) {
      this.wanted = wanted;
      this.taker = taker;
      this.untilMillis = untilMillis;
    }

    boolean more(Entry entry) {
      if (wanted.fits(entry)) {
        matched++;
        late = !taker.test(entry);
      }
      seen++;
      late |= seen % ENTRIES_PER_LOOK_AT_THE_CLOCK == 0 && clock.millis() > untilMillis;
      return !late;
    }
  }

  private static void write(Entry entry, JsonWriter out) {
    var tagged = Tagged.by(entry.stamp().tags());
    out.beginObject().name("key").string(entry.slot().key().toString());
    out.name("form").string(entry.slot().form().name());
    out.name("model").string(tagged.model()).name("namespace").string(tagged.namespace());
    out.name("dialect").string(tagged.dialect()).name("tags").beginArray();
    shown(tagged.others()).forEach(out::string);
    out.endArray().name("bornMillis").number(entry.bornMillis());
    out.name("tookMillis").number(entry.tookMillis()).name("bytes").number(entry.bytes());
    out.name("hits").number(entry.hits()).name("savedTokens").number(Sort.savedTokens(entry));
    out.endObject();
  }

  private static List<String> shown(List<String> tags) {
    return tags.subList(0, Math.min(tags.size(), TAGS_SHOWN_MAX));
  }
}
