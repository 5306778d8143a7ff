package dev.refrain.fleet;

import dev.refrain.EpochStore;
import dev.refrain.Fleet;
import dev.refrain.Key;
import dev.refrain.Recording;
import dev.refrain.Reply;
import dev.refrain.Slot;
import dev.refrain.Stamp;
import dev.refrain.Tier;
import dev.refrain.fleet.Voyage.Kind;
import dev.refrain.testing.PlainDialect;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Faults of the kind that such protocols have had, each of which the simulation has to find. */
enum PlantedFault implements Mutant {
  /** Whoever gives back a lease takes it from whoever has it. */
  NO_TOKEN_ON_RELEASE(Kind.STOPPED) {
    @Override
    public Tower tower(Tower tower, Crew crew) {
      return new WrappedTower(tower) {
        @Override
        public void release(Key key, Holder holder) throws IOException, InterruptedException {
          crew.cable.ask(
              "release without a token",
              () -> {
                crew.cable.redis.delete(ModelTower.lease(key));
                return true;
              });
        }
      };
    }
  },

  /** Who leads does not look again. */
  NO_SECOND_LOOK(Kind.CALM) {
    @Override
    public Tier tier(Tier tier, Crew crew) {
      return new ModelTier(crew.cable) {
        @Override
        public @Nullable Found find(Slot slot) throws IOException, InterruptedException {
          return Thread.currentThread().getName().startsWith("flight") ? null : super.find(slot);
        }
      };
    }
  },

  /** A recording is stored whoever has the lease. */
  PUBLISHED_WITHOUT_LEASE(Kind.STOPPED) {
    @Override
    public Tower tower(Tower tower, Crew crew) {
      return new WrappedTower(tower) {
        @Override
        public boolean publish(Holder holder, Recording recording)
            throws IOException, InterruptedException {
          return crew.cable.ask(
              "publish without a lease",
              () -> {
                crew.cable.redis.store(recording);
                return true;
              });
        }
      };
    }

    @Override
    public Tempo tempo(Tempo tempo, Crew crew) {
      return new Tempo(() -> 0, tempo.timer(), tempo.chance()); // nor does the leader mind
    }
  },

  /** A recording bears the epochs as they are when it is stored. */
  EPOCHS_READ_AT_THE_END(Kind.INVALIDATED) {
    @Override
    public Tower tower(Tower tower, Crew crew) {
      return new WrappedTower(tower) {
        @Override
        public boolean publish(Holder holder, Recording recording)
            throws IOException, InterruptedException {
          var now = crew.cable.ask("epochs at the end", crew.epochs::stored);
          return super.publish(holder, restamped(recording, now));
        }
      };
    }
  },

  /** Whoever renews a lease prolongs that of whoever has it, and takes it for his own. */
  RENEWED_WITHOUT_COMPARING(Kind.UNCACHEABLE) {
    @Override
    public Tower tower(Tower tower, Crew crew) {
      return new WrappedTower(tower) {
        @Override
        public boolean renew(Key key, Holder holder, Duration lease)
            throws IOException, InterruptedException {
          return crew.cable.ask(
              "renew without comparing",
              () -> {
                crew.cable.redis.prolong(ModelTower.lease(key), lease);
                return true;
              });
        }
      };
    }
  },

  /** A lease is not renewed. */
  NEVER_RENEWED(Kind.LONG) {
    @Override
    public Tower tower(Tower tower, Crew crew) {
      return new WrappedTower(tower) {
        @Override
        public boolean renew(Key key, Holder holder, Duration lease) {
          return true;
        }
      };
    }
  },

  /** Everybody who asks for a lease gets it. */
  TAKEN_THOUGH_HELD(Kind.CALM) {
    @Override
    public Tower tower(Tower tower, Crew crew) {
      return new WrappedTower(tower) {
        @Override
        public Claim claim(Key key, Holder holder, Duration lease)
            throws IOException, InterruptedException {
          return crew.cable.ask(
              "claim though held",
              () -> {
                crew.cable.redis.set(ModelTower.lease(key), holder.toString(), lease);
                return new Claim.Taken();
              });
        }
      };
    }
  },

  /** A leader who was stopped does not notice that his lease has ended meanwhile. */
  LEASE_WITHOUT_END(Kind.STORM) {
    @Override
    public Tempo tempo(Tempo tempo, Crew crew) {
      return new Tempo(() -> 0, tempo.timer(), tempo.chance());
    }
  },

  /** A follower whose leader is gone calls upstream, and goes on with what that says. */
  TAKEN_OVER_AFTER_BYTES_WERE_SENT(Kind.STORM) {
    @Override
    public Fleet fleet(Fleet fleet, Crew crew) {
      return new Fleet() {
        @Override
        public Boarding board(Errand errand) throws InterruptedException {
          return new WrappedFleet(fleet, new Anew(crew)).board(errand);
        }

        @Override
        public Publisher publisher() {
          return fleet.publisher();
        }

        @Override
        public void close() {
          fleet.close();
        }
      };
    }
  },

  /** A follower whose leader is gone takes that for the end. */
  END_INVENTED(Kind.STOPPED) {
    @Override
    public Fleet fleet(Fleet fleet, Crew crew) {
      return new WrappedFleet(fleet, () -> null);
    }
  },

