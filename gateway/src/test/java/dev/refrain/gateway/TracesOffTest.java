package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.FakeProvider;
import dev.refrain.gateway.testing.GatewayProcess;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Wire;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What traces cost those who do not want them. */
@Timeout(90)
final class TracesOffTest {
  @TempDir Path folder;

  @Test
  void nothingOfOpenTelemetryIsSoMuchAsLoaded() throws Exception {
    var classes = folder.resolve("classes.txt");
    try (var provider = FakeProvider.start();
        var client = HttpClient.newHttpClient();
        var gateway =
            GatewayProcess.alone(
                provider.url().toString(), folder, "-Xlog:class+load:file=" + classes)) {
      gateway.awaitReady();
      provider.next(Wire.json(Samples.COMPLETION));
      var chat = HttpRequest.newBuilder(gateway.uri(Samples.CHAT));
      chat.POST(BodyPublishers.ofString(Samples.chat("Who?")));
      for (int i = 0; i < 2; i++) {
        assertThat(status(client, chat.build())).isEqualTo(200);
      }
      assertThat(status(client, HttpRequest.newBuilder(gateway.uri("/-/metrics")).build()))
          .isEqualTo(200);
      gateway.kill();
    }
    assertThat(Files.readString(classes))
        .contains("dev.refrain.gateway.traces.Tracing ")
        .doesNotContain("io.opentelemetry");
  }

  private static int status(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }
}
