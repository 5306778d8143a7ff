package dev.refrain.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.Headers;
import dev.refrain.gateway.settings.Admin;
import dev.refrain.gateway.settings.Secret;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may use what belongs to the operator, from wherever he comes. */
final class AdminDoorTest {
  private static final String TOKEN = "0123456789abcdef";
  private static final String JSON = "application/json";
  private static final Admin WITH_TOKEN =
      new Admin(new Secret(TOKEN), true, List.of("console.example"));

  private Admin settings = Admin.DEFAULT;
  private String listen = "127.0.0.1";
  private String peer = "127.0.0.1";
  private String host = "127.0.0.1:8484";
  private boolean encrypted;
  private boolean outdated;

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"})
  void whoeverIsOnThisMachineComesIn(String address) throws Exception {
    peer = address;

    assertThat(objection()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "192.168.1.7",
        "203.0.113.5",
        "0.0.0.0",
        "2001:db8::1",
        "fe80::1",
        "::ffff:203.0.113.5",
        "128.0.0.1",
        "126.255.255.255",
        "::"
      })
  void whoeverComesFromElsewhereDoesNot(String address) throws Exception {
    peer = address;

    assertThat(status()).isEqualTo(403);
    settings = WITH_TOKEN;
    assertThat(status()).isEqualTo(401);
    assertThat(status("authorization", "Bearer " + TOKEN)).isEqualTo(200);
  }

  @Test
  void whoHasNoAddressIsAStranger() {
    var visit = new Visit(null, false, false, List.of("localhost"), Headers.none());

    assertThat(new AdminDoor(settings, listen).objection(visit)).isNotNull();
  }

  @Test
  void whereThisMachineIsAProxyOnlyTheTokenCounts() throws Exception {
    settings = new Admin(new Secret(TOKEN), false, List.of());

    assertThat(status()).isEqualTo(401);
    assertThat(status("authorization", "Bearer " + TOKEN)).isEqualTo(200);
    settings = new Admin(null, false, List.of());
    assertThat(status()).isEqualTo(403);
  }

  @ParameterizedTest
  @CsvSource({
    "Forwarded, for=203.0.113.5",
    "X-Forwarded-For, 203.0.113.5",
    "x-forwarded-for, 127.0.0.1",
    "X-Forwarded-Host, localhost",
    "X-Forwarded-Proto, https",
    "X-FORWARDED-ANYTHING, x",
    "X-Forwarded, x",
    "Via, 1.1 proxy",
    "X-Real-IP, 127.0.0.1",
    "X-Client-IP, 127.0.0.1",
    "True-Client-IP, 127.0.0.1",
    "CF-Connecting-IP, 127.0.0.1",
    "X-Envoy-External-Address, 127.0.0.1",
    "X-Cluster-Client-Ip, 127.0.0.1"
  })
  void whoeverComesThroughAProxyOnThisMachineComesFromElsewhere(String name, String value)
      throws Exception {
    assertThat(status(name, value)).isEqualTo(403);
    settings = WITH_TOKEN;
    assertThat(status(name, value)).isEqualTo(401);
    assertThat(status(name, value, "authorization", "Bearer " + TOKEN)).isEqualTo(200);
  }

  @Test
  void whatAnOldProxySendsComesFromElsewhere() throws Exception {
    outdated = true;

    assertThat(status()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:8484",
        "localhost.",
        "127.0.0.1",
        "127.0.0.2:80",
        "[::1]:8484",
        "::1",
        "[0:0:0:0:0:0:0:1]",
        "console.example",
        "Console.Example:8484"
      })
  void theNamesOfThisMachineAreKnown(String name) throws Exception {
    settings = WITH_TOKEN;
    host = name;

    assertThat(objection()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "evil.example",
        "evil.example:8484",
        "localhost.evil.example",
        "127.0.0.1.nip.io",
        "evil.example@127.0.0.1",
        "127.0.0.1@evil.example",
        "evil.example#localhost",
        "localhost/evil.example",
        "localhost:8484:evil",
        "localhost evil.example",
        "localhost,evil.example",
        "[::1].evil.example",
        "::1.evil.example",
        "2130706433.example",
        "192.168.1.7:8484",
        "0.0.0.0:8484",
        "console.example.evil.example",
        "xconsole.example",
        "ｌocalhost",
        "localhost\u0000"
      })
  void otherNamesAreNot(String name) throws Exception {
    settings = WITH_TOKEN;
    host = name;

    assertThat(status()).isEqualTo(403);
    assertThat(status("authorization", "Bearer " + TOKEN))
        .as("whoever holds the token plays no tricks with names")
        .isEqualTo(200);
  }

  @Test
  void theAddressOnWhichItListensIsKnown() throws Exception {
    listen = "gateway.internal";
    host = "gateway.internal:8484";

    assertThat(objection()).isNull();
  }

