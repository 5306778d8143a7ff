package dev.refrain.fleet;

import dev.refrain.Answer;
import dev.refrain.Outcome;
import dev.refrain.Scope;
import dev.refrain.fleet.Generation.Mood;
import dev.refrain.testing.PlainDialect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** One voyage of a simulated fleet: who asks what and when, and what goes wrong on the way. */
final class Voyage {
  private static final Duration TIME = Duration.ofSeconds(150);
  private static final int ASKING_MILLIS = 20_000;

  final Kind kind;
  final World world;
  final ModelRedis redis;
  final Provider provider;
  final List<Crew> crews = new ArrayList<>();
  final List<Asked> asked = new ArrayList<>();
  final List<Invalidation> invalidations = new ArrayList<>();
  private final RandomGenerator chance;
  private final Law law;
  private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
  private long faultNanos = Long.MAX_VALUE;

  /** What a voyage is about. */
  enum Kind {
    /** Nothing goes wrong, and replies are short. */
    CALM,
    /** Nothing goes wrong, and replies take longer than a lease. */
    LONG,
    /** Who leads is stopped for longer than a lease. */
    STOPPED,
    /** Who leads is killed. */
    KILLED,
    /** No reply can be shared. */
    UNCACHEABLE,
    /** What is asked for is invalidated again and again, and few hear of it at once. */
    INVALIDATED,
    /** Everything goes wrong. */
    STORM;

    /** Returns the least seed of such a voyage. */
    long firstSeed() {
      return List.of(values()).indexOf(this);
    }
  }

  /** A tag that was invalidated: when that was asked for, and when it was written. */
  record Invalidation(String tag, Crew by, long begunNanos, long writtenNanos) {}

  Voyage(long seed, Mutant mutant) {
    this.kind = Kind.values()[(int) Long.remainderUnsigned(seed, Kind.values().length)];
    this.world = new World(seed);
    this.chance = world.chance;
    this.redis = new ModelRedis(world);
    this.provider = new Provider(world, moods(), wordTimeMax());
    var weather =
        switch (kind) {
          case CALM, LONG, STOPPED, KILLED, UNCACHEABLE -> Weather.CALM;
          case INVALIDATED -> Weather.DEAF;
          case STORM -> Weather.storm(chance);
        };
    for (int i = 2 + chance.nextInt(3); i > 0; i--) {
      var node = new Node(world, "node" + i);
      crews.add(new Crew(node, new Cable(node, redis, weather), provider, mutant));
    }
    this.law = new Law(this);
    redis.whenStored(law::inspectStored);
  }

  private List<Mood> moods() {
    return switch (kind) {
      case CALM, LONG, STOPPED, KILLED, INVALIDATED -> List.of(Mood.WELL);
      case UNCACHEABLE -> List.of(Mood.WRONG_TYPE);
      case STORM ->
          List.of(
              Mood.WELL,
              Mood.WELL,
              Mood.WELL,
              Mood.WELL,
              Mood.CUT_BEFORE_THE_HEAD,
              Mood.CUT,
              Mood.STATUS_503,
              Mood.REFUSAL,
              Mood.WRONG_TYPE);
    };
  }

  private Duration wordTimeMax() {
    return switch (kind) {
      case CALM, INVALIDATED -> Duration.ofMillis(100);
      case LONG, UNCACHEABLE -> Duration.ofSeconds(4);
      case STOPPED, KILLED, STORM -> Duration.ofMillis(200 + chance.nextInt(3_000));
    };
  }

  /** Lets it happen, and returns what tells its course from any other. */
  long run() {
    long until = world.nanos() + Duration.ofMillis(ASKING_MILLIS + 5_000).toNanos();
    int clients = (kind == Kind.INVALIDATED) ? 40 : 4 + chance.nextInt(12);
    for (int i = 0; i < clients; i++) {
      var crew = crews.get(chance.nextInt(crews.size()));
      world.after(
          when(), () -> crew.node.deliver(() -> crew.node.start("client", () -> ask(crew))));
    }
    switch (kind) {
      case CALM, LONG, UNCACHEABLE -> {}
      case STOPPED ->
          strike(leader -> stop(leader, Duration.ofMillis(4_000 + chance.nextInt(9_000))));
      case KILLED -> strike(this::kill);
      case INVALIDATED -> invalidateOften(40);
      case STORM -> brew();
    }
    world.run(TIME, law::check, () -> world.nanos() > until && law.isQuiet());
    try {
      law.checkAtTheEnd();
    } catch (AssertionError e) {
      throw world.told(e);
    }
    long digest = world.digest();
    bury();
    return digest;
  }

  private Duration when() {
    return switch (kind) {
      case CALM -> Duration.ofMillis(chance.nextInt(500));
      case UNCACHEABLE -> Duration.ofMillis(chance.nextInt(3_000));
      case LONG, STOPPED, KILLED, INVALIDATED, STORM ->
          Duration.ofMillis(chance.nextInt(chance.nextBoolean() ? 300 : ASKING_MILLIS));
    };
  }

