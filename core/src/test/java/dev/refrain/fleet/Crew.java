package dev.refrain.fleet;

import dev.refrain.Backstage;
import dev.refrain.LlmCache;
import dev.refrain.Upstream;
import dev.refrain.testing.PlainDialect;
import dev.refrain.tier.MemoryTier;
import java.time.Instant;
import java.util.SplittableRandom;

/** All that one process of a simulated fleet runs: the whole engine, and the model of its store. */
final class Crew {
  private static final long MEMORY_BYTES = 1 << 20;

  final Node node;
  final Cable cable;
  final ModelEpochs epochs;
  final Upstream upstream;
  private final LeasedFleet fleet;
  private final LlmCache cache;

  Crew(Node node, Cable cable, Provider provider, Mutant mutant) {
    this.node = node;
    this.cable = cable;
    this.upstream = provider.calledBy(node);
    this.epochs = new ModelEpochs(cable);
    var world = node.world;
    var tempo =
        new Tempo(world::nanos, node.timer(), new SplittableRandom(world.chance.nextLong()));
    this.fleet =
        new LeasedFleet(mutant.tower(new ModelTower(cable), this), mutant.tempo(tempo, this));
    var builder =
        LlmCache.builder()
            .dialect(new PlainDialect())
            .clock(() -> Instant.ofEpochMilli(node.wallMillis()))
            .epochs(epochs)
            .fleet(mutant.fleet(fleet, this));
    if (world.chance.nextBoolean()) {
      builder.tier(MemoryTier.ofBytes(MEMORY_BYTES));
    }
    builder.tier(mutant.tier(new ModelTier(cable), this));
    this.cache = Backstage.set(builder, node.timer()).build();
  }

  LeasedFleet fleet() {
    return fleet;
  }

  LlmCache cache() {
    return cache;
  }
}
