package dev.refrain;

import dev.refrain.Freshness.Sight;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What lies in the tiers, for whoever runs the cache: looking is no hit. Thread-safe. */
public final class Inventory {
  private static final Logger log = LoggerFactory.getLogger(Inventory.class);
  private static final double NO_LUCK = 1; // nothing is refreshed early by being looked at

  private final List<Tier> nearToFar;
  private final Epochs epochs;
  private final Rules rules;
  private final InstantSource clock;

  /** What was seen, and the names of the tiers that could not show theirs. */
  public record Seen<T>(List<T> found, List<String> silent) {
    public Seen {
      found = List.copyOf(found);
      silent = List.copyOf(silent);
    }
  }

  /**
   * An entry in one of the tiers.
   *
   * @param hits how often it was asked for there
   * @param valid whether none of its tags was invalidated
   * @param timing by the rule for its namespace and model; its path is not known any more
   */
  public record Held(String tier, Recording recording, long hits, boolean valid, Timing timing) {}

  Inventory(List<Tier> nearToFar, Epochs epochs, Rules rules, InstantSource clock) {
    this.nearToFar = List.copyOf(nearToFar);
    this.epochs = epochs;
    this.rules = rules;
    this.clock = clock;
  }

  /** Returns the names of the tiers, near to far. */
  public List<String> tiers() {
    return nearToFar.stream().map(Tier::name).toList();
  }

  /**
   * Shows the entries of one tier that were not invalidated, in no order, until one is not to be
   * followed by more.
   */
  public void scan(String tier, Predicate<Entry> more) throws IOException, InterruptedException {
    for (var one : nearToFar) {
      if (one.name().equals(tier)) {
        one.scan(entry -> !epochs.hold(entry.stamp()) || more.test(entry));
      }
    }
  }

  /** Returns what lies in a slot, near to far, whether or not it may still be served. */
  public Seen<Held> find(Slot slot) throws InterruptedException {
    var found = new ArrayList<Held>();
    var silent = new ArrayList<String>();
    for (var tier : nearToFar) {
      try {
        var lies = tier.find(slot);
        if (lies != null && lies.recording().slot().equals(slot)) {
          found.add(held(tier, lies));
        }
      } catch (IOException | RuntimeException e) {
        log.warn("The tier {} cannot show what it holds: {}", tier.name(), e.getMessage());
        silent.add(tier.name());
      }
    }
    return new Seen<>(found, silent);
  }

  /** Returns what lies in a slot in the nearest tier that has something there, or null. */
  public @Nullable Recording nearest(Slot slot) throws InterruptedException {
    for (var tier : nearToFar) {
      try {
        var lies = tier.find(slot);
        if (lies != null && lies.recording().slot().equals(slot)) {
          return lies.recording();
        }
      } catch (IOException | RuntimeException e) {
        log.warn("The tier {} cannot show what it holds: {}", tier.name(), e.getMessage());
      }
    }
    return null;
  }

  private Held held(Tier tier, Tier.Found found) {
    var recording = found.recording();
    var heat = found.heat();
    var tags = recording.stamp().tags();
    var lifetime =
        rules.ruleFor(Tag.named("namespace:", tags), Tag.named("model:", tags), "").lifetime();
    boolean valid = epochs.hold(recording.stamp());
    var timing =
        new Sight(
                recording,
                heat.lastHotHitMillis(),
                valid,
                Directives.NONE,
                lifetime,
                clock.millis(),
                NO_LUCK)
            .timing();
    return new Held(tier.name(), recording, heat.hits(), valid, timing);
  }
}
