package dev.refrain.gateway.figures;

import dev.refrain.CacheFigures;
import dev.refrain.CacheFigures.TierFigures;
import dev.refrain.gateway.figures.Now.Quantiles;
import dev.refrain.json.JsonWriter;
import java.math.BigDecimal;
import java.util.Locale;

/** What there is to see at a glance, as JSON. */
final class NowJson {
  /*
   *   now      = {"time": instant, "started": instant, "windowSeconds": 300,
   *               "seconds": {"first": epoch second, "calls": {result: [number, …], …}},
   *               "today": period, "ever": period,
   *               "latency": {"hit": times, "fetched": times, "added": times,
   *                           "firstToken": times},
   *               "flights": {"inTheAir": n, "readers": n, "followers": n, "fullest": n},
   *               "replies": {"kept": n, "notKept": {reason: n, …}},
   *               "refreshes": {"begun": n, "failed": n}, "invalidations": n,
   *               "tiers": [tier, …], "models": [{"model": name, …total}, …],
   *               "unpriced": [name, …], "prices": {"date": day, "source": text}}
   *   period   = {"since": day, …total}
   *   total    = "calls", "hits", "joined", "hitRate": from 0 to 1,
   *              "tokensSaved" and "tokensSpent": {"input", "output", "estimated"},
   *              "moneySaved" and "moneySpent": dollars, "secondsSaved"
   *   times    = {"count": n, "p50": micros, "p90": micros, "p99": micros}
   *   tier     = {"name", "hits", "misses", "errors", "breaker": "closed" | "half_open" | "open",
   *               "entries", "bytes", "bytesMax", "evictions"}; -1 stands for unknown
   *
   * The hit rate counts those who shared somebody else's call as hits. Seconds are whole ones.
   */

  private static final int DIGITS_OF_NANOS = 9;
  private static final double RATE_UNIT = 1e4;

  private NowJson() {}

  static byte[] write(Now now) {
    var out = new JsonWriter().beginObject();
    out.name("time").string(now.time().toString());
    out.name("started").string(now.started().toString());
    out.name("windowSeconds").number(Window.LENGTH.toSeconds());
    writeSeconds(now, out);
    write("today", now.today(), out);
    write("ever", now.ever(), out);
    out.name("latency").beginObject();
    write("hit", now.hitTimes(), out);
    write("fetched", now.fetchTimes(), out);
    write("added", now.addedTimes(), out);
    write("firstToken", now.firstChunkTimes(), out);
    out.endObject();
    writeCache(now.cache(), out);
    writeModels(now, out);
    return out.endObject().toBytes();
  }

  private static void writeSeconds(Now now, JsonWriter out) {
    out.name("seconds").beginObject().name("first").number(now.first());
    out.name("calls").beginObject();
    now.seconds()
        .forEach((result, counts) -> {
          out.name(result.toString()).beginArray();
          for (long count : counts) {
            out.number(count);
          }
          out.endArray();
        });
    out.endObject().endObject();
  }

  private static void write(String name, Period period, JsonWriter out) {
    out.name(name).beginObject().name("since").string(period.since().toString());
    write(period.totals(), out);
    out.endObject();
  }

  private static void write(Totals totals, JsonWriter out) {
    out.name("calls").number(totals.calls());
    out.name("hits").number(totals.hits());
    out.name("joined").number(totals.joined());
    out.name("hitRate").raw(Double.toString(rate(totals)));
    SavingsFile.write("tokensSaved", totals.tokensSaved(), out);
    SavingsFile.write("tokensSpent", totals.tokensSpent(), out);
    out.name("moneySaved").raw(dollars(totals.nanosSaved()));
    out.name("moneySpent").raw(dollars(totals.nanosSpent()));
    out.name("secondsSaved").number(totals.millisSaved() / 1000);
  }

  private static double rate(Totals totals) {
    double spared = totals.hits() + totals.joined();
    return (totals.calls() == 0) ? 0 : Math.round(spared / totals.calls() * RATE_UNIT) / RATE_UNIT;
  }

  static String dollars(long nanos) {
    return BigDecimal.valueOf(nanos, DIGITS_OF_NANOS).toPlainString();
  }

  private static void write(String name, Quantiles times, JsonWriter out) {
    out.name(name).beginObject().name("count").number(times.count());
    out.name("p50").number(times.p50() / 1000);
    out.name("p90").number(times.p90() / 1000);
    out.name("p99").number(times.p99() / 1000).endObject();
  }

  private static void writeCache(CacheFigures cache, JsonWriter out) {
    out.name("flights").beginObject().name("inTheAir").number(cache.air().flights());
    out.name("readers").number(cache.air().readers());
    out.name("followers").number(cache.air().followers());
    out.name("fullest").number(cache.air().fullest()).endObject();
    out.name("replies").beginObject().name("kept").number(cache.kept());
    out.name("notKept").beginObject();
    cache.notKept().forEach((reason, count) -> out.name(reason.toString()).number(count));
    out.endObject().endObject();
    out.name("refreshes").beginObject().name("begun").number(cache.refreshes());
    out.name("failed").number(cache.refreshesFailed()).endObject();
    out.name("invalidations").number(cache.invalidations());
    out.name("tiers").beginArray();
    cache.tiers().forEach(tier -> write(tier, out));
    out.endArray();
  }

  private static void write(TierFigures tier, JsonWriter out) {
    var holdings = tier.holdings();
    out.beginObject().name("name").string(tier.name());
    out.name("hits").number(tier.hits());
    out.name("misses").number(tier.misses());
    out.name("errors").number(tier.errors());
    out.name("breaker").string(holdings.breaker().name().toLowerCase(Locale.ROOT));
    out.name("entries").number(holdings.entries());
    out.name("bytes").number(holdings.bytes());
    out.name("bytesMax").number(holdings.bytesMax());
    out.name("evictions").number(holdings.evictions()).endObject();
  }

  private static void writeModels(Now now, JsonWriter out) {
    out.name("models").beginArray();
    for (var model : now.models()) {
      out.beginObject().name("model").string(model.name());
      write(model.totals(), out);
      out.endObject();
    }
    out.endArray().name("unpriced").beginArray();
    now.unpriced().forEach(out::string);
    out.endArray().name("prices").beginObject().name("date").string(now.prices().date());
    out.name("source").string(now.prices().text()).endObject();
  }
}
