package dev.refrain.fleet;

import dev.refrain.Recording;
import dev.refrain.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A model of Redis: values with a time to live by the clock on its wall, channels, and a replica
 * that lags behind and may take over.
 */
final class ModelRedis {
  private final World world;
  private Map<String, Value> values = new LinkedHashMap<>();
  private Map<String, Value> replica = new LinkedHashMap<>();
  private final Map<String, List<Listener>> channels = new LinkedHashMap<>();
  private BiConsumer<@Nullable Recording, Recording> whenStored = (before, after) -> {};
  private long clockOffMillis;
  private boolean away;

  private record Value(Object it, long untilMillis) {}

  /** Who listens to a channel, and how it is told. */
  static final class Listener {
    private final Consumer<byte[]> ear;

    private Listener(Consumer<byte[]> ear) {
      this.ear = ear;
    }
  }

  ModelRedis(World world) {
    this.world = world;
  }

  void whenStored(BiConsumer<@Nullable Recording, Recording> inspector) {
    whenStored = inspector;
  }

  @Nullable Object get(String name) {
    var value = values.get(name);
    if (value == null || value.untilMillis <= millis()) {
      values.remove(name);
      return null;
    }
    return value.it;
  }

  void set(String name, Object it, Duration ttl) {
    values.put(name, new Value(it, millis() + ttl.toMillis()));
  }

  void delete(String name) {
    values.remove(name);
  }

  @SuppressWarnings("unchecked")
  List<byte[]> list(String name) {
    var list = (List<byte[]>) get(name);
    return (list == null) ? List.of() : list;
  }

  void push(String name, byte[] element, Duration ttl) {
    var longer = new ArrayList<>(list(name));
    longer.add(element);
    set(name, List.copyOf(longer), ttl);
  }

  void prolong(String name, Duration ttl) {
    var it = get(name);
    if (it != null) {
      set(name, it, ttl);
    }
  }

  static String entry(Slot slot) {
    return "entry " + slot.key().first() + " " + slot.form().name();
  }

  void store(Recording recording) {
    var name = entry(recording.slot());
    whenStored.accept((Recording) get(name), recording);
    set(name, recording, Duration.ofDays(1));
  }

  Listener subscribe(String channel, Consumer<byte[]> ear) {
    var listener = new Listener(ear);
    channels.computeIfAbsent(channel, name -> new ArrayList<>()).add(listener);
    return listener;
  }

  void unsubscribe(String channel, Listener listener) {
    channels.getOrDefault(channel, new ArrayList<>()).remove(listener);
  }

  void publish(String channel, byte[] message) {
    List.copyOf(channels.getOrDefault(channel, List.of()))
        .forEach(listener -> listener.ear.accept(message));
  }

  boolean isAway() {
    return away;
  }

  /** Nobody reaches it for a while. */
  void goAway(Duration time) {
    world.note("redis is away");
    away = true;
    var unused =
        world.after(
            time,
            () -> {
              world.note("redis is back");
              away = false;
            });
  }

  /** The replica has heard of everything up to now. */
  void replicate() {
    replica = new LinkedHashMap<>(values);
  }

  /** The replica takes over, and with it goes all that it has not heard of; epochs are safe. */
  void failOver(Duration time) {
    world.note("redis fails over");
    var lost = values;
    values = new LinkedHashMap<>(replica);
    lost.forEach((name, value) -> {
      if (name.startsWith("epoch")) {
        values.put(name, value); // written with WAIT
      }
    });
    goAway(time);
  }

  /** Throws something out for want of memory; epochs do not live there. */
  void evict() {
    var names = values.keySet().stream().filter(name -> !name.startsWith("epoch")).toList();
    if (!names.isEmpty()) {
      var name = names.get(world.chance.nextInt(names.size()));
      world.note("redis evicts " + name);
      values.remove(name);
    }
  }

  void stepClock(Duration step) {
    world.note("the clock of redis is set by " + step);
    clockOffMillis += step.toMillis();
  }

  private long millis() {
    return world.millis() + clockOffMillis;
  }
}
