package dev.refrain.fleet;

import dev.refrain.Fleet;
import dev.refrain.Headers;
import dev.refrain.Key;
import dev.refrain.LeaderLostException;
import dev.refrain.Stamp;
import dev.refrain.UpstreamTooSlowException;
import dev.refrain.fleet.Frame.Chunks;
import dev.refrain.fleet.Frame.End;
import dev.refrain.fleet.Frame.Ending;
import dev.refrain.fleet.Frame.Gone;
import dev.refrain.fleet.Frame.Heard;
import dev.refrain.fleet.Frame.Kept;
import dev.refrain.fleet.Frame.Opening;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Follows one leader: first until his reply begins, then to its end. For one thread. */
final class Following implements Fleet.Passage {
  /*
   * Frames come by messages, each of which may be lost. The frames that are kept are numbered, so
   * a gap shows with the next message, be it only that the leader flies on, and is filled by
   * reading what is kept. So a quiet follower costs the store nothing, and one who is told
   * everything costs it nothing either.
   *
   * A leader who is silent for as long as a lease lasts may have renewed his before he was lost,
   * and not come to say so: so it is looked at again before as much time has passed once more.
   *
   * All frames are of one leader, whose token is in the name of what is listened to and read:
   * those of another can never get among them.
   */

  private static final int TROUBLES_MAX = 4;
  private static final byte[] READS = {'r'};
  private static final byte[] WAITS = {'w'};

  private final Tower tower;
  private final Tempo tempo;
  private final Key key;
  private final Holder leader;
  private final boolean reads;
  private final Mailbox mailbox;
  private final Tower.Wire wire;
  private final Queue<byte[]> chunks = new ArrayDeque<>(); // told, and not yet passed on
  private Duration patience = Tempo.FIRST_PATIENCE;
  private boolean unread; // something was told that could not be read yet
  private int troubles; // one after the other
  private int next; // the index of the next frame to be taken
  private @Nullable Opening opening;
  private @Nullable End end;

  /** What a follower comes to know. */
  enum Sign {
    /** Something was told, and there may be more. */
    HEARD,
    /** The reply has begun. */
    BEGUN,
    /** The end was told, before anything that could be passed on. */
    ENDED,
    /** The leader has landed, or never flew. */
    GONE,
    /** Nothing was told for too long. */
    SILENT,
    /** Something was told of which the beginning is lost. */
    TORN
  }

  private Following(Ask ask, Mailbox mailbox, Tower.Wire wire) {
    this.tower = ask.tower;
    this.tempo = ask.tempo;
    this.key = ask.key;
    this.leader = ask.leader;
    this.reads = ask.reads;
    this.mailbox = mailbox;
    this.wire = wire;
  }

  /**
   * Whom to follow.
   *
   * @param reads whether his chunks are wanted, or merely his landing
   */
  record Ask(Tower tower, Tempo tempo, Key key, Holder leader, boolean reads) {}

  /** Begins to listen. */
  static Following begin(Ask ask) throws IOException, InterruptedException {
    var mailbox = new Mailbox(ask.tempo.timer());
    return new Following(ask, mailbox, ask.tower.listen(ask.key, ask.leader, mailbox::put));
  }

  /** Returns whether this is what a follower said who wants to be told of the chunks. */
  static boolean isReader(byte[] hail) {
    return hail.length == 1 && hail[0] == READS[0];
  }

  Holder leader() {
    return leader;
  }

  /** Says that somebody follows. */
  void hail() throws IOException, InterruptedException {
    tower.hail(key, leader, reads ? READS : WAITS);
  }

  /** Returns how the leader has ended. */
  End end() {
    return Objects.requireNonNull(end, "not ended yet");
  }

  /** Waits until there is something to pass on, or never will be, or the leader is silent. */
  Sign await() throws IOException, InterruptedException {
    while (true) {
      if (!chunks.isEmpty() || (opening != null && isWhole())) {
        return Sign.BEGUN;
      }
      if (end != null) {
        return Sign.ENDED;
      }
      var sign = hear();
      if (sign != Sign.HEARD) {
        return sign;
      }
    }
  }

  private boolean isWhole() {
    return end != null && end.ending() == Ending.WHOLE;
  }

