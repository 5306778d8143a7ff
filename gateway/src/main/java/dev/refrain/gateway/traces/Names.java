package dev.refrain.gateway.traces;

import io.opentelemetry.api.common.AttributeKey;

/** What OpenTelemetry's conventions call what we tell, and what we call the rest. */
final class Names {
  static final AttributeKey<String> METHOD = text("http.request.method");
  static final AttributeKey<Long> STATUS = number("http.response.status_code");
  static final AttributeKey<String> PATH = text("url.path");
  static final AttributeKey<String> SERVER = text("server.address");
  static final AttributeKey<Long> PORT = number("server.port");
  static final AttributeKey<String> ERROR = text("error.type");

  static final AttributeKey<String> OPERATION = text("gen_ai.operation.name");
  static final AttributeKey<String> PROVIDER = text("gen_ai.provider.name");
  static final AttributeKey<String> MODEL = text("gen_ai.request.model");
  static final AttributeKey<String> REPLY_MODEL = text("gen_ai.response.model");
  static final AttributeKey<Long> INPUT = number("gen_ai.usage.input_tokens");
  static final AttributeKey<Long> OUTPUT = number("gen_ai.usage.output_tokens");

  static final AttributeKey<String> OUTCOME = text("refrain.outcome");
  static final AttributeKey<String> REASON = text("refrain.reason");
  static final AttributeKey<String> DIALECT = text("refrain.dialect");
  static final AttributeKey<String> NAMESPACE = text("refrain.namespace");
  static final AttributeKey<String> REQUEST_ID = text("refrain.request_id");
  static final AttributeKey<String> KEY = text("refrain.key");
  static final AttributeKey<Long> AGE = number("refrain.age_ms");
  static final AttributeKey<String> UPSTREAM = text("refrain.upstream");
  static final AttributeKey<Boolean> REFRESH = AttributeKey.booleanKey("refrain.refresh");
  static final AttributeKey<Boolean> ABANDONED = AttributeKey.booleanKey("refrain.abandoned");

  private static final int LENGTH_MAX = 200;

  private Names() {}

  /** Returns what callers have chosen, no longer than anybody needs it. */
  static String cut(String text) {
    return (text.length() <= LENGTH_MAX) ? text : text.substring(0, LENGTH_MAX);
  }

  private static AttributeKey<String> text(String name) {
    return AttributeKey.stringKey(name);
  }

  private static AttributeKey<Long> number(String name) {
    return AttributeKey.longKey(name);
  }
}
