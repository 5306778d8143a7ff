package dev.refrain.dialect;

import dev.refrain.Dialect;
import dev.refrain.Facts;
import dev.refrain.Form;
import dev.refrain.Prompt;
import dev.refrain.Reading;
import dev.refrain.Recording;
import dev.refrain.Request;
import dev.refrain.json.JsonWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Google's Gemini: content generated whole, as a stream of events, or as an array that grows. */
public final class Gemini implements Dialect {
  /** The dialect itself; it keeps nothing, so one is enough. */
  public static final Gemini DIALECT = new Gemini();

  private static final List<String> DECIDING_HEADERS =
      List.of("x-goog-fieldmask", "x-goog-user-project", "x-http-method-override");

  private Gemini() {}

  @Override
  public String name() {
    return "gemini";
  }

  @Override
  public boolean speaks(String method, String path) {
    return method.equals("POST") && GeminiTarget.isCall(path);
  }

  @Override
  public List<String> decidingHeaders() {
    return DECIDING_HEADERS;
  }

  /** The same answer is asked for at two paths, one for each way to deliver it. */
  @Override
  public String decidingTarget(Request request) {
    var target = GeminiTarget.of(request.target());
    return (target == null) ? request.target() : target.deciding();
  }

  @Override
  public Reading read(Request request) {
    return GeminiRequest.read(request);
  }

  @Override
  public String modelOf(Request request) {
    var target = GeminiTarget.of(request.target());
    return (target == null) ? "" : target.model();
  }

  @Override
  public @Nullable Prompt prompt(Request request) {
    return GeminiPrompt.of(request.body());
  }

  @Override
  public boolean expects(Facts asked, String mediaType) {
    return GeminiConversion.mediaType(asked.form()).matches(mediaType);
  }

  @Override
  public Verdict judge(Facts asked, Recording reply) {
    return GeminiJudge.judge(asked, reply);
  }

  @Override
  public @Nullable Recording convert(Recording recording, Form form) {
    return GeminiConversion.convert(recording, form);
  }

  @Override
  public byte[] error(int status, String code, String message) {
    return new JsonWriter()
        .beginObject()
        .name("error")
        .beginObject()
        .name("code")
        .number(status)
        .name("message")
        .string(message)
        .name("status")
        .string(name(status))
        .name("details")
        .beginArray()
        .beginObject()
        .name("@type")
        .string("type.googleapis.com/google.rpc.ErrorInfo")
        .name("reason")
        .string(code)
        .name("domain")
        .string("refrain")
        .endObject()
        .endArray()
        .endObject()
        .endObject()
        .toBytes();
  }

  /** What Google calls it. */
  private static String name(int status) {
    return switch (status) {
      case 401 -> "UNAUTHENTICATED";
      case 403 -> "PERMISSION_DENIED";
      case 404 -> "NOT_FOUND";
      case 408, 504 -> "DEADLINE_EXCEEDED";
      case 429 -> "RESOURCE_EXHAUSTED";
      case 501 -> "UNIMPLEMENTED";
      case 502, 503 -> "UNAVAILABLE";
      default -> (status < 500) ? "INVALID_ARGUMENT" : "INTERNAL";
    };
  }
}
