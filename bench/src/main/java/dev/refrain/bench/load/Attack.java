package dev.refrain.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Measures how long a well-behaved client waits for hits while others attack the gateway, in turn
 * with how long he waits while nobody does.
 */
public final class Attack {
  private static final String USAGE = "port seconds rounds [attack...]";

  private Attack() {}

  /** Prints a table. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length < 3) {
      throw new IllegalArgumentException(USAGE);
    }
    int port = Integer.parseInt(arguments[0]);
    int seconds = Integer.parseInt(arguments[1]);
    int rounds = Integer.parseInt(arguments[2]);
    var attackers = attackers(List.of(arguments).subList(3, arguments.length));
    var waits = new EnumMap<Attacker, List<Waits>>(Attacker.class);
    for (int round = 0; round <= rounds; round++) {
      for (var attacker : attackers) {
        try (var siege = Siege.lay(attacker, port)) {
          var measured = new Neighbour(port).measure(seconds);
          siege.assertGoingOn();
          System.err.println("bench: round " + round + ", " + attacker + ": " + measured);
          if (round > 0) { // the first is for warming up
            waits.computeIfAbsent(attacker, a -> new ArrayList<>()).add(measured);
          }
        }
      }
    }
    print(waits);
  }

  private static Set<Attacker> attackers(List<String> names) {
    var attackers = EnumSet.of(Attacker.NOBODY);
    names.forEach(name -> attackers.add(Attacker.valueOf(name.toUpperCase(Locale.ROOT))));
    return names.isEmpty() ? EnumSet.allOf(Attacker.class) : attackers;
  }

  private static void print(Map<Attacker, List<Waits>> waits) {
    var quiet = Waits.medians(waits.getOrDefault(Attacker.NOBODY, List.of()));
    System.out.println("| attack | p50, µs | p99, µs | p99, against none |");
    System.out.println("|---|---|---|---|");
    waits.forEach((attacker, rounds) -> {
      var median = Waits.medians(rounds);
      System.out.printf(
          "| %s | %d | %d | %.2f |%n",
          attacker.description(),
          median.p50Micros(),
          median.p99Micros(),
          (double) median.p99Micros() / quiet.p99Micros());
    });
  }
}
