package dev.refrain.gateway.express;

import dev.refrain.flight.Capacity;
import io.netty.channel.ChannelPipeline;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/** The express lanes of one gateway. Thread-safe. */
public final class Lanes {
  /*
   * A lane is there before the server, which lays its pipes only when the first request has come:
   * most of what a connection costs. Clients who come all at once, as after a restart, and ask what
   * they always ask, need nothing of it.
   *
   * What is learned is kept for each event loop by itself, so that nobody waits for anybody.
   */

  private static final String DECODER = "httpDecoder"; // as Vert.x calls them
  private static final String ENCODER = "httpEncoder";

  private final Capacity room;
  private final FastThreadLocal<Lessons> lessons =
      new FastThreadLocal<>() {
        @Override
        protected Lessons initialValue() {
          return new Lessons();
        }
      };

  /**
   * Makes room for lanes.
   *
   * @param room for requests that are not all there yet
   */
  public Lanes(Capacity room) {
    this.room = room;
  }

  /** Opens one on a connection of which the server knows nothing yet. */
  public ExpressLane open(ChannelPipeline pipeline) {
    var lane = new ExpressLane(room, lessons::get);
    pipeline.addLast(lane);
    return lane;
  }

  /**
   * Joins the lane of a connection to the server, which has laid its pipes now, and returns it;
   * null if its decoder cannot tell what it has taken in. For its event loop.
   */
  public @Nullable ExpressLane join(ChannelPipeline pipeline) {
    var lane = pipeline.get(ExpressLane.class);
    if (!(pipeline.get(DECODER) instanceof Intake intake) || pipeline.get(ENCODER) == null) {
      if (lane != null) {
        pipeline.remove(lane);
      }
      return null;
    }
    if (lane == null) { // as TLS comes first
      lane = new ExpressLane(room, lessons::get);
      pipeline.addBefore(DECODER, null, lane);
    }
    var answers = new AnswerCount();
    pipeline.addAfter(ENCODER, null, answers);
    lane.join(intake, answers);
    return lane;
  }
}
