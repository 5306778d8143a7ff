package dev.refrain.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refrain.gateway.testing.ChatReply;
import dev.refrain.gateway.testing.EmbeddingReply;
import dev.refrain.gateway.testing.MessageReply;
import dev.refrain.gateway.testing.RawReply;
import dev.refrain.gateway.testing.ResponseReply;
import dev.refrain.gateway.testing.Stage;
import dev.refrain.gateway.testing.Wire;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All that the vendors' documents say of errors reaches the client as it is, and is never kept. */
@Timeout(120)
@SuppressWarnings("InlineFormatString") // what a vendor says is seen at once
final class VendorErrorsTest {
  private static final String OPENAI =
      "{\"error\": {\"message\": \"Nö.\", \"type\": \"%s\", \"param\": null, \"code\": \"%s\"}}";
  private static final String ANTHROPIC =
      "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"Nö.\"},\"request_id\":\"%s\"}";
  private static final String EMBED = EmbeddingReply.request("Who?", "Whom?");
  private static final String GEMINI =
      "{\"error\":{\"message\":\"Nö\",\"status\":\"%s\",\"details\":[{\"@type\":\"%s\"}]}}";

  /** What all of OpenAI's errors may come with. */
  private static final List<String> OPENAI_HEADERS =
      List.of(
          "x-request-id: req_1",
          "retry-after: 20",
          "retry-after-ms: 20000",
          "x-should-retry: true",
          "x-ratelimit-limit-requests: 60",
          "x-ratelimit-limit-tokens: 150000",
          "x-ratelimit-remaining-requests: 0",
          "x-ratelimit-remaining-tokens: 149984",
          "x-ratelimit-reset-requests: 1s",
          "x-ratelimit-reset-tokens: 6m0s",
          "openai-organization: org-1",
          "openai-version: 2020-10-01",
          "openai-processing-ms: 12");

  /** What all of Anthropic's may come with. */
  private static final List<String> ANTHROPIC_HEADERS = anthropicHeaders();

  private static List<String> anthropicHeaders() {
    var headers =
        new ArrayList<>(
            List.of(
                "request-id: req_1",
                "retry-after: 30",
                "x-should-retry: true",
                "anthropic-organization-id: 7b2f"));
    for (var limit :
        List.of(
            "ratelimit-requests",
            "ratelimit-tokens",
            "ratelimit-input-tokens",
            "ratelimit-output-tokens",
            "priority-input-tokens",
            "priority-output-tokens")) {
      headers.add("anthropic-" + limit + "-limit: 50");
      headers.add("anthropic-" + limit + "-remaining: 0");
      headers.add("anthropic-" + limit + "-reset: 2026-01-01T00:00:00Z");
    }
    return List.copyOf(headers);
  }

  private static final List<String> GEMINI_HEADERS = List.of("retry-after: 7", "vary: Origin");

  private static String[] headers(String path) {
    var headers =
        path.contains("/messages")
            ? ANTHROPIC_HEADERS
            : path.contains("/v1beta/") ? GEMINI_HEADERS : OPENAI_HEADERS;
    return headers.toArray(String[]::new);
  }

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
  @CsvSource({
    "400, invalid_request_error, context_length_exceeded",
    "400, invalid_request_error, string_above_max_length",
    "400, image_generation_user_error, moderation_blocked",
    "400, invalid_request_error, content_filter",
    "400, invalid_request_error, previous_response_not_found",
    "401, invalid_request_error, invalid_api_key",
    "401, invalid_request_error, invalid_organization",
    "403, request_forbidden, unsupported_country_region_territory",
    "404, invalid_request_error, model_not_found",
    "408, server_error, request_timeout",
    "409, invalid_request_error, conflict",
    "413, invalid_request_error, request_too_large",
    "415, invalid_request_error, unsupported_media_type",
    "422, invalid_request_error, unprocessable",
    "429, requests, rate_limit_exceeded",
    "429, tokens, rate_limit_exceeded",
    "429, rate_limit_error, slow_down",
    "429, insufficient_quota, insufficient_quota",
    "429, insufficient_quota, credit_balance_exhausted",
    "500, server_error, internal_error",
    "503, server_error, engine_overloaded",
    "503, service_unavailable_error, server_is_overloaded",
    "503, server_error, slow_down"
  })
  void ofOpenAi(int status, String type, String code) throws Exception {
    var error = OPENAI.formatted(type, code);
    assertPassedOn("/v1/chat/completions", status, error, ChatReply.PLAIN.whole(1));
    assertPassedOn("/v1/responses", status, error, ResponseReply.PLAIN.whole());
    assertPassedOn(EmbeddingReply.PATH, status, error, EmbeddingReply.of(EMBED));
  }

