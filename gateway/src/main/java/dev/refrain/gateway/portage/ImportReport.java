package dev.refrain.gateway.portage;

import dev.refrain.Depot.Fate;
import dev.refrain.json.JsonWriter;
import java.util.ArrayList;
import java.util.List;

/** What became of the lines of a file. */
final class ImportReport {
  /*
   * {"kept", "there", "expired", "retired", "foreign", "damaged", "malformed": number,
   *  "cut": boolean, "told": [*{"line": number, "what": text, "why": text}]}
   */

  private static final int TOLD_MAX = 20;

  private long kept;
  private long there;
  private long expired;
  private long retired;
  private long foreign;
  private long damaged;
  private long malformed;
  private boolean cut;
  private final List<Told> told = new ArrayList<>();

  private record Told(long line, String what, String why) {}

  void add(long line, Fate fate) {
    switch (fate) {
      case KEPT -> kept++;
      case THERE -> there++;
      case EXPIRED -> expired++;
      case RETIRED -> {
        retired++;
        tell(line, "retired", "invalidated since, or of another store");
      }
      case UNBORN -> malformed(line, "born in the future");
    }
  }

  void foreign(long line, String why) {
    foreign++;
    tell(line, "foreign", why);
  }

  void damaged(long line, String why) {
    damaged++;
    tell(line, "damaged", why);
  }

  void malformed(long line, String why) {
    malformed++;
    tell(line, "malformed", why);
  }

  /** Notes that a file has no end. */
  void cut() {
    cut = true;
  }

  /** Of each kind the first are told. */
  private void tell(long line, String what, String why) {
    if (told.stream().filter(one -> one.what.equals(what)).count() < TOLD_MAX) {
      told.add(new Told(line, what, why));
    }
  }

  JsonWriter json() {
    var json = new JsonWriter().beginObject().name("kept").number(kept);
    json.name("there").number(there).name("expired").number(expired);
    json.name("retired").number(retired).name("foreign").number(foreign);
    json.name("damaged").number(damaged).name("malformed").number(malformed);
    json.name("cut").bool(cut).name("told").beginArray();
    for (var one : told) {
      json.beginObject().name("line").number(one.line).name("what").string(one.what);
      json.name("why").string(one.why).endObject();
    }
    return json.endArray().endObject();
  }
}
