package dev.refrain.fleet;

import dev.refrain.EpochStore;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model of where epochs are kept: in Redis, written so that they survive a failover, told by
 * message, and looked up twice a second in case that is lost. The engine's own epochs stand before
 * it; the store in the module for Redis has tests of its own.
 */
final class ModelEpochs implements EpochStore {
  private static final String NAME = "epochs";
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration AGES = Duration.ofDays(1_000);

  private final Cable cable;
  private Snapshot known = new Snapshot("first", Map.of());
  private long heardNanos;

  ModelEpochs(Cable cable) {
    this.cable = cable;
  }

  /** Returns when Redis was last asked, and has answered: what was written before is known. */
  long heardNanos() {
    return heardNanos;
  }

  @Override
  public void open(Ledger ledger) {
    ledger.replace(known);
    cable.redis.subscribe(
        NAME, cable.hears(told -> cable.node.start("epochs", () -> look(ledger))));
    cable.node.start(
        "epochs",
        () -> {
          while (true) {
            look(ledger);
            cable.node.sleep(LOOK);
          }
        });
  }

  private void look(Ledger ledger) throws InterruptedException {
    long asked = cable.node.world.nanos();
    Snapshot now;
    try {
      now = cable.ask("epochs for " + cable.node.name, this::stored);
    } catch (IOException e) {
      return; // the next look will tell
    }
    if (asked < heardNanos) {
      return; // a later answer was faster
    }
    heardNanos = asked;
    if (!now.equals(known)) {
      known = now;
      ledger.replace(now);
    }
  }

  /** Returns what Redis holds now. */
  Snapshot stored() {
    var there = (Snapshot) cable.redis.get(NAME);
    return (there == null) ? new Snapshot("first", Map.of()) : there;
  }

  @Override
  public void write(String tag, String epoch) throws IOException, InterruptedException {
    cable.ask(
        "invalidate " + tag,
        () -> {
          var tags = new LinkedHashMap<>(stored().tags());
          tags.put(tag, epoch);
          set(new Snapshot(stored().store(), tags));
          return "done";
        });
  }

  @Override
  public void replace(Snapshot snapshot) throws IOException, InterruptedException {
    cable.ask(
        "invalidate all",
        () -> {
          set(snapshot);
          return "done";
        });
  }

  private void set(Snapshot snapshot) {
    cable.redis.set(NAME, snapshot, AGES);
    cable.redis.publish(NAME, new byte[0]);
  }

  @Override
  public void close() {} // it ends with its process
}
