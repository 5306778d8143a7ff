package dev.refrain.bench.load;

import java.io.IOException;

/** An attack under way, as he sees it who measures. */
final class Siege implements AutoCloseable {
  private final Camp camp;

  private Siege(Camp camp) {
    this.camp = camp;
  }

  static Siege lay(Camp camp, Attacker attacker, Besieged target) throws IOException {
    camp.ask(attacker.name() + " " + target.portFor(attacker));
    return new Siege(camp);
  }

  /** Returns how many turns of the attack there were. */
  long turns() throws IOException {
    return Long.parseLong(camp.ask(Assault.TURNS));
  }

  @Override
  public void close() throws IOException {
    camp.ask(Assault.END);
  }
}
