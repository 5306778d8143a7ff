package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.Tls;
import dev.refrain.gateway.settings.UpstreamTls;
import dev.refrain.gateway.testing.Proof;
import dev.refrain.gateway.testing.RandomBytes;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Poll;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An upstream behind TLS, for which a private authority vouches. */
@Timeout(60)
final class TlsUpstreamTest {
  private static final byte[] CHAT = Wire.post("/vault" + Samples.CHAT, Samples.chat("Who?"));

  private static Proof proof;
  private static Proof another;

  /** The version of each request that reached the upstream. */
  private final BlockingQueue<HttpVersion> asked = new LinkedBlockingQueue<>();

  private Vertx vertx;
  private Tls server;

  @BeforeAll
  static void prove(@TempDir Path ofServer, @TempDir Path ofAnother) throws Exception {
    proof = Proof.usual(ofServer);
    another = Proof.make(ofAnother);
  }

  @BeforeEach
  void prepare() throws Exception {
    vertx = Vertx.vertx();
    server = proof.tls();
  }

  @AfterEach
  void close() throws Exception {
    get(vertx.close());
  }

  @Test
  void http2IsAgreedUpon() throws Exception {
    var body = RandomBytes.of(1_000_003);
    try (var stage = stage(options(), true, trusting())) {
      assertThat(stage.call(CHAT).text()).isEqualTo(Samples.COMPLETION);
      assertThat(stage.call(CHAT).isHit()).isTrue();
      assertThat(stage.call(Wire.post("/vault/v1/files", body)).body()).isEqualTo(body);
      assertThat(asked).containsExactly(HttpVersion.HTTP_2, HttpVersion.HTTP_2);
    }
  }

  @Test
  void whoKnowsNoHttp2IsSpokenToAsHeKnows() throws Exception {
    for (var alpn : List.of(true, false)) {
      var options = options().setUseAlpn(alpn).setAlpnVersions(List.of(HttpVersion.HTTP_1_1));
      try (var stage = stage(options, true, trusting())) {
        assertThat(stage.call(CHAT).text()).isEqualTo(Samples.COMPLETION);
        assertThat(asked.poll()).isEqualTo(HttpVersion.HTTP_1_1);
      }
    }
  }

  @Test
  void http2IsSpokenOnlyIfTheOperatorSaysSo() throws Exception {
    try (var stage = stage(options(), false, trusting())) {
      assertThat(stage.call(CHAT).text()).isEqualTo(Samples.COMPLETION);
      assertThat(asked).containsExactly(HttpVersion.HTTP_1_1);
    }
  }

  @Test
  void whomNobodyKnownVouchesForIsToldNothing() throws Exception {
    var stranger = another.tls().certificate();
    for (var tls : List.of(UpstreamTls.USUAL, new UpstreamTls(stranger, null))) {
      try (var stage = stage(options(), tls.isUsual(), tls)) {
        assertThat(stage.call(CHAT).status()).isEqualTo(502);
        assertThat(stage.call(Wire.get("/vault/v1/files")).status()).isEqualTo(502);
        assertThat(asked).isEmpty();
      }
    }
  }

  @Test
  void whoCanProveThatHeIsSomebodyElseIsToldNothing(@TempDir Path folder) throws Exception {
    server = Proof.make(folder, "dns:elsewhere.example").tls();
    try (var stage = stage(options(), true, trusting())) {
      assertThat(stage.call(CHAT).status()).isEqualTo(502);
      assertThat(asked).isEmpty();
    }
  }

  @Test
  void theGatewayShowsWhoItIsWhereThatIsAsked() throws Exception {
    var identity = another.tls();
    var options = options().setClientAuth(ClientAuth.REQUIRED);
    options.setTrustOptions(new PemTrustOptions().addCertPath(identity.certificate().toString()));
    try (var stage = stage(options, true, new UpstreamTls(server.certificate(), identity))) {
      assertThat(stage.call(CHAT).text()).isEqualTo(Samples.COMPLETION);
    }
    assertThat(asked.poll()).isEqualTo(HttpVersion.HTTP_2);
    try (var stage = stage(options, true, trusting())) {
      assertThat(stage.call(CHAT).status()).isEqualTo(502);
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void webSocketsGoThroughTheSameTls() throws Exception {
    try (var stage = stage(options(), true, trusting());
        var http = HttpClient.newHttpClient()) {
      var heard = new LinkedBlockingQueue<String>();
      var listener =
          new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
              heard.add(data.toString());
              return null;
            }
          };
      var url = URI.create("ws://127.0.0.1:" + stage.port() + "/vault/v1/realtime");
      var socket = http.newWebSocketBuilder().buildAsync(url, listener).get(20, TimeUnit.SECONDS);
      socket.sendText("hello", true).get(20, TimeUnit.SECONDS);
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("hello");
      socket.abort();
    }
  }

  /** Its connection is for this WebSocket alone, and so in no pool that would close it. */
  @Test
  void whoLeavesWhileHisTunnelsConnectionIsMadeLeavesNoneBehind() throws Exception {
    try (var listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var url = URI.create("https://127.0.0.1:" + listening.getLocalPort());
      try (var stage = Stage.set(setup -> setup.privateUpstream("vault", url, false, trusting()))) {
        var ask = Wire.get("/vault/v1/realtime", "connection: upgrade", "upgrade: websocket");
        var client = stage.client().send(ask);
        try (var accepted = listening.accept()) { // and not a byte of TLS is said yet
          client.close();
          Poll.until("he is gone", () -> stage.gateway().callsUpstream() == 0);
          var tls = proof.show().getSocketFactory().createSocket(accepted, null, true);
          assertThat(RawClient.over(tls).isHungUpOn()).isTrue();
        }
      }
    }
  }

  private UpstreamTls trusting() {
    return new UpstreamTls(server.certificate(), null);
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setSsl(true)
        .setUseAlpn(true)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .setCertPath(server.certificate().toString())
                .setKeyPath(server.key().toString()));
  }

  private Stage stage(HttpServerOptions options, boolean http2, UpstreamTls tls) throws Exception {
    var listening =
        vertx
            .createHttpServer(options)
            .webSocketHandler(socket -> socket.textMessageHandler(socket::writeTextMessage))
            .requestHandler(request -> {
              asked.add(request.version());
              if (request.path().equals(Samples.CHAT)) {
                request.response().putHeader("content-type", "application/json");
                request.response().end(Samples.COMPLETION);
              } else {
                request.body().onSuccess(request.response()::end);
              }
            })
            .listen(0, "127.0.0.1");
    var url = URI.create("https://127.0.0.1:" + get(listening).actualPort());
    return Stage.set(setup -> setup.privateUpstream("vault", url, http2, tls));
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
