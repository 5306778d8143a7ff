package dev.refrain.gateway.console;

import dev.refrain.Entry;
import dev.refrain.Inventory;
import dev.refrain.gateway.admin.AdminRefusal;
import dev.refrain.gateway.admin.AdminReply;
import dev.refrain.gateway.admin.AdminRequest;
import dev.refrain.gateway.admin.Route;
import dev.refrain.json.JsonWriter;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
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
   * that takes too long ends where it is, and says that it is not complete.
   */

  private static final Logger log = LoggerFactory.getLogger(EntriesPage.class);
  private static final Duration SCAN_TIME_MAX = Duration.ofSeconds(5);
  private static final int SCANS_MAX = 2; // others wait
  private static final int TAGS_SHOWN_MAX = 12;

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
    var silent = new ArrayList<String>();
    long until = clock.millis() + SCAN_TIME_MAX.toMillis();
    long matched = 0;
    boolean complete = true;
    for (var tier : inventory.tiers()) {
      var scan = new Scan(wanted, selection, until);
      try {
        inventory.scan(tier, scan::more);
      } catch (IOException | RuntimeException e) {
        log.warn("The tier {} cannot show what it holds: {}", tier, e.getMessage());
        silent.add(tier);
      }
      matched = Math.max(matched, scan.matched);
      complete &= !scan.late;
    }
    var out = new JsonWriter().beginObject().name("nowMillis").number(clock.millis());
    out.name("entries").beginArray();
    selection.entries().forEach(entry -> write(entry, out));
    out.endArray().name("matched").number(matched).name("complete").bool(complete);
    out.name("silent").beginArray();
    silent.forEach(out::string);
    out.endArray().name("next");
    var next = selection.next();
    return ((next == null) ? out.nothing() : out.string(next.toString())).endObject();
  }

  /** The scan of one tier. */
  private final class Scan {
    private static final int ENTRIES_PER_LOOK_AT_THE_CLOCK = 1024;

    private final Wanted wanted;
    private final Selection selection;
    private final long untilMillis;
    private long seen;
    private long matched;
    private boolean late;

    Scan(Wanted wanted, Selection selection, long untilMillis) {
      this.wanted = wanted;
      this.selection = selection;
      this.untilMillis = untilMillis;
    }

    boolean more(Entry entry) {
      if (wanted.fits(entry)) {
        matched++;
        selection.add(entry);
      }
      seen++;
      late = seen % ENTRIES_PER_LOOK_AT_THE_CLOCK == 0 && clock.millis() > untilMillis;
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
