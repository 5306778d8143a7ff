package dev.refrain.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lettuce.core.SslVerifyMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RedisAddressTest {
  @Test
  void oneServer() {
    var address = RedisAddress.parse("redis://localhost/3");
    var server = address.servers().getFirst();
    assertThat(address.isCluster()).isFalse();
    assertThat(server.getHost()).isEqualTo("localhost");
    assertThat(server.getPort()).isEqualTo(6379);
    assertThat(server.getDatabase()).isEqualTo(3);
    assertThat(server.isSsl()).isFalse();
  }

  @Test
  void overTls() {
    var server = RedisAddress.parse("rediss://:secret@cache.example:6390").servers().getFirst();
    assertThat(server.isSsl()).isTrue();
    assertThat(server.getPort()).isEqualTo(6390);
  }

  @Test
  void aUnixSocket() {
    var server = RedisAddress.parse("redis-socket:///run/redis.sock").servers().getFirst();
    assertThat(server.getSocket()).isEqualTo("/run/redis.sock");
  }

  @Test
  void whomSentinelSays() {
    var server = RedisAddress.parse("redis-sentinel://a:1,b:2/0#main").servers().getFirst();
    assertThat(server.getSentinels()).hasSize(2);
    assertThat(server.getSentinelMasterId()).isEqualTo("main");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://a:1,b:2?cluster",
        "redis://a:1,b:2?cluster=true",
        "redis://a:1,b:2/?cluster"
      })
  void aCluster(String url) {
    var address = RedisAddress.parse(url);
    assertThat(address.isCluster()).isTrue();
    assertThat(address.servers()).extracting("host").containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rediss://:hush@a:1,b:2?cluster&verifyPeer=CA",
        "rediss://:hush@a:1,b:2?verifyPeer=CA&cluster",
        "rediss://:hush@a:1,b:2?verifyPeer=CA&cluster=true&clientName=me"
      })
  void aClusterOverTlsOfWhichMoreIsSaid(String url) {
    var address = RedisAddress.parse(url);
    assertThat(address.isCluster()).isTrue();
    assertThat(address.isOverTls()).isTrue();
    assertThat(address.servers()).extracting("host").containsExactly("a", "b");
    assertThat(address.servers()).extracting("verifyMode").containsOnly(SslVerifyMode.CA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://:hush@host:1",
        "redis://user:hush@host:1/2",
        "rediss://hush@host",
        "redis-sentinel://:hush@a,b?password=hush#main"
      })
  void showsNoSecrets(String url) {
    assertThat(RedisAddress.parse(url).toString()).doesNotContain("hush").contains("***@");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "localhost", "http://:hush@localhost", "redis://", "redis://:hush@a host"})
  void refusesWhatIsNoneAndShowsNoSecretsThen(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RedisAddress.parse(url))
        .withMessageContaining("redis://host:6379")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hush"))
        .withNoCause();
  }
}
