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

/** Ollama's own interface: chats and plain prompts, as lines of JSON or whole. */
public final class Ollama implements Dialect {
  /** The dialect itself; it keeps nothing, so one is enough. */
  public static final Ollama DIALECT = new Ollama();

  static final String CHAT = "/api/chat";
  static final String GENERATE = "/api/generate";

  private Ollama() {}

  @Override
  public String name() {
    return "ollama";
  }

  @Override
  public boolean speaks(String method, String path) {
    return method.equals("POST") && (path.equals(CHAT) || path.equals(GENERATE));
  }

  @Override
  public List<String> decidingHeaders() {
    return List.of();
  }

  @Override
  public Reading read(Request request) {
    return OllamaRequest.read(request);
  }

  @Override
  public @Nullable Prompt prompt(Request request) {
    return ChatPrompt.of(
        request.body(),
        request.path().equals(CHAT) ? "messages" : "prompt",
        OllamaRequest.UNDECIDING);
  }

  @Override
  public boolean expects(Facts asked, String mediaType) {
    return OllamaConversion.mediaType(asked.form()).matches(mediaType);
  }

  @Override
  public Verdict judge(Facts asked, Recording reply) {
    return OllamaJudge.judge(asked, reply);
  }

  @Override
  public @Nullable Recording convert(Recording recording, Form form) {
    return OllamaConversion.convert(recording, form);
  }

  @Override
  public byte[] error(int status, String code, String message) {
    return errorBody(message);
  }

  /** The message is all that Ollama's errors have. */
  static byte[] errorBody(String message) {
    return new JsonWriter().beginObject().name("error").string(message).endObject().toBytes();
  }

  /** Tells whether two names are of one model: no tag stands for the latest. */
  static boolean isSameModel(String asked, String answered) {
    return withTag(asked).equals(withTag(answered));
  }

  private static String withTag(String model) {
    return (model.indexOf(':', model.lastIndexOf('/') + 1) < 0) ? model + ":latest" : model;
  }
}
