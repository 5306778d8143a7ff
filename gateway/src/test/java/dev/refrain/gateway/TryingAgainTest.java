package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.CHAT;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.Sleeper;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.ChatReply;
import dev.refrain.gateway.testing.FakeProvider;
import dev.refrain.gateway.testing.MessageReply;
import dev.refrain.gateway.testing.Node;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.testing.Gate;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The vendors' clients try again by themselves. Whoever does so since it took too long joins the
 * call that he has begun; that of Anthropic for Java is with its other tests.
 */
@Timeout(120)
final class TryingAgainTest {
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  /** Lets nobody wait, and opens a gate when two attempts have failed. */
  private static final class OpeningAtTheSecond implements Sleeper {
    private final Gate gate;
    private int failed;

    OpeningAtTheSecond(Gate gate) {
      this.gate = gate;
    }

    @Override
    public void sleep(Duration duration) {
      if (++failed == 2) {
        gate.open();
      }
    }

    @Override
    public CompletableFuture<Void> sleepAsync(Duration duration) {
      throw new AssertionError("nothing is asynchronous here");
    }

    @Override
    public void close() {} // nothing is open
  }

  @Test
  void whoHasNoPatienceJoinsTheCallUnderWay() throws Exception {
    var gate = new Gate();
    stage.provider().next(Acts.held(gate, Wire.json(ChatReply.PLAIN.whole(1))));

    assertThat(ask(gate, Duration.ofMillis(500), 20).id()).startsWith("chatcmpl-");
    assertThat(stage.provider().calls()).isOne();
  }

  @Test
  void whoIsRefusedGetsTheAnswerInTheEnd() throws Exception {
    var limits = "x-ratelimit-remaining-requests: 0";
    stage.provider().next(Wire.json(429, "{\"error\":{\"code\":\"rate_limit_exceeded\"}}", limits));
    stage.provider().next(Wire.json(503, "{\"error\":{\"code\":\"slow_down\"}}"));
    stage.provider().next(Wire.json(ChatReply.PLAIN.whole(1)));

    assertThat(ask(new Gate(), Duration.ofSeconds(60), 2).id()).startsWith("chatcmpl-");
    stage.awaitCalm();
    assertThat(ask(new Gate(), Duration.ofSeconds(60), 0).id()).startsWith("chatcmpl-");
    assertThat(stage.provider().calls()).isEqualTo(3);
  }

  private ChatCompletion ask(Gate gate, Duration patience, int retries) {
    var client =
        OpenAIOkHttpClient.builder()
            .baseUrl("http://127.0.0.1:" + stage.port() + "/v1")
            .apiKey("sk-1")
            .timeout(patience)
            .maxRetries(retries)
            .sleeper(new OpeningAtTheSecond(gate))
            .build();
    try {
      var params = ChatCompletionCreateParams.builder().model(ChatReply.MODEL);
      return client.chat().completions().create(params.addUserMessage("Who?").build());
    } finally {
      client.close();
    }
  }

  /** Both at once; each opens the way for its reply before its third attempt. */
  @Test
  void theClientsForNodeJoinTheCallUnderWay() throws Exception {
    var node = Node.install();
    var gates = Map.of("openai", new Gate(), "anthropic", new Gate());
    stage
        .provider()
        .otherwise(exchange -> {
          var path = exchange.head().line().split(" ", -1)[1];
          if (path.startsWith("/open/")) {
            gates.get(path.substring("/open/".length())).open();
            exchange.send(Wire.reply(200, ""));
          } else {
            boolean chat = path.equals(CHAT);
            var reply = chat ? ChatReply.PLAIN.whole(1) : MessageReply.TEXT.whole();
            Acts.held(gates.get(chat ? "openai" : "anthropic"), Wire.json(reply)).play(exchange);
          }
        });
    var gateway = "http://127.0.0.1:" + stage.port();
    var result = node.run("again.js", stage.provider().url().toString(), gateway);

    assertThat(result.code()).as(result.said()).isZero();
    assertThat(result.said().lines()).contains("openai chatcmpl-", "anthropic msg_");
    assertThat(calls(CHAT)).isOne();
    assertThat(calls("/v1/messages")).isOne();
  }

  private long calls(String path) {
    FakeProvider provider = stage.provider();
    long count = 0;
    for (int i = 0; i < provider.calls(); i++) {
      count += provider.call(i).head().line().startsWith("POST " + path + " ") ? 1 : 0;
    }
    return count;
  }
}