  @ParameterizedTest
  @CsvSource({
    "400, invalid_request_error",
    "401, authentication_error",
    "402, billing_error",
    "403, permission_error",
    "404, not_found_error",
    "409, conflict_error",
    "413, request_too_large",
    "429, rate_limit_error",
    "500, api_error",
    "504, timeout_error",
    "529, overloaded_error"
  })
  void ofAnthropic(int status, String type) throws Exception {
    var error = ANTHROPIC.formatted(type, "1");
    assertPassedOn("/v1/messages", status, error, MessageReply.TEXT.whole());
    assertPassedOn("/v1/messages/count_tokens", status, error, "{\"input_tokens\":7}");
  }

  @ParameterizedTest
  @CsvSource({
    "400, INVALID_ARGUMENT",
    "400, FAILED_PRECONDITION",
    "403, PERMISSION_DENIED",
    "404, NOT_FOUND",
    "429, RESOURCE_EXHAUSTED",
    "499, CANCELLED",
    "500, INTERNAL",
    "503, UNAVAILABLE",
    "504, DEADLINE_EXCEEDED"
  })
  void ofGoogle(int status, String name) throws Exception {
    var good =
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]},"
            + "\"finishReason\":\"STOP\"}]}";
    var error = GEMINI.formatted(name, "type.googleapis.com/google.rpc.ErrorInfo");
    assertPassedOn("/v1beta/models/g:generateContent", status, error, good);
  }

  /** Also where the cache has nothing to do with a call, or was told to keep out of it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/chat/completions",
        "/v1/responses",
        "/v1/embeddings",
        "/v1/files",
        "/v1/batches",
        "/openai/v1/responses",
        "/v1/messages",
        "/v1/messages/count_tokens",
        "/v1/messages/batches",
        "/anthropic/v1/messages/count_tokens",
        "/v1beta/models/g:generateContent",
        "/v1beta/models/g:countTokens"
      })
  void aLimitIsToldOfWithAllItsHeaders(String path) throws Exception {
    var headers = headers(path);
    for (var body : List.of("{}", "{\"model\":\"m\",\"stream\":true,\"store\":true}")) {
      stage.provider().next(Wire.json(429, "{\"error\":\"Nö.\"}", headers));
      var answer = stage.call(Wire.post(path, body, "cache-control: no-store"));
      assertThat(answer.status()).isEqualTo(429);
      assertThat(answer.text()).isEqualTo("{\"error\":\"Nö.\"}");
      assertToldWith(answer, headers);
    }
  }

  /** What stands before the vendors answers with pages for people, and statuses of its own. */
  @ParameterizedTest
  @CsvSource({"403", "413", "500", "502", "503", "504", "520", "521", "522", "524", "525", "530"})
  void ofWhatStandsBeforeThem(int status) throws Exception {
    var page = "<html><head><title>%d</title></head><body>cloudflare</body></html>";
    var reply =
        Wire.reply(status, page.formatted(status), "content-type: text/html; charset=UTF-8");
    for (var path : List.of("/v1/chat/completions", "/v1/messages", "/v1/files")) {
      for (int i = 0; i < 2; i++) {
        stage.provider().next(reply);
        var answer = ask(path, false);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).isEqualTo(page.formatted(status));
        assertThat(answer.header("content-type")).isEqualTo("text/html; charset=UTF-8");
      }
    }
  }

  private void assertPassedOn(String path, int status, String error, String good) throws Exception {
    var headers = headers(path);
    for (var stream : new boolean[] {false, true}) {
      for (int i = 0; i < 2; i++) {
        stage.provider().next(Wire.json(status, error, headers));
        var answer = ask(path, stream);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.text()).isEqualTo(error);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        assertToldWith(answer, headers);
      }
    }
    stage.provider().next(Wire.json(good));
    assertThat(ask(path, false).text()).isEqualTo(good);
    assertThat(ask(path, false).isHit()).isTrue();
  }

  private static void assertToldWith(RawReply answer, String... headers) {
    for (var header : headers) {
      var parts = header.split(": ", 2);
      assertThat(answer.head().all(parts[0])).as(parts[0]).contains(parts[1]);
      if (!parts[0].equals("vary")) { // to which the gateway adds
        assertThat(answer.head().all(parts[0])).as(parts[0]).hasSize(1);
      }
    }
  }

  private RawReply ask(String path, boolean stream) throws Exception {
    if (path.equals(EmbeddingReply.PATH)) {
      return stage.call(Wire.post(path, EMBED));
    }
    var members = new ArrayList<String>();
    if (path.contains(":generate")) {
      members.add("\"contents\":[{\"parts\":[{\"text\":\"Who?\"}]}]");
    } else {
      members.add(
          path.contains("messages")
              ? "\"model\":\"claude-sonnet-4-5\""
              : path.contains("responses") ? "\"model\":\"gpt-5\"" : "\"model\":\"gpt-4.1\"");
      members.add("\"messages\":[{\"role\":\"user\",\"content\":\"Who?\"}]");
      members.add(path.contains("responses") ? "\"input\":\"Who?\"" : "\"max_tokens\":9");
      members.add("\"stream\":" + stream);
    }
    return stage.call(Wire.post(path, "{" + String.join(",", members) + "}"));
  }
}
