package dev.refrain.fleet;

import dev.refrain.Fleet;
import dev.refrain.Headers;
import dev.refrain.LeaderLostException;
import dev.refrain.Stamp;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A fleet whose followers do something else when their leader is lost. */
record WrappedFleet(Fleet fleet, Rest rest) implements Fleet {
  /** What is read instead of what is lost; nothing is the end. */
  interface Rest {
    byte @Nullable [] next() throws IOException, InterruptedException;
  }

  @Override
  public Boarding board(Errand errand) throws InterruptedException {
    var boarding = fleet.board(errand);
    return (boarding instanceof Boarding.Joined(var passage))
        ? new Boarding.Joined(new Undaunted(passage))
        : boarding;
  }

  @Override
  public Publisher publisher() {
    return fleet.publisher();
  }

  @Override
  public void close() {
    fleet.close();
  }

  private final class Undaunted implements Passage {
    private final Passage passage;
    private boolean lost;

    Undaunted(Passage passage) {
      this.passage = passage;
    }

    @Override
    public byte @Nullable [] next() throws IOException, InterruptedException {
      try {
        return lost ? rest.next() : passage.next();
      } catch (LeaderLostException e) {
        lost = true;
        return rest.next();
      }
    }

    @Override
    public boolean ready() {
      return passage.ready();
    }

    @Override
    public boolean shared() {
      return passage.shared();
    }

    @Override
    public Stamp stamp() {
      return passage.stamp();
    }

    @Override
    public long departedMillis() {
      return passage.departedMillis();
    }

    @Override
    public int status() {
      return passage.status();
    }

    @Override
    public Headers headers() {
      return passage.headers();
    }

    @Override
    public void close() {
      passage.close();
    }
  }
}
