package dev.refrain.testing;

import dev.refrain.Fleet;
import dev.refrain.Recording;
import dev.refrain.Tier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A fleet that says to whoever boards what a test tells it to; else that he is alone. */
public final class ScriptedFleet implements Fleet {
  private final Queue<Boarding> boardings = new ConcurrentLinkedQueue<>();
  private final List<Errand> errands = new CopyOnWriteArrayList<>();
  private final List<Recording> offered = new CopyOnWriteArrayList<>();

  private volatile Runnable whenBoarded = () -> {};

  /** Offers for the fleet, and stores nothing: somebody else leads. */
  private final Publisher publisher =
      (tier, recording) -> {
        offered.add(recording);
        return true;
      };

  /** Says this to the next who boards. */
  public void expect(Boarding boarding) {
    boardings.add(boarding);
  }

  /** Does this before it says anything. */
  public void whenBoarded(Runnable action) {
    whenBoarded = action;
  }

  /** Lets the next who boards lead. */
  public Lead expectLead() {
    var lead = new Lead();
    expect(new Boarding.Led(lead));
    return lead;
  }

  /** Lets nobody lead who boards next, as another process does. */
  public void expectBusy() {
    expect(new Boarding.Busy(publisher));
  }

  /** Returns what flights have boarded for. */
  public List<Errand> errands() {
    return new ArrayList<>(errands);
  }

  /** Returns what was offered by who did not lead, or not any more. */
  public List<Recording> offered() {
    return new ArrayList<>(offered);
  }

  @Override
  public Boarding board(Errand errand) {
    errands.add(errand);
    whenBoarded.run();
    var next = boardings.poll();
    return (next == null) ? new Boarding.Alone(publisher) : next;
  }

  @Override
  public Publisher publisher() {
    return publisher;
  }

  @Override
  public void close() {} // nothing is open

  /** A lease, and what became of it. */
  public static final class Lead implements Lease {
    private volatile boolean lost;
    private volatile boolean turnedDown;
    private volatile boolean closed;

    /** Ends it, as if it had not been renewed. */
    public void lose() {
      lost = true;
    }

    public boolean isTurnedDown() {
      return turnedDown;
    }

    public boolean isClosed() {
      return closed;
    }

    @Override
    public void lead(Source source) {} // nobody follows

    @Override
    public boolean holds() {
      return !lost;
    }

    @Override
    public boolean publish(Tier shared, Recording recording)
        throws IOException, InterruptedException {
      return DIRECT.publish(shared, recording);
    }

    @Override
    public void turnDown() {
      turnedDown = true;
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
