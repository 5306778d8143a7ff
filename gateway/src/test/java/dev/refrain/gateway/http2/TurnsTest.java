package dev.refrain.gateway.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who stands in line is read in turn, whatever happens to others. */
final class TurnsTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<String> read = new ArrayList<>();
  private long nanos;
  private final Turns turns = new Turns(() -> nanos);

  private void standInLine(String name, int pieces) {
    var left = new int[] {pieces};
    turns.standInLine(
        () -> {
          read.add(name);
          left[0]--;
          return left[0] > 0;
        },
        channel.eventLoop());
  }

  private void letTurnsPass() {
    for (int i = 0; i < 5; i++) {
      channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
      channel.runScheduledPendingTasks();
    }
  }

  @Test
  void everybodyGetsAPieceInTurn() {
    standInLine("a", 3);
    standInLine("b", 1);
    standInLine("c", 2);
    letTurnsPass();
    assertThat(read).containsExactly("a", "b", "c", "a", "c", "a");
    assertThat(turns.isTimeLeft()).isTrue();
  }

  /** Ten who take a little each would else have ten turns in a row. */
  @Test
  void aTurnEndsWhenAllConnectionsWereLookedAtAndNotBefore() {
    channel.freezeTime();
    turns.spend(() -> nanos += TimeUnit.MILLISECONDS.toNanos(1), channel.eventLoop());
    assertThat(turns.isTimeLeft()).isFalse();
    nanos += TimeUnit.SECONDS.toNanos(1);
    assertThat(turns.isTimeLeft()).isFalse();
    letTurnsPass();
    assertThat(turns.isTimeLeft()).isTrue();
  }

  @Test
  void whoComesWhenTheTurnIsNearlyOverIsServedAfterThoseInLine() {
    channel.freezeTime();
    turns.spend(() -> nanos += TimeUnit.MILLISECONDS.toNanos(1), channel.eventLoop());
    standInLine("a", 1);
    assertThat(read).isEmpty();
    letTurnsPass();
    assertThat(read).containsExactly("a");
    assertThat(turns.isTimeLeft()).isTrue();
  }

  /** Or whoever speaks HTTP/2 would starve beside many who do not. */
  @Test
  void thoseInLineHaveAsMuchTimeAsAllOthersTookButNotTheTimeOfAPause() {
    channel.freezeTime();
    turns.standInLine(
        () -> {
          read.add("a piece");
          turns.spend(() -> nanos += TimeUnit.MICROSECONDS.toNanos(100), channel.eventLoop());
          return read.size() < 100;
        },
        channel.eventLoop());
    assertThat(piecesAfterOthersTook(0)).isEqualTo(2);
    assertThat(piecesAfterOthersTook(600)).isEqualTo(6);
    assertThat(piecesAfterOthersTook(0)).isEqualTo(2);
    assertThat(piecesAfterOthersTook(50_000)).isEqualTo(10);
  }

  private int piecesAfterOthersTook(long micros) {
    int before = read.size();
    nanos += TimeUnit.MICROSECONDS.toNanos(micros);
    channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    return read.size() - before;
  }

  @Test
  void whoFailsHoldsUpNobody() {
    turns.standInLine(
        () -> {
          throw new IllegalStateException("a bug");
        },
        channel.eventLoop());
    standInLine("b", 2);
    letTurnsPass();
    assertThat(read).containsExactly("b", "b");
    assertThat(turns.isTimeLeft()).isTrue();
  }
}