  /** A failure that was shared is shared with those who come later, too. */
  ERROR_REMEMBERED(Kind.STORM) {
    @Override
    public Fleet fleet(Fleet fleet, Crew crew) {
      var failures = new ConcurrentHashMap<Slot, Fleet.Boarding>();
      return new Fleet() {
        @Override
        public Boarding board(Errand errand) throws InterruptedException {
          var known = failures.get(errand.slot());
          var boarding = (known == null) ? fleet.board(errand) : known;
          if (boarding instanceof Boarding.Failed) {
            failures.put(errand.slot(), boarding);
          }
          return boarding;
        }

        @Override
        public Publisher publisher() {
          return fleet.publisher();
        }

        @Override
        public void close() {
          fleet.close();
        }
      };
    }
  },

  /** Who follows a reply that cannot be shared learns of it only by waiting. */
  HIT_FOR_MISS_NOT_RELEASED(Kind.UNCACHEABLE) {
    @Override
    public Tower tower(Tower tower, Crew crew) {
      return new WrappedTower(tower) {
        @Override
        public void turnDown(Key key, Holder holder, Duration remembered) {}

        @Override
        public void append(Key key, Holder holder, byte[] frame, Duration kept)
            throws IOException, InterruptedException {
          boolean isRelease =
              Frame.of(frame) instanceof Frame.End end && end.ending() == Frame.Ending.TURNED_DOWN;
          if (!isRelease) {
            super.append(key, holder, frame, kept);
          }
        }
      };
    }
  },

  /** All leaders of a key relay under one name. */
  RELAY_WITHOUT_TOKEN(Kind.STORM) {
    @Override
    public Tower tower(Tower tower, Crew crew) {
      return new WrappedTower(tower) {
        @Override
        public void append(Key key, Holder holder, byte[] frame, Duration kept)
            throws IOException, InterruptedException {
          super.append(key, anyone(holder), frame, kept);
        }

        @Override
        public void tell(Key key, Holder holder, byte[] frame, Duration kept)
            throws IOException, InterruptedException {
          super.tell(key, anyone(holder), frame, kept);
        }

        @Override
        public Backlog read(Key key, Holder holder, int from)
            throws IOException, InterruptedException {
          return super.read(key, anyone(holder), from);
        }

        @Override
        public Wire listen(Key key, Holder holder, Consumer<byte[]> listener)
            throws IOException, InterruptedException {
          return super.listen(key, anyone(holder), listener);
        }
      };
    }
  },

  /** A follower does not notice that a message was lost. */
  GAP_NOT_NOTICED(Kind.STORM) {
    @Override
    public Tower tower(Tower tower, Crew crew) {
      return new WrappedTower(tower) {
        @Override
        public Wire listen(Key key, Holder holder, Consumer<byte[]> listener)
            throws IOException, InterruptedException {
          return super.listen(key, holder, new Renumbering(listener));
        }
      };
    }
  };

  private final Kind kind;

  PlantedFault(Kind kind) {
    this.kind = kind;
  }

  /** Returns the kind of voyage that shows it soonest. */
  Kind kind() {
    return kind;
  }

  private static Holder anyone(Holder holder) {
    return new Holder("any", "any", holder.form());
  }

  private static Recording restamped(Recording recording, EpochStore.Snapshot now) {
    var tags = recording.stamp().tags();
    var epochs = tags.stream().map(tag -> now.tags().getOrDefault(tag, now.store())).toList();
    return new Recording(
        recording.slot(),
        recording.status(),
        recording.headers(),
        recording.chunks(),
        recording.bornMillis(),
        recording.tookMillis(),
        recording.usage(),
        new Stamp(tags, epochs),
        recording.etag(),
        recording.ttlMax(),
        null);
  }

  /** What upstream says to a call of one's own. */
  private static final class Anew implements WrappedFleet.Rest {
    private final Crew crew;
    private @Nullable Reply reply;

    Anew(Crew crew) {
      this.crew = crew;
    }

    @Override
    public byte @Nullable [] next() throws IOException, InterruptedException {
      if (reply == null) {
        reply = crew.upstream.send(PlainDialect.request("ask=0;form=stream"));
      }
      return reply.next();
    }
  }

  /** Gives the frames that come the numbers that are expected. */
  private static final class Renumbering implements Consumer<byte[]> {
    private final Consumer<byte[]> listener;
    private final Set<Integer> seen = new HashSet<>();
    private int next;

    Renumbering(Consumer<byte[]> listener) {
      this.listener = listener;
    }

    @Override
    public void accept(byte[] bytes) {
      try {
        switch (Frame.of(bytes)) {
          case Frame.Opening first ->
              listener.accept(
                  new Frame.Opening(
                          next++,
                          first.status(),
                          first.departedMillis(),
                          first.headers(),
                          first.stamp())
                      .bytes());
          case Frame.Chunks some when seen.add(some.index()) ->
              listener.accept(new Frame.Chunks(next++, some.chunks()).bytes());
          case Frame.Chunks again -> {}
          case Frame.End end ->
              listener.accept(new Frame.End(next++, end.ending(), end.message()).bytes());
          case Frame.Heard heard -> listener.accept(new Frame.Heard(next).bytes());
          case Frame.Gone gone -> listener.accept(bytes);
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}
