package dev.refrain.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.refrain.redis.RedisReport.Refusal;
import dev.refrain.redis.RedisReport.Step;
import dev.refrain.redis.testing.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody looks at a Redis as a node would use it. */
@Timeout(60)
final class RedisReportTest {
  @Test
  void whoMayDoAllIsToldWhatTheServerIsAndLeavesNothingBehind() throws Exception {
    try (var server =
        RedisServer.start("--maxmemory", "20mb", "--maxmemory-policy", "volatile-lfu")) {
      var report = of(server.url() + "/3");
      assertThat(report.refusals()).isEmpty();
      assertThat(report.roundTrip()).isBetween(Duration.ofNanos(1), Duration.ofSeconds(5));
      assertThat(report.servers()).hasSize(1);
      var said = report.servers().getFirst();
      assertThat(said.product()).isIn("Redis", "Valkey");
      assertThat(said.isOlderThan(6, 2)).isFalse();
      assertThat(said.mode()).isEqualTo("standalone");
      assertThat(said.memory().bytesMax()).isEqualTo(20 << 20);
      assertThat(said.memory().policy()).isEqualTo("volatile-lfu");
      assertThat(server.ask("INFO", "keyspace")).as("databases with keys").doesNotContain("db");
    }
  }

  @Test
  void howFarItsClockIsFromOursIsTold() throws Exception {
    try (var server = RedisServer.start()) {
      var ahead = InstantSource.offset(InstantSource.system(), Duration.ofHours(2));
      var skew = report(server.url(), ahead).skew();
      assertThat(skew).isBetween(Duration.ofMinutes(119), Duration.ofMinutes(121));
    }
  }

  @Test
  void whoIsNotLetInIsToldWhyAndNoPassword() throws Exception {
    try (var server = RedisServer.start("--requirepass", "right")) {
      var place = "127.0.0.1:" + server.port();
      assertThat(of("redis://:right@" + place).refusals()).isEmpty();
      assertThatThrownBy(() -> of("redis://:wr0ng@" + place))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("WRONGPASS")
          .hasMessageNotContaining("wr0ng");
      assertThatThrownBy(() -> of("redis://" + place))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("NOAUTH");
      assertThatThrownBy(() -> of("redis://:right@" + place + "/9999"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("DB index");
    }
  }

  @Test
  void whatAUserMayNotDoIsNamedStepByStep() throws Exception {
    try (var server = RedisServer.start()) {
      server.ask("ACL", "SETUSER", "ann", "on", ">pw", "~other:*", "&*", "+@all", "-eval");
      var report = of("redis://ann:pw@127.0.0.1:" + server.port());
      assertThat(report.refusals())
          .extracting(Refusal::step)
          .containsExactly(Step.READ, Step.STORE, Step.LEAD);
      assertThat(report.refusals())
          .allSatisfy(refusal -> assertThat(refusal.said()).startsWith("NOPERM"));
      server.ask("ACL", "SETUSER", "bob", "on", ">pw", "~*", "resetchannels", "+@all", "-info");
      assertThat(of("redis://bob:pw@127.0.0.1:" + server.port()).refusals())
          .extracting(Refusal::step)
          .containsExactly(Step.TELL, Step.ASK);
    }
  }

  @Test
  void aReplicaAndAFullServerRefuseToStore() throws Exception {
    try (var primary = RedisServer.start();
        var replica =
            RedisServer.start("--replicaof", "127.0.0.1", String.valueOf(primary.port()));
        var full = RedisServer.start("--maxmemory", "1")) {
      assertThat(of(replica.url()).refusals())
          .anyMatch(it -> it.step() == Step.STORE && it.said().startsWith("READONLY"));
      assertThat(of(full.url()).refusals())
          .anyMatch(it -> it.step() == Step.STORE && it.said().startsWith("OOM"));
    }
  }

  @Test
  void oneOfAClusterSaysSoAndOneThatIsNoneAsWell() throws Exception {
    try (var alone = RedisServer.start();
        var member = RedisServer.start("--cluster-enabled", "yes")) {
      assertThat(of(member.url()).servers().getFirst().mode()).isEqualTo("cluster");
      assertThatThrownBy(() -> of(alone.url() + "?cluster"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cluster support disabled");
    }
  }

  @Test
  void valkeyIsCalledByItsNameAndKnownByWhatItIsCompatibleWith() {
    var text = "redis_version:7.2.4\r\nvalkey_version:8.0.1\r\nserver_time_usec:1000001\r\n";
    var said = RedisServerReport.read(text, () -> Instant.ofEpochSecond(3));
    assertThat(said.product() + " " + said.version()).isEqualTo("Valkey 8.0.1");
    assertThat(said.isOlderThan(7, 2)).isFalse();
    assertThat(said.isOlderThan(7, 3)).isTrue();
    assertThat(said.isOlderThan(8, 0)).isTrue();
    assertThat(said.skew()).isEqualTo(Duration.ofNanos(1_999_999_000));
    var silent = RedisServerReport.read("nothing", InstantSource.system());
    assertThat(silent.isOlderThan(6, 2)).isFalse();
    assertThat(silent.skew()).isNull();
  }

  private static RedisReport of(String url) throws IOException, InterruptedException {
    return report(url, InstantSource.system());
  }

  private static RedisReport report(String url, InstantSource clock)
      throws IOException, InterruptedException {
    return RedisReport.of(RedisSettings.of(RedisAddress.parse(url)), clock);
  }
}
