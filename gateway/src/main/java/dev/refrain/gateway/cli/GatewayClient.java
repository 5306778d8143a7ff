package dev.refrain.gateway.cli;

import dev.refrain.gateway.admin.Route;
import dev.refrain.gateway.settings.Secret;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Talks to a gateway that runs, as its operator. */
final class GatewayClient implements Desk {
  private static final Duration CONNECT_TIME_MAX = Duration.ofSeconds(5);
  private static final Duration ANSWER_TIME_MAX = Duration.ofMinutes(5); // counting may be long
  private static final Duration TAKING_TIME_MAX = Duration.ofHours(24); // as long as it is sent
  private static final int ANSWER_BYTES_MAX = 64 << 20;
  private static final Duration REPLY_TIME_MAX = Duration.ofMinutes(20); // models are slow
  private static final int NO_REPLY = 599;
  private static final int OK = 200;

  private final URI gateway;
  private final @Nullable Secret token;
  private final HttpClient http;

  GatewayClient(URI gateway, @Nullable Secret token) {
    this.gateway = gateway;
    this.token = token;
    this.http =
        HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(CONNECT_TIME_MAX)
            .build();
  }

  @Override
  public Json get(String path) throws CommandFailure, InterruptedException {
    return ask(request(path).GET().build());
  }

  @Override
  public Json post(String path, byte[] json) throws CommandFailure, InterruptedException {
    return ask(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(json))
            .build());
  }

  /**
   * What came of a request.
   *
   * @param retryAfter when to come again; null if it does not say
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Sent(int status, String cacheStatus, @Nullable Duration retryAfter, byte[] body) {}

  /** Sends a request as any client would, not as the operator; bodies beyond reason are cut. */
  Sent send(String path, Map<String, List<String>> headers, byte[] body)
      throws CommandFailure, InterruptedException {
    var request =
        HttpRequest.newBuilder(gateway.resolve(path))
            .timeout(REPLY_TIME_MAX)
            .POST(BodyPublishers.ofByteArray(body));
    headers.forEach((name, values) -> values.forEach(value -> request.header(name, value)));
    if (!headers.containsKey("content-type")) {
      request.header("content-type", "application/json");
    }
    try {
      var response = http.send(request.build(), BodyHandlers.ofInputStream());
      try (var in = response.body()) {
        var bytes = in.readNBytes(ANSWER_BYTES_MAX);
        var seconds = response.headers().firstValue("retry-after").orElse("");
        return new Sent(
            response.statusCode(),
            response.headers().firstValue("cache-status").orElse(""),
            seconds.matches("\\d{1,6}") ? Duration.ofSeconds(Long.parseLong(seconds)) : null,
            bytes);
      }
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw nobody();
    } catch (IOException e) {
      return new Sent(NO_REPLY, "", null, new byte[0]);
    }
  }

  @Override
  public void give(String target, OutputStream out) throws CommandFailure, InterruptedException {
    try {
      var response = http.send(request(target).GET().build(), BodyHandlers.ofInputStream());
      try (var in = response.body()) {
        if (response.statusCode() == OK) {
          in.transferTo(out);
        } else {
          answer(response.statusCode(), in);
        }
      }
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw nobody();
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.CANNOT_RUN, "it broke off: " + e.getMessage());
    }
  }

  @Override
  public Json take(String target, InputStream lines) throws CommandFailure, InterruptedException {
    return ask(
        request(target)
            .timeout(TAKING_TIME_MAX)
            .expectContinue(true)
            .header("Content-Type", Route.LINES)
            .POST(BodyPublishers.ofInputStream(() -> lines))
            .build());
  }

  private CommandFailure nobody() {
    return CommandFailure.nobody(
        "no gateway answers at %s; start one with 'refrain serve', or name it with --gateway"
            .formatted(gateway));
  }

  private HttpRequest.Builder request(String path) {
    var request = HttpRequest.newBuilder(gateway.resolve(path)).timeout(ANSWER_TIME_MAX);
    return (token == null) ? request : request.header("Authorization", "Bearer " + token.value());
  }

  private Json ask(HttpRequest request) throws CommandFailure, InterruptedException {
    try {
      var response = http.send(request, BodyHandlers.ofInputStream());
      try (var in = response.body()) {
        return answer(response.statusCode(), in);
      }
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw nobody();
    } catch (HttpTimeoutException e) {
      throw new CommandFailure(
          ExitCode.CANNOT_RUN, "the gateway at %s takes too long".formatted(gateway));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.NO_GATEWAY, "the gateway at %s: %s".formatted(gateway, e.getMessage()));
    }
  }

  private Json answer(int status, InputStream in) throws CommandFailure, IOException {
    var bytes = in.readNBytes(ANSWER_BYTES_MAX + 1);
    if (bytes.length > ANSWER_BYTES_MAX) {
      throw new IOException("it says more than anybody could read");
    }
    Json json;
    try {
      json = Json.parse(bytes);
    } catch (JsonRejected e) {
      throw new IOException("it is no gateway of this version (status %d)".formatted(status), e);
    }
    if (status == OK) {
      return json;
    }
    throw CommandFailure.of(status, json);
  }

  @Override
  public void close() {
    http.close();
  }
}
