package dev.refrain.fleet;

import dev.refrain.Fleet;
import dev.refrain.Tier;

/** A fault that is put into the protocol, to see whether the simulation finds it. */
interface Mutant {
  /** No fault. */
  Mutant NONE = new Mutant() {};

  default Tower tower(Tower tower, Crew crew) {
    return tower;
  }

  default Fleet fleet(Fleet fleet, Crew crew) {
    return fleet;
  }

  default Tier tier(Tier tier, Crew crew) {
    return tier;
  }

  default Tempo tempo(Tempo tempo, Crew crew) {
    return tempo;
  }
}
