package dev.refrain.fleet;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What connects a process with the model of Redis. */
final class Cable {
  private static final Duration DEADLINE = Duration.ofMillis(250);

  final Node node;
  final ModelRedis redis;
  private final World world;
  private final Weather weather;
  private long lastMessageNanos; // when the last one arrives, so that none overtakes it
  private boolean cut;
  private final Map<String, Integer> questions = new HashMap<>(); // by the word they begin with

  Cable(Node node, ModelRedis redis, Weather weather) {
    this.node = node;
    this.redis = redis;
    this.world = node.world;
    this.weather = weather;
  }

  /** Returns how often Redis was asked something that begins with this word. */
  int questions(String word) {
    return questions.getOrDefault(word, 0);
  }

  /** From now on nothing gets through. */
  void cut() {
    cut = true;
  }

  /** Has something done by Redis in one step, and waits for what comes of it. */
  <T> T ask(String what, Supplier<T> step) throws IOException, InterruptedException {
    if (cut) {
      throw new IOException("cut");
    }
    questions.merge(what.split(" ", 2)[0], 1, Integer::sum);
    var reply = new CompletableFuture<T>();
    if (!weather.loses(world.chance)) {
      world.after(weather.delay(world.chance), () -> arrive(what, step, reply));
    }
    var patience =
        world.after(
            DEADLINE,
            () ->
                node.deliver(
                    () -> reply.completeExceptionally(new IOException("no reply to " + what))));
    try {
      return Node.await(reply);
    } finally {
      world.cancel(patience);
    }
  }

  private <T> void arrive(String what, Supplier<T> step, CompletableFuture<T> reply) {
    if (redis.isAway() || node.isDead()) {
      return;
    }
    T result = step.get();
    if (!what.startsWith("epochs")) { // they are looked at all the time
      world.note(node.name + ": " + what + " -> " + shown(result));
    }
    if (!weather.loses(world.chance)) {
      world.after(weather.delay(world.chance), () -> node.deliver(() -> reply.complete(result)));
    }
  }

  /** Shows only what is the same in each course of the same things. */
  private static String shown(Object result) {
    return switch (result) {
      case Boolean held -> held.toString();
      case Tower.Claim claim -> claim.toString();
      case ModelTier.Got got -> got.toString();
      case Tower.Backlog backlog -> backlog.frames().size() + " frames, " + backlog.held();
      default -> "done";
    };
  }

  /** Returns an ear that hears what is said in Redis, if the network allows. */
  Consumer<byte[]> hears(Consumer<byte[]> ear) {
    return message -> {
      if (cut || weather.loses(world.chance)) {
        return;
      }
      int times = (!weather.inOrder() && world.chance.nextInt(50) == 0) ? 2 : 1;
      for (int i = 0; i < times; i++) {
        long at = world.nanos() + weather.delay(world.chance).toNanos();
        if (weather.inOrder()) {
          at = Math.max(at, lastMessageNanos + 1);
          lastMessageNanos = at;
        }
        world.after(
            Duration.ofNanos(at - world.nanos()), () -> node.deliver(() -> ear.accept(message)));
      }
    };
  }
}
