package dev.refrain.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.ChatReply;
import dev.refrain.gateway.testing.EmbeddingReply;
import dev.refrain.gateway.testing.FakeProvider;
import dev.refrain.gateway.testing.MessageReply;
import dev.refrain.gateway.testing.Node;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.VendorReplies;
import dev.refrain.json.Json;
import dev.refrain.json.JsonRejected;
import dev.refrain.json.JsonWriter;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The vendors' own clients for Node.js see no difference, and understand what goes wrong. The
 * comparisons are in {@code src/test/clients}.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class NodeClientsTest {
  /** Six replies, in three forms, with one choice or two; errors; and what stands by itself. */
  private static final int COMPARISONS = 6 * 3 * 2 + 7 * 2 + 5 + 3;

  /** Seven messages, in two forms; five that are told in the other one; errors; and the rest. */
  private static final int COMPARISONS_OF_MESSAGES = 7 * 2 + 5 + 7 * 2 + 3;

  private static final int OTHER_COMPARISONS = 7 + 5 + 2 + 2;

  @Test
  void theVendorsClientsSeeNoDifference() throws Exception {
    var node = Node.install();
    try (var stage = Stage.set(setup -> setup.upstream("down", URI.create("http://127.0.0.1:1")))) {
      stage.provider().otherwise(provider());
      var result =
          node.run(
              "clients.js",
              stage.provider().url().toString(),
              "http://127.0.0.1:" + stage.port(),
              replies(),
              messages());
      assertThat(result.code()).as(result.said()).isZero();
      var comparisons = comparisons(result.said());
      assertThat(comparisons.values()).as(result.said()).containsOnly("");
      assertThat(comparisons).hasSize(COMPARISONS + COMPARISONS_OF_MESSAGES);
    }
  }

  @Test
  void theClientsOfGoogleAndOllamaSeeNoDifference() throws Exception {
    var node = Node.install();
    try (var stage = Stage.set(setup -> setup.upstream("down", URI.create("http://127.0.0.1:1")))) {
      stage.provider().otherwise(VendorReplies.byPath());
      var gateway = "http://127.0.0.1:" + stage.port();
      var result = node.run("others.js", stage.provider().url().toString(), gateway);
      assertThat(result.code()).as(result.said()).isZero();
      var comparisons = comparisons(result.said());
      assertThat(comparisons.values()).as(result.said()).containsOnly("");
      assertThat(comparisons).hasSize(OTHER_COMPARISONS);
    }
  }

  static Map<String, String> comparisons(String lines) throws JsonRejected {
    var comparisons = new LinkedHashMap<String, String>();
    for (var line : lines.lines().filter(said -> said.startsWith("{")).toList()) {
      var json = Json.parse(line.getBytes(UTF_8));
      comparisons.put(json.get("name").text(), json.get("wrong").text());
    }
    return comparisons;
  }

  private static String replies() {
    var json = new JsonWriter().beginObject();
    for (var reply : ChatReply.values()) {
      json.name(reply.name()).bool(reply.isKept());
    }
    return new String(json.endObject().toBytes(), UTF_8);
  }

  private static String messages() {
    var json = new JsonWriter().beginObject();
    for (var reply : MessageReply.values()) {
      json.name(reply.name()).bool(reply.isKept());
    }
    return new String(json.endObject().toBytes(), UTF_8);
  }

  private static FakeProvider.Act provider() {
    var chats = ChatReply.byName();
    var messages = MessageReply.byName();
    return exchange -> {
      var line = exchange.head().line();
      if (line.startsWith("POST /v1/messages")) {
        messages.play(exchange);
      } else if (line.startsWith("POST /v1/embeddings")) {
        EmbeddingReply.act().play(exchange);
      } else {
        chats.play(exchange);
      }
    };
  }
}
