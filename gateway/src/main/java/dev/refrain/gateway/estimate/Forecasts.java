package dev.refrain.gateway.estimate;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.LlmCache;
import dev.refrain.Rule;
import dev.refrain.Rules;
import dev.refrain.dialect.Dialects;
import dev.refrain.gateway.estimate.LogLine.Unreadable;
import dev.refrain.gateway.figures.Prices;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a log once, and makes a forecast for the rules in force and for each ttl in question. */
public final class Forecasts {
  /*
   * Logs are written when calls end, so those that took long stand late. They are put in order as
   * far as this many lines reach; what is later still is taken as if it had come just now.
   */
  private static final int OUT_OF_ORDER_MAX = 20_000;

  private static final int COMPLAINTS_MAX = 3;
  private static final int UNPRICED_MAX = 10;
  private static final long SEED = 1;

  private final LogLine line;
  private final Prices prices;
  private final Forecast inForce;
  private final List<WhatIf> whatIfs;
  private final PriorityQueue<LoggedCall> waiting =
      new PriorityQueue<>(Comparator.comparingLong(LoggedCall::atMillis));
  private final List<String> complaints = new ArrayList<>();
  private final SortedSet<String> unpriced = new TreeSet<>();
  private long lines;
  private long unread;
  private @Nullable LoggedCall first;
  private @Nullable LoggedCall last;

  /** What would be with another ttl for all calls. */
  record WhatIf(Duration ttl, Forecast forecast) {}

  /**
   * Begins.
   *
   * @param ttls for which to say what would be
   * @param took how long upstream takes for calls of which the log does not say
   */
  public Forecasts(Rules rules, List<Duration> ttls, Duration took, Prices prices) {
    this.line = new LogLine(reader(), took.toMillis());
    this.prices = prices;
    this.inForce = new Forecast(rules, SEED, prices);
    this.whatIfs =
        ttls.stream()
            .map(ttl -> new WhatIf(ttl, new Forecast(withTtl(rules, ttl), SEED, prices)))
            .toList();
  }

  private static LlmCache reader() {
    return LlmCache.builder().dialects(Dialects.ALL).build();
  }

  private static Rules withTtl(Rules rules, Duration ttl) {
    return rules.with(
        rule -> new Rule(rule.enabled(), rule.lifetime().withTtl(ttl), rule.forgiven()));
  }

  /** Reads a log to its end. */
  public void read(BufferedReader log) throws IOException {
    for (var text = log.readLine(); text != null; text = log.readLine()) {
      lines++;
      if (!text.isBlank()) {
        add(text);
      }
      if (waiting.size() > OUT_OF_ORDER_MAX) {
        pass(waiting.remove());
      }
    }
    while (!waiting.isEmpty()) {
      pass(waiting.remove());
    }
  }

  private void add(String text) {
    try {
      waiting.add(line.read(text.getBytes(UTF_8)));
    } catch (Unreadable e) {
      unread++;
      if (complaints.size() < COMPLAINTS_MAX) {
        complaints.add("line " + lines + ": " + e.getMessage());
      }
    }
  }

  private void pass(LoggedCall logged) {
    first = (first == null) ? logged : first;
    last = logged;
    var model = logged.call().sort().model();
    if (!prices.knows(model) && unpriced.size() < UNPRICED_MAX) {
      unpriced.add(model);
    }
    inForce.add(logged);
    whatIfs.forEach(whatIf -> whatIf.forecast.add(logged));
  }

  Forecast inForce() {
    return inForce;
  }

  List<WhatIf> whatIfs() {
    return whatIfs;
  }

  /** Returns how many lines are none of a log. */
  long unread() {
    return unread;
  }

  /** Returns what is wrong with the first of them. */
  List<String> complaints() {
    return complaints;
  }

  Prices prices() {
    return prices;
  }

  /** Returns the first models that have no price. */
  SortedSet<String> unpriced() {
    return unpriced;
  }

  /** Returns when the first call came, and the last; 0 if there is none. */
  long fromMillis() {
    return (first == null) ? 0 : first.atMillis();
  }

  long untilMillis() {
    return (last == null) ? 0 : last.atMillis();
  }
}
