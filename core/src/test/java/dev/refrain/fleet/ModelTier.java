package dev.refrain.fleet;

import dev.refrain.Heat;
import dev.refrain.Recording;
import dev.refrain.Slot;
import dev.refrain.Tier;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The recordings in the model of Redis, as one process sees them. */
class ModelTier implements Tier {
  private final Cable cable;

  ModelTier(Cable cable) {
    this.cable = cable;
  }

  @Override
  public String name() {
    return "model";
  }

  @Override
  public boolean isShared() {
    return true;
  }

  record Got(@Nullable Recording recording) {
    @Override
    public String toString() {
      return (recording == null) ? "nothing" : "born " + recording.bornMillis();
    }
  }

  @Override
  public @Nullable Found find(Slot slot) throws IOException, InterruptedException {
    var got =
        cable.ask(
            "get " + slot.form().name() + " by " + cable.node.name,
            () -> new Got((Recording) cable.redis.get(ModelRedis.entry(slot))));
    return (got.recording == null) ? null : new Found(got.recording, new Heat());
  }

  @Override
  public void store(Recording recording) {
    throw new AssertionError("who is of a fleet publishes");
  }

  @Override
  public void drop(Slot slot) throws IOException, InterruptedException {
    cable.ask(
        "drop " + slot.form().name(),
        () -> {
          cable.redis.delete(ModelRedis.entry(slot));
          return "done";
        });
  }

  @Override
  public void close() {} // nothing is open
}
