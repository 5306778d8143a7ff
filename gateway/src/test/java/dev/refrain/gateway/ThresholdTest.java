package dev.refrain.gateway;

import static dev.refrain.gateway.testing.RawHttp2.DATA;
import static dev.refrain.gateway.testing.RawHttp2.END_HEADERS;
import static dev.refrain.gateway.testing.RawHttp2.END_STREAM;
import static dev.refrain.gateway.testing.RawHttp2.HEADERS;
import static dev.refrain.gateway.testing.RawHttp2.SETTINGS;
import static dev.refrain.gateway.testing.RawHttp2.frame;
import static dev.refrain.gateway.testing.RawHttp2.headers;
import static dev.refrain.gateway.testing.RawHttp2.preface;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Proof;
import dev.refrain.gateway.testing.RawClient;
import dev.refrain.gateway.testing.RawHttp2;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Arrays;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From its first frame on, a connection of HTTP/2 is read in turns and by our rules, of which one
 * is tried here: headers that follow the end of a request end the connection.
 */
final class ThresholdTest {
  private static final byte[] REQUEST =
      frame(HEADERS, END_HEADERS | END_STREAM, 3, headers("GET", "/-/health"));
  private static final byte[] BEGIN =
      Wire.join(preface(), frame(SETTINGS, 0, 0, new byte[] {0, 1, 0, 0, 0, 0}), REQUEST, REQUEST);
  private static final int STREAM_CLOSED = 5;

  private static void assertRefused(RawClient client) throws Exception {
    try (var connection = RawHttp2.hear(client)) {
      assertThat(connection.awaitEnd()).isEqualTo(STREAM_CLOSED);
    }
  }

  @Test
  void whereverWhatComesFirstIsCut() throws Exception {
    try (var stage = Stage.set()) {
      for (int cut = 0; cut < BEGIN.length; cut++) {
        var client = stage.client();
        client.send(Arrays.copyOf(BEGIN, cut));
        client.send(Arrays.copyOfRange(BEGIN, cut, BEGIN.length));
        assertRefused(client);
      }
    }
  }

  @Test
  void whereItBeganAsHttp1() throws Exception {
    try (var stage = Stage.set()) {
      var client = stage.client();
      RawHttp2.upgrade(client, "/-/health").await(DATA);
      client.send(Wire.join(REQUEST, REQUEST));
      assertRefused(client);
    }
  }

  @Test
  void withTls(@TempDir Path folder) throws Exception {
    var proof = Proof.usual(folder);
    var tls = proof.tls();
    try (var stage = Stage.set(setup -> setup.tls(tls))) {
      var sockets = proof.trust().getSocketFactory();
      var socket = (SSLSocket) sockets.createSocket(InetAddress.getLoopbackAddress(), stage.port());
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      var client = RawClient.over(socket);
      client.send(BEGIN); // in the same breath as the end of the handshake
      assertRefused(client);
    }
  }
}
