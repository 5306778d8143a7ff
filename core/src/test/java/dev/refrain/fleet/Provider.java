package dev.refrain.fleet;

import dev.refrain.Headers;
import dev.refrain.Reply;
import dev.refrain.Request;
import dev.refrain.Upstream;
import dev.refrain.fleet.Generation.Mood;
import dev.refrain.testing.PlainDialect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The upstream of all nodes: each reply tells who asked for what, and can be told from all. */
final class Provider {
  private final World world;
  private final List<Mood> moods;
  private final Duration wordTimeMax;
  private final List<Generation> generations = new ArrayList<>();

  /** A provider whose replies come about in one of these ways. */
  Provider(World world, List<Mood> moods, Duration wordTimeMax) {
    this.world = world;
    this.moods = moods;
    this.wordTimeMax = wordTimeMax;
  }

  List<Generation> generations() {
    return generations;
  }

  /** Returns the provider as a process calls it. */
  Upstream calledBy(Node node) {
    return request -> send(node, request);
  }

  private Reply send(Node node, Request request) throws IOException, InterruptedException {
    var body = new String(request.body(), StandardCharsets.UTF_8);
    var mood = moods.get(world.chance.nextInt(moods.size()));
    var generation = new Generation(generations.size(), node, body.split(";", -1)[0], mood);
    generations.add(generation);
    world.note(node.name + " calls upstream: " + generation);
    pause(node);
    if (mood == Mood.CUT_BEFORE_THE_HEAD) {
      generation.fail();
      throw new IOException("cut before the head");
    }
    generation.begin();
    return new Saying(node, generation, body.contains("form=stream"));
  }

  private void pause(Node node) throws InterruptedException {
    node.sleep(Duration.ofNanos(1 + world.chance.nextLong(wordTimeMax.toNanos())));
  }

  private final class Saying implements Reply {
    private final Node node;
    private final Generation generation;
    private final boolean stream;
    private final List<String> words = new ArrayList<>();

    Saying(Node node, Generation generation, boolean stream) {
      this.node = node;
      this.generation = generation;
      this.stream = stream;
      words.add(generation.number + "/" + generation.ask + " ");
      for (int i = world.chance.nextInt(6); i > 0; i--) {
        words.add("word" + i + " ");
      }
      if (generation.mood == Mood.REFUSAL) {
        words.add("!refusal!");
      }
      words.add(".");
      if (generation.mood == Mood.CUT) {
        words.subList(world.chance.nextInt(words.size()), words.size()).clear();
      }
    }

    @Override
    public int status() {
      return (generation.mood == Mood.STATUS_503) ? 503 : 200;
    }

    @Override
    public Headers headers() {
      boolean isWrong = generation.mood == Mood.WRONG_TYPE;
      return Headers.of("content-type", isWrong ? "text/html" : PlainDialect.MEDIA_TYPE);
    }

    @Override
    public byte @Nullable [] next() throws IOException, InterruptedException {
      pause(node);
      if (words.isEmpty() && generation.mood == Mood.CUT) {
        generation.fail();
        throw new IOException("cut");
      }
      if (words.isEmpty()) {
        generation.end();
        return null;
      }
      var word = words.removeFirst();
      generation.say(word);
      var chunk = stream && !word.equals(".") ? "[" + word + "]" : word;
      return chunk.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {} // nobody pays here
  }
}
