package dev.refrain.fleet;

import dev.refrain.Key;
import dev.refrain.Recording;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The steps of the protocol on the model of Redis. */
class ModelTower implements Tower {
  private static final String MARK = "-";

  private final Cable cable;
  private final ModelRedis redis;

  ModelTower(Cable cable) {
    this.cable = cable;
    this.redis = cable.redis;
  }

  static String lease(Key key) {
    return "lease " + key.first();
  }

  private static String relay(Key key, Holder holder) {
    return "relay " + key.first() + " " + holder.token();
  }

  private static String wire(Key key, Holder holder) {
    return "wire " + key.first() + " " + holder.token();
  }

  private boolean isHeldBy(Key key, Holder holder) {
    return holder.toString().equals(redis.get(lease(key)));
  }

  @Override
  public Claim claim(Key key, Holder holder, Duration lease)
      throws IOException, InterruptedException {
    return cable.ask(
        "claim for " + holder,
        () -> {
          var there = (String) redis.get(lease(key));
          if (there == null) {
            redis.set(lease(key), holder.toString(), lease);
            return new Claim.Taken();
          }
          return there.equals(MARK) ? new Claim.TurnedDown() : new Claim.Held(Holder.parse(there));
        });
  }

  @Override
  public boolean renew(Key key, Holder holder, Duration lease)
      throws IOException, InterruptedException {
    return cable.ask(
        "renew for " + holder,
        () -> {
          boolean held = isHeldBy(key, holder);
          if (held) {
            redis.prolong(lease(key), lease);
          }
          return held;
        });
  }

  @Override
  public void release(Key key, Holder holder) throws IOException, InterruptedException {
    cable.ask(
        "release by " + holder,
        () -> {
          boolean held = isHeldBy(key, holder);
          if (held) {
            redis.delete(lease(key));
          }
          return held;
        });
  }

  @Override
  public void turnDown(Key key, Holder holder, Duration remembered)
      throws IOException, InterruptedException {
    cable.ask(
        "turn down by " + holder,
        () -> {
          boolean held = isHeldBy(key, holder);
          if (held) {
            redis.set(lease(key), MARK, remembered);
          }
          return held;
        });
  }

  @Override
  public boolean publish(Holder holder, Recording recording)
      throws IOException, InterruptedException {
    return cable.ask(
        "publish by " + holder,
        () -> {
          boolean held = isHeldBy(recording.slot().key(), holder);
          if (held) {
            redis.store(recording);
          }
          return held;
        });
  }

  @Override
  public boolean offer(Recording recording) throws IOException, InterruptedException {
    var slot = recording.slot();
    return cable.ask(
        "offer by " + cable.node.name,
        () -> {
          boolean free =
              redis.get(lease(slot.key())) == null && redis.get(ModelRedis.entry(slot)) == null;
          if (free) {
            redis.store(recording);
          }
          return free;
        });
  }

  @Override
  public void append(Key key, Holder holder, byte[] frame, Duration kept)
      throws IOException, InterruptedException {
    cable.ask(
        "append " + what(frame) + " by " + holder,
        () -> {
          redis.push(relay(key, holder), frame, kept);
          redis.publish(wire(key, holder), frame);
          return "done";
        });
  }

  @Override
  public void tell(Key key, Holder holder, byte[] frame, Duration kept)
      throws IOException, InterruptedException {
    cable.ask(
        "tell " + what(frame) + " by " + holder,
        () -> {
          redis.prolong(relay(key, holder), kept);
          redis.publish(wire(key, holder), frame);
          return "done";
        });
  }

  static String what(byte[] frame) throws IOException {
    return switch (Frame.of(frame)) {
      case Frame.Chunks some -> "chunks " + some.index();
      case Frame.Opening opening -> "opening " + opening.index();
      case Frame.End end -> "end " + end.index() + " " + end.ending();
      case Frame.Heard heard -> heard.toString();
      case Frame.Gone gone -> gone.toString();
    };
  }

  @Override
  public Backlog read(Key key, Holder holder, int from) throws IOException, InterruptedException {
    return cable.ask(
        "read from " + from + " of " + holder,
        () -> {
          var list = redis.list(relay(key, holder));
          return new Backlog(
              isHeldBy(key, holder), list.subList(Math.min(from, list.size()), list.size()));
        });
  }

  @Override
  public Wire listen(Key key, Holder holder, Consumer<byte[]> listener)
      throws IOException, InterruptedException {
    var ear = cable.hears(listener);
    var subscribed =
        cable.ask(
            "listen to " + holder + " by " + cable.node.name,
            () -> redis.subscribe(wire(key, holder), ear));
    return () -> redis.unsubscribe(wire(key, holder), subscribed);
  }

  @Override
  public void hail(Key key, Holder holder, byte[] message)
      throws IOException, InterruptedException {
    cable.ask(
        "hail " + holder + " by " + cable.node.name,
        () -> {
          var text = key + " " + holder + " " + (char) message[0];
          redis.publish("node " + holder.node(), text.getBytes(StandardCharsets.UTF_8));
          return "done";
        });
  }

  @Override
  public void answer(String node, BiConsumer<Hailed, byte[]> listener) {
    redis.subscribe(
        "node " + node,
        cable.hears(message ->
            cable.node.start(
                "ear",
                () -> {
                  var parts = new String(message, StandardCharsets.UTF_8).split(" ", -1);
                  listener.accept(
                      new Hailed(Key.parse(parts[0]), Holder.parse(parts[1])),
                      parts[2].getBytes(StandardCharsets.UTF_8));
                })));
  }

  @Override
  public void close() {} // a cable is cut, not closed
}
