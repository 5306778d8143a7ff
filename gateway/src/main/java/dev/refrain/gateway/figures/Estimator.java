package dev.refrain.gateway.figures;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import dev.refrain.Call;
import dev.refrain.Key;
import dev.refrain.Meaning;
import dev.refrain.Slot;
import dev.refrain.Usage;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts tokens where a reply does not, off everybody's way. Thread-safe. */
final class Estimator implements AutoCloseable {
  /*
   * The vocabularies of the tokenizer are millions of bytes, which are loaded only when there is
   * something to count, on the one thread that counts. What has been counted once is remembered by
   * its slot, for it will be served again. What finds the queue full is not counted, but how often
   * that happens is.
   */

  private static final Logger log = LoggerFactory.getLogger(Estimator.class);
  private static final int QUEUE_MAX = 1_024;
  private static final int REMEMBERED_MAX = 10_000;
  private static final int TEXT_LENGTH_MAX = 1 << 20;
  private static final int CHARACTERS_PER_TOKEN = 4;

  private final BlockingQueue<Errand> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final LongAdder missed = new LongAdder();
  private final Lazy<EncodingRegistry> encodings = new Lazy<>(Encodings::newLazyEncodingRegistry);
  private final Thread clerk = Thread.ofPlatform().name("estimator").daemon().unstarted(this::run);
  private final Cache<Slot, Usage> remembered =
      Caffeine.newBuilder().maximumSize(REMEMBERED_MAX).build();
  private boolean begun; // guarded by this

  /**
   * What is to be counted.
   *
   * @param reply is copied where it is counted; empty where only what is remembered can help
   * @param isNew whether this is the first time that the reply is seen
   */
  record Task(Call call, Said reply, boolean isNew) {}

  /** What a reply says. */
  interface Said {
    byte[] bytes();

    /** Is not needed any more. */
    default void letGo() {}
  }

  private record Errand(Task task, Consumer<Usage> taker) {}

  /**
   * Counts a call and its reply, or tells at once what is remembered of them. Returns false if
   * there is too much to be counted; then nothing is told.
   */
  boolean estimate(Task task, Consumer<Usage> taker) {
    var known = known(task);
    if (known != null) {
      task.reply.letGo();
      taker.accept(known);
      return true;
    }
    begin();
    boolean taken = queue.offer(new Errand(task, taker));
    if (!taken) {
      task.reply.letGo();
      missed.increment();
    }
    return taken;
  }

  private synchronized void begin() {
    if (!begun) {
      begun = true;
      clerk.start();
    }
  }

  long missed() {
    return missed.sum();
  }

  private void run() {
    try {
      while (true) {
        take(queue.take());
      }
    } catch (InterruptedException e) {
      // closed: what was not counted by now is not
    }
  }

  private void take(Errand errand) {
    try {
      var known = known(errand.task);
      errand.taker.accept((known == null) ? count(errand.task) : known);
    } catch (RuntimeException | Error e) { // the next is another matter
      missed.increment();
      log.warn("Tokens could not be counted", e);
    } finally {
      errand.task.reply.letGo();
    }
  }

  private @Nullable Usage known(Task task) {
    var name = task.isNew ? null : name(task.call);
    return (name == null) ? null : remembered.getIfPresent(name);
  }

  /** Returns by what the count of a call is remembered; null if it is not. */
  private static @Nullable Slot name(Call call) {
    return switch (call.meaning()) {
      case Meaning.Keyed keyed -> keyed.slot();
      case Meaning.Batch batch -> name(batch);
      case Meaning.Unkeyed unkeyed -> null;
    };
  }

  /** The parts in their order, which costs a small part of what counting them does. */
  private static Slot name(Meaning.Batch batch) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      batch.items().forEach(item -> digest.update(item.slot().key().bytes()));
      return new Slot(Key.of(digest.digest()), batch.items().getFirst().slot().form());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private Usage count(Task task) {
    var model = (task.call.meaning() instanceof Meaning.Known known) ? known.facts().model() : "";
    var encoding =
        encodings
            .get()
            .getEncodingForModel(model)
            .orElseGet(() -> encodings.get().getEncoding(EncodingType.O200K_BASE));
    var reply = task.reply.bytes();
    var usage =
        new Usage(
            count(encoding, SpokenText.ofRequest(task.call.request().body())),
            count(encoding, SpokenText.ofReply(reply, startsLikeAStream(reply))));
    var name = name(task.call);
    if (name != null && reply.length > 0) {
      remembered.put(name, usage);
    }
    return usage;
  }

  private static long count(Encoding encoding, String text) {
    return (text.length() > TEXT_LENGTH_MAX)
        ? text.length() / CHARACTERS_PER_TOKEN
        : encoding.countTokensOrdinary(text);
  }

  private static boolean startsLikeAStream(byte[] reply) {
    return reply.length > 0 && reply[0] != '{' && reply[0] != '[';
  }

  @Override
  public void close() {
    clerk.interrupt();
  }
}