  /** Does something to whoever makes the first call, while he does. */
  private void strike(Consumer<Crew> blow) {
    world.after(
        Duration.ofMillis(100),
        () -> {
          var leader =
              provider.generations().isEmpty() ? null : provider.generations().getFirst().caller;
          if (leader == null) {
            strike(blow);
            return;
          }
          world.after(
              Duration.ofMillis(chance.nextInt(6_000)),
              () -> {
                if (!provider.generations().getFirst().isWhole()) {
                  faultNanos = world.nanos();
                  crews.stream().filter(crew -> crew.node == leader).forEach(blow);
                }
              });
        });
  }

  private void stop(Crew crew, Duration time) {
    crew.node.stop();
    world.after(time, crew.node::goOn);
  }

  private void kill(Crew crew) {
    crew.node.kill();
  }

  private void brew() {
    for (int i = chance.nextInt(10); i > 0; i--) {
      world.after(Duration.ofMillis(chance.nextInt(25_000)), this::thunder);
    }
    for (int i = 0; i < 40; i++) {
      world.after(Duration.ofMillis(chance.nextInt(25_000)), redis::replicate);
    }
    invalidateOften(chance.nextInt(4));
  }

  private void invalidateOften(int times) {
    for (int i = 0; i < times; i++) {
      world.after(Duration.ofMillis(chance.nextInt(ASKING_MILLIS)), this::invalidate);
    }
  }

  private void thunder() {
    var crew = crews.get(chance.nextInt(crews.size()));
    switch (chance.nextInt(9)) {
      case 0, 1 -> stop(crew, Duration.ofMillis(chance.nextInt(9_000)));
      case 2 -> kill(crew);
      case 3 -> redis.goAway(Duration.ofMillis(chance.nextInt(6_000)));
      case 4 -> redis.failOver(Duration.ofMillis(chance.nextInt(2_000)));
      case 5, 6 -> redis.evict();
      case 7 -> redis.stepClock(Duration.ofMillis(chance.nextInt(8_000) - 4_000));
      default -> crew.node.stepClock(Duration.ofMillis(chance.nextInt(8_000) - 4_000));
    }
  }

  private void invalidate() {
    var crew = crews.get(chance.nextInt(crews.size()));
    crew.node.deliver(() ->
        crew.node.start(
            "operator",
            () -> {
              long begun = world.nanos();
              try {
                crew.cache().invalidate("red");
                world.note(crew.node.name + " has invalidated red");
                invalidations.add(new Invalidation("red", crew, begun, world.nanos()));
              } catch (IOException e) {
                world.note(crew.node.name + " could not invalidate red");
              }
            }));
  }

  private void ask(Crew crew) throws InterruptedException {
    boolean isStorm = kind == Kind.STORM;
    var ask = "ask=" + (isStorm ? chance.nextInt(2) : 0);
    var form = (isStorm && chance.nextInt(3) == 0) ? "" : ";form=stream";
    var control = (isStorm && chance.nextInt(8) == 0) ? "no-cache" : "";
    var tag = (isStorm && chance.nextInt(4) == 0) ? "" : "red";
    int chunksMax = (isStorm && chance.nextInt(6) == 0) ? chance.nextInt(3) : Integer.MAX_VALUE;
    var mine = new Asked(crew, ask, control, tag, world.nanos());
    asked.add(mine);
    world.note(crew.node.name + " is asked " + ask + form + " " + control + " " + tag);
    var request = PlainDialect.request(ask + form, "Cache-Control", control, "Cache-Tag", tag);
    var call = crew.cache().read(request, Scope.tenant("acme"));
    try (var answer = crew.cache().answer(call, crew.upstream)) {
      mine.answered(answer.outcome());
      read(mine, answer, chunksMax);
      outcomes.merge(answer.outcome(), 1, Integer::sum);
    } catch (IOException e) {
      mine.failed(e);
    }
    world.note(crew.node.name + " has answered: " + mine);
    law.judge(mine);
  }

  private static void read(Asked mine, Answer answer, int chunksMax) throws InterruptedException {
    try {
      for (int i = 0; i < chunksMax; i++) {
        var chunk = answer.next();
        if (chunk == null) {
          mine.whole();
          return;
        }
        mine.heard(StandardCharsets.UTF_8.decode(chunk).toString());
      }
      mine.left();
    } catch (IOException e) {
      mine.broken(e);
    }
  }

  /** Returns when the one thing went wrong that was to go wrong. */
  long faultNanos() {
    return faultNanos;
  }

  Map<Outcome, Integer> outcomes() {
    return outcomes;
  }

  /** Ends all threads: the JDK remembers those that never end. */
  private void bury() {
    redis.whenStored((before, after) -> {});
    world.end();
    for (var crew : crews) {
      crew.cable.cut();
      crew.node.raise();
      crew.node.start("burial", crew.cache()::close);
    }
    world.run(Duration.ofMinutes(20), () -> {}, () -> false);
  }
}
