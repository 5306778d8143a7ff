package dev.refrain.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Measures how long a well-behaved client waits for hits of each server while others attack it, in
 * turn with how long he waits while nobody does.
 */
public final class Attack {
  /*
   * What the attacked server adds is to be told apart from what the attackers' machine adds. So
   * they stay in a process that gives way to his whose waits are measured; how late he was woken
   * all the same is told beside his waits. A server comes to rest between two attacks. And where
   * others took the processors away, which they do at times, a measurement says nothing, and is
   * made again.
   */

  private static final String USAGE =
      "origin-process-id seconds rounds all|attack[,attack...]"
          + " (name port http2-port process-id warm-up-seconds)...";
  private static final int TARGETS = 4; // where they begin among the arguments
  private static final int TRIES_MAX = 3;

  private final Camp camp;
  private final ServerProcess origin;
  private final Plan plan;
  private final Map<String, List<Toll>> tolls = new LinkedHashMap<>();

  /** How often, for how long. */
  private record Plan(int seconds, int rounds) {
    Plan {
      if (rounds < 1) {
        throw new IllegalArgumentException("one round at least");
      }
    }
  }

  private Attack(Camp camp, ServerProcess origin, Plan plan) {
    this.camp = camp;
    this.origin = origin;
    this.plan = plan;
  }

  /** Prints a table. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length < TARGETS || (arguments.length - TARGETS) % Besieged.ARGUMENTS != 0) {
      throw new IllegalArgumentException(USAGE);
    }
    var origin = new ServerProcess(Long.parseLong(arguments[0]));
    var plan = new Plan(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    var attackers = attackers(arguments[3]);
    var targets = new ArrayList<Besieged>();
    for (int i = TARGETS; i < arguments.length; i += Besieged.ARGUMENTS) {
      targets.add(Besieged.of(List.of(arguments).subList(i, i + Besieged.ARGUMENTS)));
    }
    try (var camp = Camp.pitch()) {
      var attack = new Attack(camp, origin, plan);
      attack.run(attackers, targets);
      attack.print(attackers, targets);
    }
  }

  private static Set<Attacker> attackers(String names) {
    if (names.equals("all")) {
      return EnumSet.allOf(Attacker.class);
    }
    var attackers = EnumSet.of(Attacker.NOBODY);
    for (var name : names.split(",", -1)) {
      attackers.add(Attacker.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')));
    }
    return attackers;
  }

  private void run(Set<Attacker> attackers, List<Besieged> targets)
      throws IOException, InterruptedException {
    for (int round = 0; round <= plan.rounds; round++) {
      for (var attacker : attackers) {
        for (var target : targets) {
          if (round == 0) {
            warmUp(attacker, target);
          } else {
            run(round, attacker, target);
          }
        }
      }
    }
  }

  /** What runs in no other case than this attack, or only at its beginning, is cold at first. */
  private void warmUp(Attacker attacker, Besieged target) throws IOException, InterruptedException {
    for (int spent = 0; spent < target.warmUpSeconds(); spent += plan.seconds) {
      say(0, attacker, target, measure(attacker, target, plan.seconds));
    }
  }

  private void run(int round, Attacker attacker, Besieged target)
      throws IOException, InterruptedException {
    var tries = new ArrayList<Toll>();
    do {
      tries.add(measure(attacker, target, plan.seconds));
      say(round, attacker, target, tries.getLast());
    } while (tries.getLast().isDisturbed() && tries.size() < TRIES_MAX);
    var best = tries.stream().min(Comparator.comparingDouble(Toll::othersPercent)).orElseThrow();
    best.assertGoingOn(attacker);
    tolls
        .computeIfAbsent(key(attacker, target), key -> new ArrayList<>())
        .add(best.after(tries.size() - 1));
  }

  private static void say(int round, Attacker attacker, Besieged target, Toll toll) {
    System.err.printf("bench: round %d, %s, %s: %s%n", round, attacker, target.name(), toll);
  }

  private Toll measure(Attacker attacker, Besieged target, int seconds)
      throws IOException, InterruptedException {
    target.awaitRest();
    try (var siege = Siege.lay(camp, attacker, target)) {
      var bench = List.of(ServerProcess.own(), camp.process(), origin);
      var before = Toll.Reading.of(target.process(), bench);
      var waits = new Neighbour(target.port()).measure(seconds);
      var after = Toll.Reading.of(target.process(), bench);
      return before.until(after, waits, attacker, siege.turns());
    }
  }

  private static String key(Attacker attacker, Besieged target) {
    return attacker + " " + target.name();
  }

  private List<Toll> tolls(Attacker attacker, Besieged target) {
    return tolls.getOrDefault(key(attacker, target), List.of());
  }

  private void print(Set<Attacker> attackers, List<Besieged> targets) {
    System.out.println(Toll.HEADING);
    for (var attacker : attackers) {
      for (var target : targets) {
        var quiet = tolls(Attacker.NOBODY, target);
        System.out.println(Toll.row(attacker, target.name(), tolls(attacker, target), quiet));
      }
    }
  }
}
