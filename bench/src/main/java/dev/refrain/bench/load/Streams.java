package dev.refrain.bench.load;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Opens many live streams through each target in turn, round after round, and tells how late their
 * events come and what they cost. Origin and client share one event loop, so that neither has to
 * wait for the other's thread to be let onto the processor.
 */
public final class Streams {
  private static final String USAGE =
      "origin-port streams events-per-second warm-up-seconds seconds rounds"
          + " (name port process-id)...";
  private static final int TARGETS = 6; // where they begin among the arguments

  private Streams() {}

  /** The first target is what the others are compared with; its process id may be 0, for none. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length < TARGETS || (arguments.length - TARGETS) % 3 != 0) {
      throw new IllegalArgumentException(USAGE);
    }
    var numbers = new int[TARGETS];
    for (int i = 0; i < TARGETS; i++) {
      numbers[i] = Integer.parseInt(arguments[i]);
    }
    var plan = new Round.Plan(numbers[1], numbers[2], numbers[3], numbers[4]);
    var targets = new ArrayList<Target>();
    for (int i = TARGETS; i < arguments.length; i += 3) {
      targets.add(Target.of(arguments[i], arguments[i + 1], arguments[i + 2]));
    }
    var loop = Loops.one();
    Origin.listen(loop, numbers[0]);
    print(measure(loop, targets, plan, numbers[5]));
  }

  private static Map<Target, List<Figures>> measure(
      EventLoopGroup loop, List<Target> targets, Round.Plan plan, int rounds)
      throws IOException, InterruptedException {
    var figures = new LinkedHashMap<Target, List<Figures>>();
    for (int round = 0; round <= rounds; round++) {
      for (var target : targets) {
        var measured = new Round(loop, target, plan).run();
        System.err.println("bench: round " + round + " " + measured.row(target.name(), measured));
        if (round > 0) {
          figures.computeIfAbsent(target, t -> new ArrayList<>()).add(measured);
        }
      }
    }
    return figures;
  }

  private static void print(Map<Target, List<Figures>> figures) {
    var medians = new LinkedHashMap<String, Figures>();
    figures.forEach((target, rounds) -> medians.put(target.name(), Figures.medians(rounds)));
    var direct = medians.values().iterator().next();
    System.out.println(Figures.HEADING);
    medians.forEach((name, median) -> System.out.println(median.row(name, direct)));
  }
}
