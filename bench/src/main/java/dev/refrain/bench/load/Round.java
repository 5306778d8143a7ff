package dev.refrain.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One round of streams through one target. */
@SuppressWarnings("FutureReturnValueIgnored") // the callbacks tell what became of it
final class Round {
  /*
   * The streams are opened one after the other. Once all are, and have run for a while, delays are
   * noted; after that the streams run on to their ends, the last ones as much later as they began.
   *
   * All fields but the latch belong to the event loop, except while nothing is measured.
   */

  private static final int OPENED_PER_SECOND = 500;
  private static final int END_SECONDS_MAX = 30; // after their last event is due
  private static final double NANOS_PER_MICRO = 1e3;

  private final EventLoopGroup loop;
  private final Target target;
  private final Plan plan;
  private final CountDownLatch open;
  private final long[] delays;
  private volatile boolean measuring;
  private int count;
  private int whole;

  /** How many streams, for how long. */
  record Plan(int streams, int eventsPerSecond, int warmUpSeconds, int seconds) {
    int openingSeconds() {
      return streams / OPENED_PER_SECOND + 1;
    }

    int eventsPerStream() {
      return eventsPerSecond * (openingSeconds() + warmUpSeconds + seconds);
    }

    int eventsMeasuredMax() {
      return 2 * streams * eventsPerSecond * seconds; // some may come in a rush
    }
  }

  Round(EventLoopGroup loop, Target target, Plan plan) {
    this.loop = loop;
    this.target = target;
    this.plan = plan;
    open = new CountDownLatch(plan.streams());
    delays = new long[plan.eventsMeasuredMax()];
  }

  Figures run() throws IOException, InterruptedException {
    for (int i = 0; i < plan.streams(); i++) {
      loop.schedule(this::connect, i * 1000L / OPENED_PER_SECOND, TimeUnit.MILLISECONDS);
    }
    TimeUnit.SECONDS.sleep(plan.openingSeconds() + plan.warmUpSeconds());
    var before = Reading.of(target);
    measuring = true;
    TimeUnit.SECONDS.sleep(plan.seconds());
    measuring = false;
    var after = Reading.of(target);
    // Whether or not all come to an end: those that do not are counted as broken.
    boolean ended = open.await(plan.openingSeconds() + END_SECONDS_MAX, TimeUnit.SECONDS);
    assert ended || open.getCount() > 0;
    return figures(before, after);
  }

  private void connect() {
    new Bootstrap()
        .group(loop)
        .channel(EpollSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new HttpClientCodec(),
                        new StreamHandler(Round.this, target.tongue(), plan));
              }
            })
        .connect("127.0.0.1", target.port())
        .addListener(connected -> {
          if (!connected.isSuccess()) {
            open.countDown();
          }
        });
  }

  /** An event came. */
  void arrived(long sentNanos) {
    if (measuring && count < delays.length) {
      delays[count] = System.nanoTime() - sentNanos;
      count++;
    }
  }

  /** A stream ended. */
  void ended(boolean clean) {
    if (clean) {
      whole++;
    }
    open.countDown();
  }

  private Figures figures(Reading before, Reading after) {
    Arrays.sort(delays, 0, count);
    double nanos = after.nanos - before.nanos;
    return new Figures(
        count / (nanos / TimeUnit.SECONDS.toNanos(1)),
        percentile(50),
        percentile(99),
        percentile(100),
        100 * (after.busyNanos - before.busyNanos) / nanos,
        100 * (after.ownNanos - before.ownNanos) / nanos,
        100 * (after.othersNanos() - before.othersNanos()) / nanos,
        (double) (after.switches - before.switches) / Math.max(1, count),
        (double) (after.kilobytes - target.idleKilobytes()) / plan.streams(),
        plan.streams() - whole);
  }

  private double percentile(int percent) {
    int index = (int) Math.ceil(percent / 100.0 * count) - 1;
    return (count == 0) ? Double.NaN : delays[index] / NANOS_PER_MICRO;
  }

  /** Counters at one moment. */
  private record Reading(
      long nanos, long busyNanos, long ownNanos, long allNanos, long switches, long kilobytes) {
    static Reading of(Target target) throws IOException {
      var server = target.process();
      return new Reading(
          System.nanoTime(),
          server.busyNanos(),
          ServerProcess.own().busyNanos(),
          ServerProcess.allBusyNanos(),
          server.switches(),
          server.kilobytes());
    }

    long othersNanos() {
      return allNanos - busyNanos - ownNanos;
    }
  }
}
