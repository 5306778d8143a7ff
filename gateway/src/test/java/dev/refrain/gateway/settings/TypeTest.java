package dev.refrain.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TypeTest {
  private static final Type<Long> SIZE = Type.size("0B", "8191TiB");
  private static final Type<Duration> TIME = Type.duration("0", "36500d");

  @ParameterizedTest
  @CsvSource({
    "0B, 0",
    "1b, 1",
    "007B, 7",
    "64KiB, 65536",
    "64KB, 65536",
    "64kib, 65536",
    "8MiB, 8388608",
    "8mb, 8388608",
    "3GiB, 3221225472",
    "3GB, 3221225472",
    "1TiB, 1099511627776"
  })
  void sizesArePowersOf1024(String text, long bytes) throws Exception {
    assertThat(SIZE.read(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1", "KiB", "1 KiB", "-1KiB", "1.5GiB", "1KiBs", "1234567890123B", "٣B"})
  void otherTextsAreNoSizes(String text) {
    refused(SIZE, text, "expected a size such as 64KiB, 8MiB or 1GiB, not '" + text + "'");
  }

  @Test
  void hugeSizesDoNotWrapAround() {
    refused(SIZE, "999999999999TiB", "expected at most 8191TiB, not '999999999999TiB'");
  }

  @ParameterizedTest
  @CsvSource({"0, 0B", "1, 1B", "1023, 1023B", "1024, 1KiB", "1025, 1025B", "8388608, 8MiB"})
  void sizesAreShownInTheLargestUnitThatFits(long bytes, String text) {
    assertThat(Sizes.show(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0ms, 0",
    "250ms, 250",
    "30s, 30000",
    "5m, 300000",
    "2h, 7200000",
    "7d, 604800000"
  })
  void timesHaveAUnit(String text, long millis) throws Exception {
    assertThat(TIME.read(text)).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1", "00", "s", "1 s", "-1s", "1.5s", "1S", "1M", "1h30m", "1w", "PT1S"})
  void otherTextsAreNoTimes(String text) {
    refused(TIME, text, "expected a time such as 250ms, 30s, 5m, 2h or 7d, not '" + text + "'");
  }

  @Test
  void hugeTimesDoNotWrapAround() {
    refused(TIME, "999999999999d", "expected at most 36500d, not '999999999999d'");
  }

  @ParameterizedTest
  @CsvSource({"0%, 0", "5%, 0.05", "2.5%, 0.025", ".5%, 0.005", "100%, 1"})
  void sharesArePercentages(String text, double share) throws Exception {
    assertThat(Type.share().read(text)).isEqualTo(share);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "%", ".%", "1.2.3%", "-1%", "100.1%", "0x1p3%", "1e1%", "NaN%"})
  void otherTextsAreNoShares(String text) {
    refused(
        Type.share(),
        text,
        "expected a percentage from 0% to 100%, such as 5%, not '" + text + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "+", "1.0", " 1", "1,000", "9999999999", "-1", "11"})
  void otherTextsAreNoCounts(String text) {
    refused(Type.count(0, 10), text, "expected a whole number from 0 to 10, not '" + text + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8484, 127.0.0.1, 8484",
    "localhost:0, localhost, 0",
    "[::1]:80, ::1, 80",
    "[fe80::1%eth0]:80, fe80::1%eth0, 80",
    "some_host-1.example.com:65535, some_host-1.example.com, 65535"
  })
  void addressesAreHostAndPort(String text, String host, int port) throws Exception {
    assertThat(new Address.AddressType().read(text)).isEqualTo(new Address(host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":", ":80", "a:", "a:b", "a:-1", "a:65536", "a:000080", "a b:80", "[]:80"})
  void otherTextsAreNoAddresses(String text) {
    assertThatThrownBy(() -> new Address.AddressType().read(text))
        .isInstanceOf(BadTextException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "https://api.openai.com, https://api.openai.com",
    "HTTPS://api.openai.com/, HTTPS://api.openai.com",
    "http://[::1]:8000, http://[::1]:8000",
    "http://10.0.0.1:8000/some/prefix/, http://10.0.0.1:8000/some/prefix"
  })
  void urlsMayHaveAPrefix(String text, URI url) throws Exception {
    assertThat(new BaseUrl().read(text)).isEqualTo(url);
  }

  @Test
  void listsArePartedByCommas() throws Exception {
    var list = Type.listOf(Type.count(0, 10));

    assertThat(list.read("")).isEmpty();
    assertThat(list.read("1")).isEqualTo(List.of(1));
    assertThat(list.read("1, 2 ,3")).isEqualTo(List.of(1, 2, 3));
    refused(list, "1,", "expected a whole number from 0 to 10, not ''");
  }

  private static void refused(Type<?> type, String text, String message) {
    assertThatThrownBy(() -> type.read(text))
        .isInstanceOf(BadTextException.class)
        .hasMessage(message);
  }
}
