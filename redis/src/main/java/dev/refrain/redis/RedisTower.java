package dev.refrain.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refrain.Key;
import dev.refrain.Recording;
import dev.refrain.fleet.Holder;
import dev.refrain.fleet.Tower;
import dev.refrain.redis.Leases.Deed;
import dev.refrain.redis.Leases.Step;
import dev.refrain.tier.Cover;
import io.lettuce.core.SetArgs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Leases, relays and calls from node to node, in Redis. */
final class RedisTower implements Tower {
  /*
   * Frames and calls are covered, and bound to the key and the holder to whom they belong: a frame
   * that got into another relay, on whatever way, is not opened there. That a lease is held by
   * somebody is not covered: if that were wrong, it would cost a call, and no more.
   */

  private static final byte[] TURNED_DOWN = "-".getBytes(UTF_8);
  private static final String LEASE = "lease";
  private static final String CALL = "call";
  private static final int KEY_BYTES = 32;
  private static final int CLAIMS_MAX = 3; // the lease may end between two looks

  private static final Logger log = LoggerFactory.getLogger(RedisTower.class);

  private final Names names;
  private final Cover cover;
  private final Duration replyTimeMax;
  private final Lines lines;
  private final RedisTier tier;
  private final History history;
  private final Leases leases;
  private final Channels channels;

  RedisTower(
      RedisSettings settings, Servers servers, Lines lines, RedisTier tier, History history) {
    this.names = new Names(settings.prefix(), settings.cover());
    this.cover = settings.cover();
    this.replyTimeMax = settings.replyTimeMax();
    this.lines = lines;
    this.tier = tier;
    this.history = history;
    this.leases = new Leases(servers);
    this.channels = new Channels(servers);
  }

  @Override
  public Claim claim(Key key, Holder holder, Duration lease)
      throws IOException, InterruptedException {
    if (!lines.reads().isUp()) {
      throw new AwayException(); // who waited for that in vain does not wait for this, too
    }
    var name = names.ofKey(key, LEASE);
    for (int i = 0; i < CLAIMS_MAX; i++) {
      var set = SetArgs.Builder.nx().px(lease);
      @Nullable String taken =
          lines
              .writes()
              .<@Nullable String>ask(
                  replyTimeMax, c -> Servers.commands(c).set(name, bytes(holder), set));
      if (taken != null) {
        return new Claim.Taken();
      }
      byte @Nullable [] held =
          lines.writes().<byte @Nullable []>ask(replyTimeMax, c -> Servers.commands(c).get(name));
      if (held != null) {
        return claim(held, holder);
      }
    }
    throw new IOException("a lease that comes and goes");
  }

