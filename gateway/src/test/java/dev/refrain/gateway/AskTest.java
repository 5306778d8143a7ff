package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.settings.Ask;
import dev.refrain.gateway.settings.Demo;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.Samples;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import dev.refrain.json.Json;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The simplest endpoint, and the model that needs no network. */
@Timeout(60)
final class AskTest {
  private Stage stage;

  @BeforeEach
  void set() throws Exception {
    stage = Stage.set();
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void theSecondQuestionIsAnsweredFromTheCache() throws Exception {
    var first = stage.call(Wire.get("/ask?q=What+is+a+refrain%3F"));
    var second = stage.call(Wire.get("/ask?q=What+is+a+refrain%3F"));

    assertThat(source(first)).isEqualTo("llm");
    assertThat(source(second)).isEqualTo("cache");
    assertThat(answer(first)).contains("What is a refrain?").isEqualTo(answer(second));
    assertThat(first.header("cache-control")).isEqualTo("public, max-age=3600");
    assertThat(second.header("cache-control")).isEqualTo("public, max-age=3600");
    assertThat(second.header("age")).isEqualTo("0");
    assertThat(second.isHit()).isTrue();
    assertThat(second.header("etag")).matches("W/\"[0-9a-f]{32}\"").isEqualTo(first.header("etag"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json                  | {\"q\":\"Who?\"}",
        "application/json; charset=utf-8   | {\"q\":\"Wh\\u006f?\"}",
        "application/x-www-form-urlencoded | q=Who%3F",
        "text/plain                        | Who?",
        "x/y                               | Who?"
      })
  void aQuestionMayComeInAnyForm(String type, String body) throws Exception {
    stage.call(Wire.get("/ask?q=Who%3F"));
    var posted = stage.call(Wire.post("/ask", body, "content-type: " + type));
    assertThat(source(posted)).isEqualTo("cache");
    assertThat(answer(posted)).contains("“Who?”");
  }

  @Test
  void whoKnowsTheAnswerIsNotToldAgain() throws Exception {
    var etag = stage.call(Wire.get("/ask?q=Who")).header("etag");
    var known = stage.call(Wire.get("/ask?q=Who", "if-none-match: \"x\", " + etag));
    assertThat(known.status()).isEqualTo(304);
    assertThat(known.header("etag")).isEqualTo(etag);
    assertThat(known.header("cache-control")).isEqualTo("public, max-age=3600");
    assertThat(known.header("content-length")).isIn("", "0");

    var strong = etag.substring("W/".length());
    assertThat(stage.call(Wire.get("/ask?q=Who", "if-none-match: " + strong)).status())
        .isEqualTo(304);
    assertThat(stage.call(Wire.get("/ask?q=Who", "if-none-match: *")).status()).isEqualTo(304);
    assertThat(stage.call(Wire.get("/ask?q=Who", "if-none-match: \"x\"")).status()).isEqualTo(200);
    var posted = stage.call(Wire.post("/ask?q=Who", "", "if-none-match: " + etag));
    assertThat(posted.status()).isEqualTo(200);
  }

  @Test
  void headTellsAllButTheBody() throws Exception {
    stage.call(Wire.get("/ask?q=Who"));
    var client = stage.client();
    client.send(Wire.head("HEAD /ask?q=Who HTTP/1.1", "host: x"));
    var head = client.readBodiless();
    client.send(Wire.head("HEAD /ask?q=Who HTTP/1.1", "host: x", "if-none-match: *"));
    var known = client.readBodiless();
    client.send(Wire.head("HEAD /ask?q=Whom HTTP/1.1", "host: x")); // which is not in the cache
    var fetched = client.readBodiless();

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.isHit()).isTrue();
    assertThat(head.header("etag")).isNotEmpty();
    assertThat(known.status()).isEqualTo(304);
    assertThat(fetched.status()).isEqualTo(200);
    assertThat(source(client.call(Wire.get("/ask?q=Whom")))).isEqualTo("cache");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ask", "/ask?q=", "/ask?q=+%09", "/ask?x=Who", "/ask?q=%zz"})
  void whoAsksNothingIsTold(String path) throws Exception {
    var reply = stage.call(Wire.get(path));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(Json.parse(reply.body()).get("error").get("code").text()).isEqualTo("bad_request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"q\":7}",
        "{\"q\":null}",
        "{\"q\":[]}",
        "[]",
        "7",
        "{",
        "{\"q\":\"a\",\"q\":\"b\"}"
      })
  void aQuestionInBadJsonIsNoQuestion(String body) throws Exception {
    var reply = stage.call(Wire.post("/ask", body, "content-type: application/json"));
    assertThat(reply.status()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "PATCH", "OPTIONS", "BREW"})
  void otherMethodsAreRefusedWithThoseThatAreNot(String method) throws Exception {
    var reply = stage.call(Wire.head(method + " /ask?q=Who HTTP/1.1", "host: x"));
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.header("allow")).isEqualTo("GET, HEAD, POST");
  }

  @Test
  void nothingThatACallerSaysMakesTheOperatorPayTwice() throws Exception {
    stage.call(Wire.get("/ask?q=Who"));
    for (var header :
        new String[] {
          "cache-control: no-cache",
          "cache-control: no-store",
          "authorization: Bearer x",
          "refrain-namespace: x",
          "cache-tag: x",
          "openai-organization: x",
          "pragma: no-cache"
        }) {
      assertThat(source(stage.call(Wire.get("/ask?q=Who", header)))).as(header).isEqualTo("cache");
    }
  }

  @Test
  void theOperatorsModelIsAskedWithTheOperatorsCredential() throws Exception {
    var ask = new Ask("gpt-test", "openai", "sk-operator", Duration.ofMinutes(5));
    try (var own = Stage.set(setup -> setup.ask(ask))) {
      own.provider().next(Wire.json(Samples.COMPLETION, "set-cookie: a=b", "date: yesterday"));
      var reply = own.call(Wire.get("/ask?q=Who", "authorization: Bearer sk-caller", "cookie: c"));

      assertThat(answer(reply)).isEqualTo("Grüße, 世界 🎶");
      assertThat(reply.header("cache-control")).isEqualTo("public, max-age=300");
      assertThat(reply.head().names()).doesNotContain("set-cookie");
      var asked = own.provider().call(0);
      assertThat(asked.head().all("authorization")).containsExactly("Bearer sk-operator");
      assertThat(asked.head().names()).doesNotContain("cookie");
      assertThat(asked.text())
          .isEqualTo(
              "{\"model\":\"gpt-test\",\"messages\":[{\"role\":\"user\",\"content\":\"Who\"}]}");
    }
  }

  @Test
  void anErrorOfTheProviderIsToldAndNotKept() throws Exception {
    var ask = new Ask("gpt-test", "openai", null, Duration.ofMinutes(5));
    try (var own = Stage.set(setup -> setup.ask(ask))) {
      var error = "{\"error\":{\"message\":\"no key\"}}";
      own.provider().next(Wire.json(401, error));
      own.provider().next(Wire.json(Samples.COMPLETION));
      var reply = own.call(Wire.get("/ask?q=Who"));
      assertThat(reply.status()).isEqualTo(401);
      assertThat(reply.text()).isEqualTo(error);
      assertThat(reply.header("cache-control")).isEqualTo("no-store");
      assertThat(own.call(Wire.get("/ask?q=Who")).status()).isEqualTo(200);
    }
  }

  @Test
  void theModelForRehearsalsAlsoStreams() throws Exception {
    var body = Samples.chatStreamUsage("Who?").replace("gpt-test", "demo");
    var first = stage.chat(body);
    var second = stage.chat(body);
    assertThat(first.cacheStatus()).isEqualTo("refrain; fwd=miss");
    assertThat(first.text())
        .contains("“Who?”")
        .contains("\"usage\":{")
        .endsWith("data: [DONE]\n\n");
    assertThat(second.isHit()).isTrue();
    assertThat(second.text()).isEqualTo(first.text());
    assertThat(stage.chat(Samples.chat("Who?").replace("gpt-test", "demo")).isHit()).isTrue();
  }

  @Test
  void theModelForRehearsalsSaysWhatIsWrongWithARequest() throws Exception {
    var reply = stage.call(Wire.post("/demo/v1/chat/completions", "{"));
    assertThat(reply.status()).isEqualTo(400);
    assertThat(Json.parse(reply.body()).get("error").get("message").text()).contains("JSON");
    assertThat(stage.call(Wire.get("/demo/v1/models")).status()).isEqualTo(404);
  }

  @Test
  void theModelForRehearsalsCanBeSwitchedOff() throws Exception {
    try (var own = Stage.set(setup -> setup.demo(new Demo(false, Duration.ZERO)))) {
      own.provider().next(Wire.json(404, "{}"));
      assertThat(own.chat(Samples.chat("Who?").replace("gpt-test", "demo")).status())
          .isEqualTo(404);
      own.provider().next(Wire.json(404, "{}"));
      assertThat(own.call(Wire.get("/ask?q=Who")).status()).isEqualTo(404);
    }
  }

  private static String answer(RawReply reply) throws Exception {
    return Json.parse(reply.body()).get("answer").text();
  }

  private static String source(RawReply reply) throws Exception {
    return Json.parse(reply.body()).get("source").text();
  }
}