  @Test
  void eachHostThatIsNamedMustBeKnown() throws Exception {
    var named = List.of("localhost", "evil.example");
    var visit = new Visit(InetAddress.getByName(peer), false, false, named, Headers.none());

    assertThat(new AdminDoor(settings, listen).objection(visit)).isNotNull();
    var none = new Visit(InetAddress.getByName(peer), false, false, List.of(), Headers.none());
    assertThat(new AdminDoor(settings, listen).objection(none)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:8484",
        "HTTP://127.0.0.1:8484",
        "https://127.0.0.1:8484",
        "https://console.example"
      })
  void aPageOfThisOriginMayAsk(String origin) throws Exception {
    settings = WITH_TOKEN;

    assertThat(status("origin", origin)).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "",
        "http://evil.example",
        "http://evil.example:8484",
        "http://127.0.0.1",
        "http://127.0.0.1:8485",
        "http://localhost:8484",
        "http://127.0.0.1:8484.evil.example",
        "http://evil.example@127.0.0.1:8484",
        "http://127.0.0.1:8484/",
        "file://127.0.0.1:8484",
        "chrome-extension://127.0.0.1:8484",
        "127.0.0.1:8484",
        "://127.0.0.1:8484",
        "http://xconsole.example"
      })
  void aPageOfAnotherOriginMayNotEvenWithTheToken(String origin) throws Exception {
    settings = WITH_TOKEN;

    assertThat(status("origin", origin)).isEqualTo(403);
    assertThat(status("origin", origin, "authorization", "Bearer " + TOKEN)).isEqualTo(403);
  }

  @Test
  void aPageThatCameInThePlainMayNotAskWhatIsEncrypted() throws Exception {
    encrypted = true;

    assertThat(status("origin", "http://127.0.0.1:8484")).isEqualTo(403);
    assertThat(status("origin", "https://127.0.0.1:8484")).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "cross-site, 403",
    "same-site, 403",
    "nonsense, 403",
    "same-origin, 200",
    "none, 200"
  })
  void whatTheBrowserSaysOfTheSiteCounts(String site, int status) throws Exception {
    assertThat(status("sec-fetch-site", site)).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer",
        "Bearer ",
        "Bearer 0123456789abcde",
        "Bearer 0123456789abcdef0",
        "Bearer 0123456789ABCDEF",
        "Basic 0123456789abcdef",
        "0123456789abcdef",
        "Bearer 0123456789abcdef 0123456789abcdef",
        ""
      })
  void aWrongTokenIsWrongOnThisMachineToo(String shown) throws Exception {
    settings = WITH_TOKEN;

    assertThat(status("authorization", shown)).isEqualTo(401);
    peer = "203.0.113.5";
    assertThat(status("authorization", shown)).isEqualTo(401);
  }

  @Test
  void twoTokensAreNone() throws Exception {
    settings = WITH_TOKEN;
    var right = "Bearer " + TOKEN;

    assertThat(status("authorization", right, "authorization", right)).isEqualTo(401);
    assertThat(status("authorization", right, "authorization", "Bearer x")).isEqualTo(401);
  }

  @Test
  void whereThereIsNoTokenNoneIsRight() throws Exception {
    peer = "203.0.113.5";

    assertThat(status("authorization", "Bearer " + TOKEN)).isEqualTo(403);
    assertThat(status("authorization", "Bearer ")).isEqualTo(403);
  }

  @Test
  void noReplyShowsTheToken() throws Exception {
    settings = WITH_TOKEN;
    peer = "203.0.113.5";

    assertThat(new String(objection().body())).doesNotContain(TOKEN).contains("Bearer");
    assertThat(objection().headers()).containsKey("www-authenticate");
    assertThat(settings.toString()).doesNotContain(TOKEN);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, application/json, 200",
    "POST, Application/JSON;charset=utf-8, 200",
    "POST, text/plain, 415",
    "POST, application/x-www-form-urlencoded, 415",
    "POST, multipart/form-data; boundary=application/json, 415",
    "POST, text/plain;application/json, 415",
    "POST, application/jsonx, 415",
    "PUT, text/plain, 415",
    "PATCH, text/plain, 415",
    "DELETE, text/plain, 415",
    "GET, text/plain, 415"
  })
  void whatIsDoneIsAskedForInJson(String method, String type, int status) {
    assertThat(status(AdminDoor.bodyObjection(method, Headers.of("content-type", type), JSON)))
        .isEqualTo(status);
  }

  @Test
  void noOtherKindHidesBehindJson() {
    var two = Headers.of("content-type", "application/json", "content-type", "text/plain");

    assertThat(status(AdminDoor.bodyObjection("POST", two, JSON))).isEqualTo(415);
    assertThat(status(AdminDoor.bodyObjection("POST", Headers.none(), JSON))).isEqualTo(415);
    assertThat(AdminDoor.bodyObjection("DELETE", Headers.none(), JSON)).isNull();
  }

  private int status(String... headers) throws Exception {
    return status(objection(headers));
  }

  private static int status(@Nullable AdminReply objection) {
    return (objection == null) ? 200 : objection.status();
  }

  private @Nullable AdminReply objection(String... headers) throws Exception {
    var visit =
        new Visit(
            InetAddress.getByName(peer), encrypted, outdated, List.of(host), Headers.of(headers));
    return new AdminDoor(settings, listen).objection(visit);
  }
}