  private static Claim claim(byte[] held, Holder asker) throws IOException {
    if (Arrays.equals(held, TURNED_DOWN)) {
      return new Claim.TurnedDown();
    }
    try {
      var holder = Holder.parse(new String(held, UTF_8));
      return holder.equals(asker) ? new Claim.Taken() : new Claim.Held(holder);
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
  }

  @Override
  public boolean renew(Key key, Holder holder, Duration lease)
      throws IOException, InterruptedException {
    return ifHeld(key, holder, new Deed.Prolong(names.ofKey(key, LEASE), lease));
  }

  @Override
  public void release(Key key, Holder holder) throws IOException, InterruptedException {
    ifHeld(key, holder, new Deed.Delete(names.ofKey(key, LEASE)));
  }

  @Override
  public void turnDown(Key key, Holder holder, Duration remembered)
      throws IOException, InterruptedException {
    ifHeld(key, holder, new Deed.Put(names.ofKey(key, LEASE), TURNED_DOWN, remembered));
  }

  private boolean ifHeld(Key key, Holder holder, Deed deed)
      throws IOException, InterruptedException {
    var step = new Step(names.ofKey(key, LEASE), bytes(holder), deed);
    return leases.attempt(
        step,
        replyTimeMax,
        new Leases.Asker() {
          @Override
          public <T extends @Nullable Object> T ask(Lines.Question<T> question)
              throws IOException, InterruptedException {
            return lines.writes().ask(replyTimeMax, question);
          }
        });
  }

  @Override
  public boolean publish(Holder holder, Recording recording)
      throws IOException, InterruptedException {
    return put(recording, bytes(holder));
  }

  @Override
  public boolean offer(Recording recording) throws IOException, InterruptedException {
    return put(recording, null);
  }

  private boolean put(Recording recording, byte @Nullable [] expected)
      throws IOException, InterruptedException {
    var slot = recording.slot();
    var value = tier.value(recording);
    var ttl = Duration.ofMillis(tier.ttlMillis(recording));
    var deed = new Deed.Put(names.places(slot).getFirst().key(), value, ttl);
    var step = new Step(names.ofKey(slot.key(), LEASE), expected, deed);
    boolean done =
        leases.attempt(
            step,
            tier.timeFor(value),
            new Leases.Asker() {
              @Override
              public <T extends @Nullable Object> T ask(Lines.Question<T> question)
                  throws IOException, InterruptedException {
                return tier.write(value, question);
              }
            });
    if (done) {
      history.tellChanged(slot);
    }
    return done;
  }

  @Override
  public void append(Key key, Holder holder, byte[] frame, Duration kept)
      throws IOException, InterruptedException {
    var relay = names.ofKey(key, "relay:" + holder.token());
    var sealed = seal(key, holder, frame);
    tier.write(
        sealed,
        c -> {
          var redis = Servers.commands(c);
          return redis
              .rpush(relay, sealed) // all at once: one way there and back for each frame
              .thenCombine(redis.pexpire(relay, kept), (length, set) -> length)
              .thenCombine(redis.publish(wire(key, holder), sealed), (length, heard) -> heard);
        });
  }

  @Override
  public void tell(Key key, Holder holder, byte[] frame, Duration kept)
      throws IOException, InterruptedException {
    var relay = names.ofKey(key, "relay:" + holder.token());
    var sealed = seal(key, holder, frame);
    tier.write(
        sealed,
        c -> {
          var redis = Servers.commands(c);
          return redis
              .pexpire(relay, kept)
              .thenCombine(redis.publish(wire(key, holder), sealed), (set, heard) -> heard);
        });
  }

  /** The lease first: were it lost after that, all that was relayed before is here. */
  @Override
  public Backlog read(Key key, Holder holder, int from) throws IOException, InterruptedException {
    var call = lines.reads().current();
    var lease = names.ofKey(key, LEASE);
    var relay = names.ofKey(key, "relay:" + holder.token());
    byte @Nullable [] held =
        lines
            .reads()
            .<byte @Nullable []>ask(call, replyTimeMax, c -> Servers.commands(c).get(lease));
    var sealed =
        lines.reads().ask(call, replyTimeMax, c -> Servers.commands(c).lrange(relay, from, -1));
    var frames = new ArrayList<byte[]>(sealed.size());
    for (var each : sealed) {
      try {
        frames.add(open(key, holder, each));
      } catch (IOException e) {
        lines.reads().hangUp(call, "a frame was not what had been asked for: " + e.getMessage());
        throw e;
      }
    }
    return new Backlog(Arrays.equals(held, bytes(holder)), frames);
  }

  @Override
  public Wire listen(Key key, Holder holder, Consumer<byte[]> listener)
      throws IOException, InterruptedException {
    var listening =
        channels.listen(
            wire(key, holder),
            sealed -> {
              try {
                listener.accept(open(key, holder, sealed));
              } catch (IOException e) {
                log.warn("A frame was lost: {}", e.getMessage());
              }
            });
    boolean listens = false;
    try {
      listening.await(replyTimeMax);
      listens = true;
    } finally {
      if (!listens) {
        listening.close();
      }
    }
    return listening::close;
  }

  @Override
  public void hail(Key key, Holder holder, byte[] message)
      throws IOException, InterruptedException {
    var node = names.ofNode(holder.node());
    var sealed = cover.seal(node, CALL.getBytes(UTF_8), written(key, holder, message));
    lines.writes().ask(replyTimeMax, c -> Servers.commands(c).publish(node, sealed));
  }

  @Override
  public void answer(String node, BiConsumer<Hailed, byte[]> listener) {
    var channel = names.ofNode(node);
    channels.listen(
        channel,
        sealed -> {
          try {
            var in = cover.open(channel, CALL.getBytes(UTF_8), sealed);
            answer(new DataInputStream(new ByteArrayInputStream(in)), listener);
          } catch (IOException e) {
            log.warn("A call from another node was not understood: {}", e.getMessage());
          }
        });
  }

  /* call = key holder message      the key of 32 bytes, the holder as DataOutput writes UTF */

  private static byte[] written(Key key, Holder holder, byte[] message) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.write(key.bytes());
    out.writeUTF(holder.toString());
    out.write(message);
    return bytes.toByteArray();
  }

  private static void answer(DataInputStream in, BiConsumer<Hailed, byte[]> listener)
      throws IOException {
    var key = Key.of(in.readNBytes(KEY_BYTES));
    listener.accept(new Hailed(key, Holder.parse(in.readUTF())), in.readAllBytes());
  }

  private byte[] wire(Key key, Holder holder) {
    return names.ofKey(key, "wire:" + holder.token());
  }

  private byte[] seal(Key key, Holder holder, byte[] frame) {
    return cover.seal(names.cover(key), place(holder), frame);
  }

  /** A frame may have been written by a node that has another of the secrets. */
  private byte[] open(Key key, Holder holder, byte[] sealed) throws IOException {
    return cover.open(names.cover(key), place(holder), sealed);
  }

  private static byte[] place(Holder holder) {
    return ("frame/" + holder.token()).getBytes(UTF_8);
  }

  private static byte[] bytes(Holder holder) {
    return holder.toString().getBytes(UTF_8);
  }

  @Override
  public void close() {
    channels.close();
    leases.close();
  }
}