  /** Looks after what may have been told without being heard; returns whether more was to come. */
  boolean goesOn() throws IOException, InterruptedException {
    if (end != null) {
      return false;
    }
    if (reads) {
      take(tower.read(key, leader, next));
    }
    return true;
  }

  private Sign catchUp() throws IOException, InterruptedException {
    return take(tower.read(key, leader, next)) ? Sign.HEARD : Sign.TORN;
  }

  private Sign hear() throws IOException, InterruptedException {
    var bytes = mailbox.take(tempo.jittered(patience));
    if (bytes == null) {
      patience = longer(patience);
      return Sign.SILENT;
    }
    patience = Tempo.LEASE; // he is there, and will be heard again after each renewal
    return switch (Frame.of(bytes)) {
      case Gone gone -> Sign.GONE;
      case Heard heard -> (reads && heard.next() > next) ? catchUp() : Sign.HEARD;
      case Kept kept when reads && kept.index() > next -> catchUp();
      case Kept kept -> {
        take(kept);
        yield Sign.HEARD;
      }
    };
  }

  /** Who fell silent for a whole lease is as good as gone: then it is looked for often. */
  private Duration longer(Duration waited) {
    if (waited.equals(Tempo.LEASE)) {
      return Tempo.FIRST_PATIENCE;
    }
    var longer = waited.multipliedBy(2);
    return (longer.compareTo(Tempo.RENEWAL) < 0) ? longer : Tempo.RENEWAL;
  }

  /** Returns whether there was anything new. */
  private boolean take(Tower.Backlog backlog) throws IOException {
    int before = next;
    for (var bytes : backlog.frames()) {
      if (Frame.of(bytes) instanceof Kept kept && kept.index() == next) {
        take(kept);
      }
    }
    return next > before;
  }

  private void take(Kept kept) {
    if (reads && kept.index() != next) {
      return; // told twice
    }
    next = kept.index() + 1;
    switch (kept) {
      case Opening first when reads -> opening = first;
      case Chunks some when reads -> chunks.addAll(some.chunks());
      case Opening first -> {} // of a reply in another form
      case Chunks some -> {}
      case End last -> end = last;
    }
  }

  @Override
  public byte @Nullable [] next() throws IOException, InterruptedException {
    while (chunks.isEmpty()) {
      if (end != null) {
        return switch (end.ending()) {
          case WHOLE -> null;
          case FAILED -> throw new IOException("upstream broke off, as the leader says");
          case TOO_SLOW ->
              throw new UpstreamTooSlowException("upstream said no more, as the leader says");
          case ABANDONED, TURNED_DOWN, TOO_LATE ->
              throw new LeaderLostException("the leader has given up");
        };
      }
      goOn();
    }
    return chunks.poll();
  }

  /** Who has passed something on must not begin anew, and never guesses the end. */
  private void goOn() throws LeaderLostException, InterruptedException {
    try {
      switch (unread ? Sign.SILENT : hear()) {
        case SILENT, GONE -> {
          var backlog = tower.read(key, leader, next);
          if (!take(backlog) && !backlog.held()) {
            throw new LeaderLostException("the leader is gone");
          }
        }
        case TORN -> throw new LeaderLostException("what the leader has said is lost");
        case HEARD, BEGUN, ENDED -> {} // what it was is taken
      }
      unread = false;
      troubles = 0;
    } catch (LeaderLostException e) {
      throw e;
    } catch (IOException e) {
      endure(e);
    }
  }

  /** Bears that the store cannot be asked, but not for ever. */
  private void endure(IOException trouble) throws LeaderLostException, InterruptedException {
    troubles++;
    if (troubles > TROUBLES_MAX) {
      throw new LeaderLostException("the leader cannot be heard any more", trouble);
    }
    unread = true;
    tempo.rest(Tempo.RETRY);
  }

  @Override
  public int status() {
    return opening().status();
  }

  @Override
  public Headers headers() {
    return opening().headers();
  }

  /** What is not to be shared is not told. */
  @Override
  public boolean shared() {
    return true;
  }

  @Override
  public Stamp stamp() {
    return opening().stamp();
  }

  @Override
  public long departedMillis() {
    return opening().departedMillis();
  }

  private Opening opening() {
    return Objects.requireNonNull(opening, "not begun yet");
  }

  @Override
  public boolean ready() {
    return !chunks.isEmpty();
  }

  @Override
  public void close() {
    wire.close();
  }
}
