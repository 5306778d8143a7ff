package dev.refrain.gateway;

import static dev.refrain.gateway.testing.Samples.chat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.Acts;
import dev.refrain.gateway.testing.Head;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which headers go which way. */
@Timeout(60)
final class HeadersTest {
  /** About one connection only. */
  private static final String[] HOP_BY_HOP = {
    "Connection: keep-alive, X-Private , x-more",
    "X-Private: 1",
    "X-MORE: 2",
    "Keep-Alive: timeout=5",
    "Proxy-Connection: keep-alive",
    "Proxy-Authorization: Basic x",
    "Proxy-Authenticate: Basic",
    "TE: trailers",
    "Trailer: x-checksum",
    "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"
  };

  private static final String[] END_TO_END = {
    "User-Agent: OpenAI/Python 2.1",
    "X-Stainless-Retry-Count: 0",
    "Authorization: Bearer sk-1",
    "OpenAI-Organization: org",
    "Accept: application/json",
    "X-Twice: a",
    "X-Twice: b",
    "X-Empty: ",
    "X-Odd: a,b;c=\"d, e\" \u00e9",
    "Via: 1.1 proxy",
    "Traceparent: 00-1-1-01"
  };

  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {Samples.CHAT, "/v1/batches"})
  void requestsAreCarriedOnButForWhatIsOfTheConnection(String path) throws Exception {
    stage.provider().next(Wire.json(Samples.COMPLETION));
    stage.call(Wire.post(path, chat("Who?"), concat(HOP_BY_HOP, END_TO_END)));
    var head = stage.provider().call(0).head();
    assertThat(head.names())
        .doesNotContain("keep-alive", "proxy-connection", "proxy-authorization")
        .doesNotContain("proxy-authenticate", "http2-settings", "x-private", "x-more")
        .doesNotContain("upgrade", "");
    assertThat(String.join(", ", head.all("connection"))).as("what TE needs").isIn("", "TE", "te");
    assertCarried(head);
  }

  /** Else an answer could be kept under what upstream never saw. */
  @ParameterizedTest
  @ValueSource(strings = {"OpenAI-Organization: org", "Authorization: Bearer sk-1"})
  void whatIsOfTheConnectionDecidesNothing(String header) throws Exception {
    stage.provider().otherwise(Acts.reply(Wire.json(Samples.COMPLETION)));
    var name = header.substring(0, header.indexOf(':'));
    stage.chat(chat("Who?"), header, "Connection: keep-alive, " + name);

    assertThat(stage.provider().call(0).head().all(name)).isEmpty();
    assertThat(stage.chat(chat("Who?"), header).isHit()).isFalse();
    assertThat(stage.chat(chat("Who?")).isHit()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {Samples.CHAT, "/v1/batches"})
  void repliesAreCarriedBackButForWhatIsOfTheConnection(String path) throws Exception {
    stage.provider().next(Wire.json(Samples.COMPLETION, concat(HOP_BY_HOP, END_TO_END)));
    var head = stage.call(Wire.post(path, chat("Who?"))).head();
    assertThat(head.names())
        .doesNotContain("keep-alive", "proxy-connection", "proxy-authorization")
        .doesNotContain("proxy-authenticate", "te", "x-private", "x-more")
        .doesNotContain("connection");
    assertCarried(head);
  }

  private static void assertCarried(Head head) {
    for (var header : END_TO_END) {
      var name = header.substring(0, header.indexOf(':'));
      var expected =
          List.of(END_TO_END).stream()
              .filter(other -> other.startsWith(name + ":"))
              .map(other -> utf8AsLatin1(other.substring(name.length() + 1).strip()))
              .toList();
      assertThat(head.all(name)).as(name).isEqualTo(expected);
    }
  }

  /** Headers are bytes: what a test wrote as UTF-8 it reads as single bytes. */
  private static String utf8AsLatin1(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  @Test
  void hitsHaveNoHeadersThatAreTrueNoMore() throws Exception {
    stage
        .provider()
        .next(
            Wire.json(
                Samples.COMPLETION,
                "Date: Mon, 01 Jan 2024 00:00:00 GMT",
                "Set-Cookie: __cf_bm=secret; path=/",
                "X-RateLimit-Remaining-Requests: 99",
                "Anthropic-RateLimit-Tokens-Remaining: 9",
                "RateLimit: limit=10",
                "Retry-After: 1",
                "CF-Ray: abc",
                "Server: cloudflare",
                "Alt-Svc: h3=\":443\"",
                "Openai-Processing-Ms: 1200",
                "Strict-Transport-Security: max-age=1",
                "Connection: x-private, keep-alive",
                "X-Private: 1",
                "Keep-Alive: timeout=5",
                "Age: 77",
                "ETag: \"theirs\"",
                "Cache-Control: no-cache",
                "Openai-Version: 2020-10-01",
                "Refrain-Request-Id: theirs",
                "X-Request-Id: req_1"));
    stage.chat(chat("Who?"));
    var head = stage.chat(chat("Who?")).head();
    assertThat(head.all("refrain-request-id")).hasSize(1).doesNotContain("theirs");
    assertThat(head.names())
        .containsOnly(
            "content-type",
            "content-length",
            "cache-status",
            "age",
            "cache-control",
            "vary",
            "openai-version",
            "refrain-request-id",
            "x-request-id");
    assertThat(head.get("age")).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip, deflate, br, zstd", "identity;q=0", "*"})
  void encodingsAreTheClientsAndTheProvidersMatterWhereNothingIsUnderstood(String accepted)
      throws Exception {
    stage.provider().next(Wire.reply(200, "zipped", "Content-Encoding: br", "Vary: *"));
    var reply = stage.call(Wire.post("/v1/batches", "{}", "Accept-Encoding: " + accepted));
    assertThat(stage.provider().call(0).head().all("accept-encoding")).containsExactly(accepted);
    assertThat(reply.header("content-encoding")).isEqualTo("br");
    assertThat(reply.text()).isEqualTo("zipped");

    stage.provider().next(Wire.json(Samples.COMPLETION));
    stage.chat(chat("Who?"), "Accept-Encoding: " + accepted, "cache-control: no-store");
    assertThat(stage.provider().call(1).head().all("accept-encoding"))
        .as("or its tokens could not be counted")
        .containsExactly("identity");
  }

  @Test
  void whatTheProviderSaysOfItsOwnCacheComesFirst() throws Exception {
    stage.provider().next(Wire.json("{}", "Cache-Status: origin; hit"));
    var reply = stage.call(Wire.post("/v1/batches", "{}"));
    assertThat(reply.head().all("cache-status"))
        .containsExactly("origin; hit", "refrain; fwd=bypass; detail=endpoint");
    stage.provider().next(Wire.json(Samples.COMPLETION, "Cache-Status: origin; hit"));
    assertThat(stage.chat(chat("Who?")).head().all("cache-status"))
        .containsExactly("origin; hit", "refrain; fwd=miss");
  }

  private static String[] concat(String[] some, String[] more) {
    var all = new String[some.length + more.length];
    System.arraycopy(some, 0, all, 0, some.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }
}
